"""The session as a cookie: small, signed, and nothing believed that we did not sign.

The value is itsdangerous' URL-safe serialisation (JSON, zlib where that helps, HMAC-SHA-256). It is
signed, not secret: a visitor may read their own number, and cannot name another's. The key and the
one before it count, so that a key can be changed without ending everybody's session.

Errors: `read` gives None for whatever it cannot use: forged, cut, over-long, of an older shape.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from itsdangerous import BadData, URLSafeSerializer

from calltrack.leases import SessionId, VestigingKey
from calltrack.numbers import PhoneNumber
from calltrack.plan import Site, SiteKey
from calltrack.sessions import Held, Session, VisitorId

NAME_PREFIX: Final = "calltrack-"
LIMIT_BYTES: Final = 2048
REMEMBERED_SECONDS: Final = 30 * 24 * 3600
"""How long a browser keeps the cookie: as long as a sales cycle usually is."""
_SHAPE: Final = 1


def cookie_name(site: SiteKey) -> str:
    """Name the cookie of one site, so that two sites under one domain are kept apart."""
    return NAME_PREFIX + site


class SessionCookie:
    """Writes sessions into cookies and reads them back."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Take the signing keys, newest first: it signs, all of them verify."""
        self._serializer = URLSafeSerializer(
            list(reversed(keys)),  # itsdangerous signs with the last
            salt=b"calltrack.session",
            signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
        )

    def value(self, session: Session) -> str:
        """Write a session, within LIMIT_BYTES: what goes first is what the store can tell again."""
        held, before = list(session.held), list(session.before)
        while True:
            text = str(self._serializer.dumps(_to_list(session, held, before)))
            if len(text) <= LIMIT_BYTES or not (held or before):
                return text
            (before or held).pop(0)

    def read(self, value: str) -> Session | None:
        """Read a session that we wrote; None for anything else."""
        if len(value) > LIMIT_BYTES:
            return None
        try:
            return _from_list(self._serializer.loads(value))
        except (BadData, ValueError, TypeError, OverflowError, OSError):
            # Signed by us, but of another shape: a release before or after this one.
            return None

    def header(self, session: Session, site: Site, *, secure: bool) -> str:
        """Write the whole Set-Cookie value."""
        parts = [
            f"{cookie_name(site.key)}={self.value(session)}",
            "Path=/",
            f"Max-Age={REMEMBERED_SECONDS}",
            "HttpOnly",
            "SameSite=Lax",
        ]
        if site.cookie_domain:
            parts.append(f"Domain={site.cookie_domain}")
        if secure:
            parts.append("Secure")
        return "; ".join(parts)


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _to_list(
    session: Session, held: Sequence[Held], before: Sequence[tuple[VestigingKey, PhoneNumber]]
) -> list[Any]:
    return [
        _SHAPE,
        session.visitor,
        session.id,
        session.site,
        _seconds(session.started_at),
        _seconds(session.seen_at),
        [[h.vestiging, h.number.e164, _seconds(h.promised_until)] for h in held],
        session.before_session,
        [[vestiging, number.e164] for vestiging, number in before],
    ]


def _from_list(data: Any) -> Session:
    shape, visitor, session, site, started, seen, held, before_session, before = data
    if shape != _SHAPE:
        raise ValueError("another shape")
    return Session(
        visitor=VisitorId(visitor),
        id=SessionId(session),
        site=SiteKey(site),
        started_at=_moment(started),
        seen_at=_moment(seen),
        held=tuple(
            Held(VestigingKey(key), PhoneNumber(number), _moment(until))
            for key, number, until in held
        ),
        before=tuple((VestigingKey(key), PhoneNumber(number)) for key, number in before),
        before_session=SessionId(before_session) if before_session else None,
    )
