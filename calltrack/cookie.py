"""The session as a cookie: small, signed, and nothing believed that we did not sign.

The value is itsdangerous' URL-safe serialisation (JSON, zlib where that helps, HMAC-SHA-256). It is
signed, not secret: a visitor may read their own number, and cannot name another's. The key and the
one before it count, so that a key can be changed without ending everybody's session. What is not
signed by one of them is neither unpacked nor parsed.

Organisations and sites under one domain are kept apart: the organisation is part of the cookie's
name and of what is signed, the site of the name and of the session.

With the touch of an advertisement a value takes 280 bytes, and 330 with one number held; 16 held
and 16 of the visit before make it 600 to 760, and texts of 100 letters in all fields of the touch
1,300. It is never longer than LIMIT_BYTES. Where it would be, first the numbers of the visit before
go; then each text of the touch is cut to as many bytes as it may have characters, so that one of
plain ASCII stays whole and goes on matching the rules it matched; then the numbers held go, static
ones first, and the oldest before the later ones.

Errors: `read` gives None for whatever it cannot use: forged, cut, over-long, of an older shape.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from itsdangerous import BadData, URLSafeSerializer

from calltrack.leases import SessionId, VestigingKey
from calltrack.numbers import PhoneNumber
from calltrack.plan import CampaignKey, Organisation, Site, SiteKey
from calltrack.sessions import Held, Session, VisitorId
from calltrack.touch import LONGEST, Channel, Touch

NAME_PREFIX: Final = "calltrack-"
LIMIT_BYTES: Final = 2048
REMEMBERED_SECONDS: Final = 30 * 24 * 3600
"""How long a browser keeps the cookie: as long as a sales cycle usually is."""
KEPT: Final = 1024
"""Cookies whose session is kept as read: some 3 MB."""
_SHAPE: Final = 2

_Number = tuple[VestigingKey, PhoneNumber]


class SessionCookie:
    """Writes sessions into cookies and reads them back."""

    def __init__(self, keys: Sequence[bytes], organisation: Organisation) -> None:
        """Take the signing keys, newest first: it signs, all of them verify."""
        self._prefix = f"{NAME_PREFIX}{organisation.kvk}-"
        self._serializer = URLSafeSerializer(
            list(reversed(keys)),  # itsdangerous signs with the last
            salt=f"calltrack.session {organisation.kvk}".encode(),
            signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
        )
        self._read_once = lru_cache(maxsize=KEPT)(self._read)

    def name(self, site: SiteKey) -> str:
        """Name the cookie of one site."""
        return self._prefix + site

    def value(self, session: Session) -> str:
        """Write a session, within LIMIT_BYTES."""
        held, before, touch = list(session.held), list(session.before), _touch_list(session.touch)
        while True:
            text = str(self._serializer.dumps(_to_list(session, touch, held, before)))
            if len(text) <= LIMIT_BYTES:
                return text
            if before:
                before.pop(0)
            elif touch != (short := _shortened(touch)):
                touch = short
            elif held:
                held.pop(0)
            else:
                return text

    def read(self, value: str) -> Session | None:
        """Read a session that we wrote; None for anything else.

        A browser sends the same value with every image, so what was read is remembered.
        """
        return self._read_once(value) if len(value) <= LIMIT_BYTES else None

    def _read(self, value: str) -> Session | None:
        try:
            return _from_list(self._serializer.loads(value))
        except (BadData, ValueError, TypeError, OverflowError, OSError):
            # Signed by us, but of another shape: a release before or after this one.
            return None

    def header(self, session: Session, site: Site, *, secure: bool) -> str:
        """Write the whole Set-Cookie value."""
        pair = f"{self.name(site.key)}={self.value(session)}"
        return _header(pair, REMEMBERED_SECONDS, site.cookie_domain, secure=secure)

    def forget(self, site: Site, *, secure: bool) -> tuple[str, ...]:
        """Write the Set-Cookie values that delete a visitor's cookie, of host and domain alike.

        The browser may have one of the host alone, from before the Plan had a cookie domain.
        """
        pair = f"{self.name(site.key)}="
        domains = dict.fromkeys((None, site.cookie_domain))
        return tuple(_header(pair, 0, domain, secure=secure) for domain in domains)


def _header(pair: str, seconds: int, domain: str | None, *, secure: bool) -> str:
    parts = [pair, "Path=/", f"Max-Age={seconds}", "HttpOnly", "SameSite=Lax"]
    if domain:
        parts.append(f"Domain={domain}")
    if secure:
        parts.append("Secure")
    return "; ".join(parts)


def _to_list(
    session: Session, touch: Sequence[Any], held: Iterable[Held], before: Iterable[_Number]
) -> list[Any]:
    return [
        _SHAPE,
        session.visitor,
        session.id,
        session.site,
        _seconds(session.started_at),
        _seconds(session.seen_at),
        touch,
        [_held_list(one) for one in held],
        session.before_session,
        [[vestiging, number.e164] for vestiging, number in before],
        *([True] if session.is_agreed else []),
    ]


def _touch_list(touch: Touch) -> list[Any]:
    return [
        _seconds(touch.at),
        touch.channel,
        touch.source,
        touch.medium,
        touch.campaign,
        touch.term,
        touch.content,
        touch.referrer,
        touch.landing_path,
        touch.region,
        touch.device,
        list(touch.click_ids),
    ]


def _shortened(touch: Sequence[Any]) -> list[Any]:
    """Cut each text to LONGEST bytes, between two characters."""
    return [
        value.encode()[:LONGEST].decode(errors="ignore") if isinstance(value, str) else value
        for value in touch
    ]


def _held_list(held: Held) -> list[Any]:
    until = held.promised_until
    return [
        held.vestiging,
        held.number.e164,
        held.campaign,
        _seconds(held.given_at),
        _seconds(until) if until else None,
        int(held.is_confirmed),
    ]


def _from_list(data: Any) -> Session:
    shape, visitor, session, site, started, seen, touch, held, before_session, before, *agreed = (
        data
    )
    if shape != _SHAPE or len(agreed) > 1 or any(one is not True for one in agreed):
        raise ValueError("another shape")
    return Session(
        visitor=VisitorId(_text(visitor)),
        id=SessionId(_text(session)),
        site=SiteKey(_text(site)),
        started_at=_moment(started),
        seen_at=_moment(seen),
        touch=_touch(touch),
        held=tuple(_held(one) for one in held),
        before=tuple((VestigingKey(_text(key)), PhoneNumber(_text(e164))) for key, e164 in before),
        before_session=None if before_session is None else SessionId(_text(before_session)),
        is_agreed=bool(agreed),
    )


def _touch(data: Any) -> Touch:
    at, channel, *texts, click_ids = data
    names = tuple(_text(name) for name in click_ids)
    source, medium, campaign, term, content, referrer, path, region, device = map(_text, texts)
    return Touch(
        at=_moment(at),
        channel=Channel(channel),
        source=source,
        medium=medium,
        campaign=campaign,
        term=term,
        content=content,
        referrer=referrer,
        landing_path=path,
        region=region,
        device=device,
        click_ids=names,
    )


def _held(data: Any) -> Held:
    vestiging, e164, campaign, given, until, confirmed = data
    return Held(
        VestigingKey(_text(vestiging)),
        PhoneNumber(_text(e164)),
        CampaignKey(_text(campaign)),
        _moment(given),
        None if until is None else _moment(until),
        bool(confirmed),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _moment(seconds: object) -> datetime:
    if not isinstance(seconds, int):
        raise TypeError("no moment")
    return datetime.fromtimestamp(seconds, UTC)
