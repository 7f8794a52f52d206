"""The checks a request passes before anything is done for it.

`examine` gives the facts of a request, or a refusal: a status and the word it is counted under.
Framing (two lengths, length and chunks, bad chunks, bare line ends) is the C parser's work, done
before a request comes here; this is what it lets through.

===========================================  ======
request                                      answer
===========================================  ======
a version other than HTTP/1.0 and HTTP/1.1   505
RTSP, Icecast                                400
a head that is too big as a whole            431
Transfer-Encoding in HTTP/1.0, or empty      400
a transfer coding other than chunked         501
CONNECT, TRACE                               405
a target with a fragment, or of no known form  400
a Host that is no host name                  400
a host that is not ours                      421, but under our own paths
our own name in Via: a loop                  508
an expectation other than 100-continue       417
===========================================  ======

Sources: RFC 9112 §2.3, §3.2, §6.1; RFC 9110 §7.6.3, §10.1.1, §15.5.20.
"""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from aiohttp import HttpVersion10, HttpVersion11, web
from multidict import CIMultiDictProxy

from proxy.forwarded import TrustedPeers, last_value, said_scheme
from proxy.headers import Fields, members

_AUTHORITY = re.compile(
    r"(?P<name>(?:[A-Za-z0-9_-]+\.)*[A-Za-z0-9_-]+\.?|\[(?P<six>[0-9A-Fa-f:.]+)\])"
    r"(?::(?P<port>[0-9]{0,5}))?"
)
_LONGEST_NAME = 255  # RFC 1035 §2.3.4
_LONGEST_AUTHORITY = _LONGEST_NAME + len(":65535")
_REMEMBERED = 1024  # authorities, as they were written: nearly all requests name one of a few
_VERSIONS = (HttpVersion11, HttpVersion10)
_ABSOLUTE = re.compile(r"(?i:https?)://(?P<authority>[^/?]*)(?P<target>.*)")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request that goes no further. `reason` is the word it is counted under."""

    status: int
    reason: str


class RequestFacts(NamedTuple):
    """What a request says, checked, and with what trusted proxies in front add to it."""

    method: str
    scheme: str  # http or https, as the visitor's browser sees it
    authority: str  # the host as written, with its port if it has one; "" in HTTP/1.0 without Host
    host: str  # its name alone, in lower case
    target: str  # path and query, byte for byte
    peer: str  # the address at the other end of the connection
    client: str  # the visitor's address: the peer's, or what a trusted proxy in front says
    is_trusted: bool  # the peer is a trusted proxy
    headers: CIMultiDictProxy[str]
    fields: Fields  # the same headers as the bytes they came in

    @property
    def path(self) -> str:
        """The path as it was sent, without the query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The query as it was sent, without the question mark."""
        return self.target.partition("?")[2]


def _nowhere(_path: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Gate:
    """Examines requests. `serves` says which hosts are ours, `name` is ours in Via.

    `anywhere` says which paths are ours under any host: carriers may call another name than the
    site's.
    """

    name: str
    serves: Callable[[str], bool]
    trusted: TrustedPeers
    anywhere: Callable[[str], bool] = _nowhere

    def examine(self, request: web.BaseRequest) -> RequestFacts | Refusal:
        """Give the request's facts, or say why it goes no further."""
        fields = list(request.raw_headers)
        refusal = _framing(request, fields) or self._route(request, fields)
        if refusal is not None:
            return refusal
        named = _target(request)
        if isinstance(named, Refusal):
            return named
        authority, target = named
        facts = self._facts(request, fields, authority=authority, target=target)
        if not _names_host_well(request, facts.authority):
            return Refusal(400, "host")
        if not (self.serves(facts.host) or self.anywhere(facts.path)):
            return Refusal(421, "foreign_host")
        return facts

    def _route(self, request: web.BaseRequest, fields: Fields) -> Refusal | None:
        if request.method in {"CONNECT", "TRACE"}:
            return Refusal(405, "method")
        if "Via" in request.headers and any(map(self._is_ours, members(fields, b"via"))):
            return Refusal(508, "loop")
        if "Expect" in request.headers and request.version == HttpVersion11:
            expected = members(fields, b"expect")
            if expected not in ([], [b"100-continue"]):
                return Refusal(417, "expectation")
        return None

    def _is_ours(self, hop: bytes) -> bool:
        words = hop.split()
        return len(words) > 1 and words[1] == self.name.lower().encode()

    def _facts(
        self, request: web.BaseRequest, fields: Fields, *, authority: str, target: str
    ) -> RequestFacts:
        peer = request.remote or ""
        is_trusted = self.trusted.has(peer)
        scheme = request.scheme
        if is_trusted:
            scheme = said_scheme(fields) or scheme
            said = last_value(fields, b"x-forwarded-host") or ""
            authority = said if is_authority(said) else authority
        return RequestFacts(
            method=request.method,
            scheme=scheme,
            authority=authority,
            host=host_name(authority),
            target=target,
            peer=peer,
            client=self.trusted.client(peer, fields),
            is_trusted=is_trusted,
            headers=request.headers,
            fields=fields,
        )


def is_authority(text: str) -> bool:
    """Say whether this is a host name or address, with or without a port."""
    return len(text) <= _LONGEST_AUTHORITY and _is_authority(text)


@lru_cache(maxsize=_REMEMBERED)
def _is_authority(text: str) -> bool:
    found = _AUTHORITY.fullmatch(text)
    if found is None or int(found["port"] or 0) > 65535 or len(found["name"]) > _LONGEST_NAME:
        return False
    return found["six"] is None or _is_address(found["six"])


def _is_address(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True


def host_name(authority: str) -> str:
    """Give the host's name alone, in lower case; "" for what is no authority."""
    return _host_name(authority) if len(authority) <= _LONGEST_AUTHORITY else ""


@lru_cache(maxsize=_REMEMBERED)
def _host_name(authority: str) -> str:
    found = _AUTHORITY.fullmatch(authority)
    return found["name"].lower().rstrip(".") if found else ""


def _framing(request: web.BaseRequest, fields: Fields) -> Refusal | None:
    if request.version not in _VERSIONS:
        return Refusal(505, "version")
    unfit = getattr(request.protocol, "unfit", 0)
    if unfit:
        return Refusal(unfit, "unreadable")
    if "Transfer-Encoding" not in request.headers:
        return None
    codings = members(fields, b"transfer-encoding")
    if not codings or request.version == HttpVersion10:
        return Refusal(400, "framing")
    return None if codings == [b"chunked"] else Refusal(501, "transfer_coding")


def _names_host_well(request: web.BaseRequest, authority: str) -> bool:
    """An HTTP/1.0 request may come without a Host; whoever names it must name it well.

    So must an absolute target, which overrules Host; a bad Host beside it is bad all the same.
    """
    host = request.headers.get("Host")
    if host is None:
        return is_authority(authority) if authority else request.version == HttpVersion10
    return is_authority(authority) and (host == authority or is_authority(host))


def _target(request: web.BaseRequest) -> tuple[str, str] | Refusal:
    """Split the request's target into authority and path. An absolute one overrules Host."""
    text = request.raw_path
    if "#" in text:
        return Refusal(400, "target")
    if text.startswith("/") or (text == "*" and request.method == "OPTIONS"):
        return request.headers.get("Host", ""), text
    found = _ABSOLUTE.fullmatch(text)
    if found is None or not is_authority(found["authority"]):
        return Refusal(400, "target")
    target = found["target"]
    if not target and request.method == "OPTIONS":  # it asks about the server (RFC 9112 §3.2.4)
        return found["authority"], "*"
    return found["authority"], target if target.startswith("/") else f"/{target}"
