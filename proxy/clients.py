"""An opaque word for a visitor's network, so that one network cannot drain a pool.

A network is the /24 of an IPv4 address and the /56 of an IPv6 one: as much as one customer has. The
word is a hash with a key that never leaves the edge: from the store nobody reads an address.

A loopback or private address is that of a proxy in front that nobody declared, and all visitors
would be one client: they are `INSIDE`, and nobody caps those. Ops hear of it once.
"""

import hashlib
import ipaddress
import logging

from calltrack.leases import Client

INSIDE = Client("inside")
"""Those whose network is not known."""

IPV4_BITS, IPV6_BITS = 24, 56
_WORD_BYTES = 12

# Not `is_private`: that has the networks of examples in it, too, which no proxy in front is of.
_INSIDE_NETWORKS = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.168.0.0/16", "::/128", "::1/128", "fc00::/7", "fe80::/10",
    )
)  # fmt: skip

_log = logging.getLogger("calltrack.proxy")


class Clients:
    """Names the networks of visitors."""

    def __init__(self, key: bytes) -> None:
        """Take the key: the same on every edge, or a client counts once for each."""
        self._key = hashlib.sha256(b"calltrack.client" + key).digest()
        self._has_warned = False

    def name(self, address: str) -> Client:
        """Give the word for an address's network."""
        network = _network(address)
        if network is None:
            self._warn()
            return INSIDE
        digest = hashlib.blake2b(network, key=self._key, digest_size=_WORD_BYTES)
        return Client(digest.hexdigest())

    def _warn(self) -> None:
        if not self._has_warned:
            self._has_warned = True
            _log.warning(
                "a visitor comes from a loopback or private address: no cap of numbers for each "
                "client is kept for those; where another proxy stands in front, name it with "
                "--trust, and let it send X-Forwarded-For"
            )


def _network(address: str) -> bytes | None:
    try:
        found = ipaddress.ip_address(address.strip("[]"))
    except ValueError:
        return None
    found = getattr(found, "ipv4_mapped", None) or found
    if any(found.version == inside.version and found in inside for inside in _INSIDE_NETWORKS):
        return None
    bits = IPV4_BITS if found.version == 4 else IPV6_BITS
    return b"%d:" % found.version + found.packed[: bits // 8]
