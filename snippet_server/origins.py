"""Addresses and origins as browsers write them, read strictly.

What counts of an origin is its host: the Plan names hosts, and cookies know neither scheme nor port
either. So a site may ask over http and over https, and at any port. All else is exact: what is not
written as a browser writes it was not written by one, and `null` is nobody's origin (a frame in a
sandbox, a file, a page that says `no-referrer` and sends a form).

Sources: RFC 6454 §6.1, the Fetch standard on `Origin`, the URL standard on serialising.
"""

import re

from snippet_server.pages import PageUrl

LONGEST_URL = 8_192
LONGEST_HOST = 253

_HOST = r"[a-z0-9_](?:[a-z0-9._-]{0,252}[a-z0-9_.])?|\[[0-9a-f:.]{2,45}\]"
_ORIGIN = rf"(?P<scheme>https?)://(?P<authority>(?P<host>{_HOST})(?::(?P<port>[1-9][0-9]{{0,4}}))?)"
_READ_ORIGIN = re.compile(_ORIGIN)
_READ_URL = re.compile(rf"{_ORIGIN}(?P<target>/[!-\"$-~]*)")
_READ_HOST = re.compile(_HOST)
_USUAL_PORT = {"http": "80", "https": "443"}


def read_origin(text: str) -> PageUrl | None:
    """Read an `Origin`; give the address of its site. None: it is none of http or https."""
    if len(text) > LONGEST_URL:
        return None
    return _read(_READ_ORIGIN.fullmatch(text), "/")


def read_url(text: str) -> PageUrl | None:
    """Read the address of a page, without user, password and fragment. None: it is none."""
    if len(text) > LONGEST_URL:
        return None
    found = _READ_URL.fullmatch(text)
    return _read(found, found["target"] if found is not None else "")


def read_host(text: str) -> str | None:
    """Read a host name, without port; give it in lower case, without a final dot."""
    name = text.lower()
    if len(name) > LONGEST_HOST or _READ_HOST.fullmatch(name) is None:
        return None
    return name.rstrip(".")


def _read(found: "re.Match[str] | None", target: str) -> PageUrl | None:
    if found is None or found["port"] == _USUAL_PORT[found["scheme"]]:
        return None  # a browser leaves the usual port out
    if int(found["port"] or 0) > 65535 or len(found["host"]) > LONGEST_HOST:
        return None
    return PageUrl(
        scheme=found["scheme"],
        authority=found["authority"],
        host=found["host"].rstrip("."),
        target=target,
    )
