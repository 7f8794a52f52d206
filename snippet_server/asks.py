"""From the body of an ask to its value: every field is right, or the ask is refused.

A field that is not listed is ignored: a newer script may tell more.

=========  ==================================================================================
field      what it must be
=========  ==================================================================================
url        the page's address without its fragment, of the origin that asks
referrer   an address of ASCII without spaces, or "" (of an app, too: android-app://...)
landing    an object with the url and referrer that the tab saw first, or null
view       true or false
load       true or false
consent    true, false or null
token      what the last answer's token was, or null
spots      what `spots` reads: at most 200, of at most 1,024 characters each
form       up to 200 characters; where there are none, the page's path stands for it
name       up to 200 characters
phone      up to 64 characters, as somebody typed them
email      up to 254 characters
reference  up to 200 characters
=========  ==================================================================================

A `page` has url, view and spots, and what of the first eight it knows; a `leave` has url, and token
where it knows one; a `lead` has one of the last four at least.

Errors: AskError names the field and what it must be; never what it was.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from snippet_server.json_bodies import AskError
from snippet_server.origins import LONGEST_URL, read_url
from snippet_server.pages import Landing, Lead, PageAsk, PageUrl
from snippet_server.spots import Spot, SpotError, read_spots

LONGEST_TOKEN = 4_096
LONGEST_NAME = 200
LONGEST_PHONE = 64
LONGEST_EMAIL = 254

_REFERRER = re.compile(rf"[!-~]{{0,{LONGEST_URL}}}")
_TOKEN = re.compile(rf"[!-~]{{1,{LONGEST_TOKEN}}}")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
"""Marks that turn the direction of writing, or hide: phones put them around a number they copy."""

Body = Mapping[str, Any]


def read_page(body: Body, origin: PageUrl) -> PageAsk:
    """Read what a page asks. `origin`: what the browser said of it."""
    return PageAsk(
        url=_url(body, origin),
        referrer=_referrer(body),
        landing=_landing(body, origin),
        is_view=_flag("view", _must(body, "view")),
        is_load=_flag("load", body.get("load", False)),
        consent=_consent(body),
        token=_token(body),
        spots=_spots(body),
    )


def read_leave(body: Body, origin: PageUrl) -> tuple[PageUrl, str | None]:
    """Read from which page a visitor leaves, and with which token."""
    return _url(body, origin), _token(body)


def read_lead(body: Body, origin: PageUrl) -> Lead:
    """Read a form that was sent."""
    url = _url(body, origin)
    lead = Lead(
        url=url,
        token=_token(body),
        form=_line(body, "form", LONGEST_NAME) or url.target.partition("?")[0][:LONGEST_NAME],
        name=_line(body, "name", LONGEST_NAME),
        phone=_line(body, "phone", LONGEST_PHONE),
        email=_line(body, "email", LONGEST_EMAIL),
        reference=_line(body, "reference", LONGEST_NAME),
    )
    if not (lead.name or lead.phone or lead.email or lead.reference):
        raise AskError("name, phone, email, reference: one of them must be there")
    return lead


def _must(body: Body, name: str, path: str = "") -> Any:
    if name not in body:
        raise AskError(f"{path}{name}: is missing")
    return body[name]


def _url(body: Body, origin: PageUrl, path: str = "") -> PageUrl:
    value = _must(body, "url", path)
    found = read_url(value) if isinstance(value, str) else None
    if found is None:
        raise AskError(
            f"{path}url: must be the page's address without its fragment, "
            "http or https, as location.href gives it"
        )
    if found.origin != origin.origin:
        raise AskError(f"{path}url: must be an address of the site that asks", status=403)
    return found


def _referrer(body: Body, path: str = "") -> str:
    value = body.get("referrer", "")
    if not (isinstance(value, str) and _REFERRER.fullmatch(value)):
        raise AskError(f'{path}referrer: must be an address, as document.referrer gives it, or ""')
    return value


def _landing(body: Body, origin: PageUrl) -> Landing | None:
    value = body.get("landing")
    if value is None:
        return None
    if not isinstance(value, dict):
        raise AskError("landing: must be an object with url and referrer, or null")
    return Landing(_url(value, origin, "landing."), _referrer(value, "landing."))


def _flag(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise AskError(f"{name}: must be true or false")
    return value


def _consent(body: Body) -> bool | None:
    value = body.get("consent")
    if not (value is None or isinstance(value, bool)):
        raise AskError("consent: must be true, false or null")
    return value


def _token(body: Body) -> str | None:
    value = body.get("token")
    if not (value is None or (isinstance(value, str) and _TOKEN.fullmatch(value))):
        raise AskError("token: must be what the last answer's token was, or null")
    return value


def _spots(body: Body) -> Sequence[Spot]:
    try:
        return read_spots(_must(body, "spots"))
    except SpotError as error:
        raise AskError(str(error)) from error


def _line(body: Body, name: str, longest: int) -> str:
    """Read what somebody typed into a line: its spaces made one each, unseen marks left out."""
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise AskError(f"{name}: must be a text")
    text = " ".join(_UNSEEN.sub("", value).split())
    if len(text) > longest:
        raise AskError(f"{name}: is longer than {longest} characters")
    if _CONTROL.search(text):
        raise AskError(f"{name}: holds characters that nobody types into a form")
    return text
