"""Who the visitor is when other proxies stand in front, and what we tell the site about it.

Nobody is believed by default, not the loopback either: X-Forwarded-* of a peer outside the trusted
networks is thrown away and replaced. Of a trusted peer the last value counts, the one it added
itself; the visitor's address is the last one that is not a trusted proxy's own. Some proxies write
the port beside it (203.0.113.7:4711, [2001:db8::7]:4711); it is left out.

Source: RFC 7239 §8, MDN "X-Forwarded-For: selecting an IP address".
"""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass

from proxy.headers import Field, Fields, values, without

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_WITH_PORT = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<four>[0-9.]+)):[0-9]{1,5}")
_SAID_ANEW = frozenset(
    {b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"x-forwarded-port"}
)
_CLAIMS = frozenset({b"forwarded", b"x-real-ip"})
_DEFAULT_PORTS = {"http": "80", "https": "443"}


@dataclass(frozen=True, slots=True)
class TrustedPeers:
    """The networks whose word about the visitor counts."""

    networks: tuple[Network, ...] = ()

    def has(self, address: str) -> bool:
        """Say whether this address is a trusted proxy's."""
        if not self.networks:
            return False
        parsed = _parse(address)
        return parsed is not None and any(
            parsed.version == network.version and parsed in network for network in self.networks
        )

    def client(self, peer: str, fields: Fields) -> str:
        """Name the visitor's address: the last hop that is no trusted proxy."""
        client = peer
        if not self.networks:
            return client
        for hop in reversed(_hops(fields)):
            if not self.has(client):
                break
            address = _parse(hop)
            if address is None:
                break  # a name or junk: whoever wrote it, what stands before it is worth nothing
            client = str(address)
        return client


def last_value(fields: Fields, name: bytes) -> str | None:
    """Give the last member of a field that each proxy adds to."""
    found = values(fields, name)
    if not found:
        return None
    return found[-1].rpartition(b",")[2].strip(b" \t").decode("ascii", "replace") or None


def our_fields(
    fields: Fields, *, peer: str, is_trusted: bool, scheme: str, authority: str
) -> list[Field]:
    """Tell the site who asked, and how: X-Forwarded-For, -Proto, -Host and -Port."""
    hops = [*_hops(fields), peer] if is_trusted else [peer]
    said_port = last_value(fields, b"x-forwarded-port") if is_trusted else None
    told = {
        b"X-Forwarded-For": ", ".join(hop for hop in hops if hop),
        b"X-Forwarded-Proto": scheme,
        b"X-Forwarded-Host": authority,
        b"X-Forwarded-Port": _port(said_port, scheme, authority),
    }
    return [(name, value.encode()) for name, value in told.items() if value]


def without_claims(fields: Fields, *, is_trusted: bool) -> Fields:
    """Leave out what a peer says about the visitor: all of it, or what we say anew."""
    if is_trusted:
        return without(fields, _SAID_ANEW)
    return [
        field
        for field in fields
        if not (name := field[0].lower()).startswith(b"x-forwarded-") and name not in _CLAIMS
    ]


def said_scheme(fields: Fields) -> str | None:
    """Give the scheme that a trusted peer names, where it is one."""
    proto = (last_value(fields, b"x-forwarded-proto") or "").lower()
    return proto if proto in _DEFAULT_PORTS else None


def _hops(fields: Fields) -> Sequence[str]:
    joined = b",".join(values(fields, b"x-forwarded-for")).decode("ascii", "replace")
    return [hop for part in joined.split(",") if (hop := part.strip())]


def _port(said: str | None, scheme: str, authority: str) -> str:
    if said is not None and said.isdecimal() and 0 < int(said) < 65536:
        return said
    _, found, port = authority.rpartition(":")
    if found and port.isdecimal():
        return port
    return _DEFAULT_PORTS[scheme]


def _parse(address: str) -> Address | None:
    """Read an address; one that stands for an IPv4 address inside IPv6 counts as that."""
    found = _WITH_PORT.fullmatch(address)
    host = found["six"] or found["four"] if found else address.strip("[]")
    try:
        parsed = ipaddress.ip_address(host)
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed
