"""The page that is asked for: an address that an editor typed, read strictly.

What counts is a list of host names: the host that is typed is one of them to the letter, in upper
or lower case, or nothing is fetched. How odd a host looks only decides in which words it is
refused. Neither scheme nor port says where to connect to: `wagtail_calltrack.why.upstreams` does.

Errors: ValidationError, with a sentence that says what to write.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

DEFAULT_PORTS = {"http": "80", "https": "443"}

_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#.*)?",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_AUTHORITY = re.compile(r"(?P<host>\[[^\]]*\]|[^:]*)(?::(?P<port>.*))?")
_AS_SENT = "/%:@!$&'()*+,;=~?"
"""What of an address is sent as it stands; the rest is escaped, as browsers do it."""

_IP = re.compile(r"\[.*|[0-9.]+|0x.*", re.IGNORECASE)
_ODD: tuple[tuple[Any, Any], ...] = (
    (lambda host: not host, gettext_lazy("The host name is missing: https://%(example)s/…")),
    (lambda host: host.endswith("."), gettext_lazy("Leave out the dot behind the host name.")),
    (_IP.fullmatch, gettext_lazy("Write the name of the host in place of its IP address.")),
    (
        lambda host: not host.isascii() or "xn--" in host,
        gettext_lazy("Write the host name to the letter as it stands under Sites."),
    ),
)
"""Why a host is none of ours, first match wins."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A page of one of the sites. `host` is in lower case; `path` and `query` as they are sent."""

    scheme: str
    host: str
    path: str
    query: str

    @property
    def target(self) -> str:
        """Path and query."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def url(self) -> str:
        """The address, without a port."""
        return f"{self.scheme}://{self.host}{self.target}"


def read_asked(text: str, hosts: Collection[str], *, own_port: str = "") -> Asked:
    """Read an address. `own_port`: that of the admin, which may stand there where it is pasted."""
    example = next(iter(hosts), "www.example.nl")
    if not text.isprintable() or any(char.isspace() for char in text):
        raise ValidationError(
            _("An address has no spaces, line breaks or hidden characters: take them out.")
        )
    if "\\" in text:
        raise ValidationError(_("An address has no backslashes: write / in their place."))
    if text.startswith("/"):
        raise ValidationError(
            _("Begin with the host name: https://%(example)s/…") % {"example": example}
        )
    found = _ADDRESS.fullmatch(text if _SCHEME.match(text) else f"https://{text}")
    if found is None:
        raise ValidationError(_("Begin with https:// or http://, and then the host name."))
    scheme = found["scheme"].lower()
    host = _host(scheme, found["authority"], hosts, own_port)
    path, query = (quote(found[name] or "", safe=_AS_SENT) for name in ("path", "query"))
    return Asked(scheme, host, path or "/", query)


def _host(scheme: str, authority: str, hosts: Collection[str], own_port: str) -> str:
    """Give the host that is meant, one of `hosts`."""
    if "@" in authority:
        raise ValidationError(_("Leave out what stands before the @: no password is sent."))
    found = _AUTHORITY.fullmatch(authority)
    typed = found["host"] if found else authority
    host = typed.lower() if typed.isascii() else ""
    if host not in hosts:
        raise ValidationError(_refusal(typed, hosts))
    port = found["port"] if found else None
    if port is not None and port not in {DEFAULT_PORTS[scheme], own_port or DEFAULT_PORTS[scheme]}:
        raise ValidationError(
            _("Leave out the port, :%(port)s behind the host name.") % {"port": port}
        )
    return host


def _refusal(host: str, hosts: Collection[str]) -> str:
    example = next(iter(hosts), "www.example.nl")
    for is_so, words in _ODD:
        if is_so(host):
            return str(words) % {"example": example} if "%" in str(words) else str(words)
    if not hosts:
        return _("There is no site yet. Add one, with its host names, under Sites.")
    values = {"host": host, "known": ", ".join(hosts)}
    return _("«%(host)s» is none of your sites. The host names known are: %(known)s.") % values
