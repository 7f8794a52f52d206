"""An opaque word for a visitor's network, so that one network cannot drain a pool.

The word is a hash of the network, with a key that never leaves the edge: from the store nobody
reads an address.

A loopback or private address is that of a proxy in front that nobody declared, and all visitors
would be one client: they are `INSIDE`, and nobody caps those. Ops hear of it once.
"""

import hashlib
import logging

from calltrack.leases import Client
from calltrack.networks import network_of
from proxy.log_format import ONCE

INSIDE = Client("inside")
"""Those whose network is not known."""

_WORD_BYTES = 12

_log = logging.getLogger("calltrack.proxy")


class Clients:
    """Names the networks of visitors."""

    def __init__(self, key: bytes) -> None:
        """Take the key: the same on every edge, or a client counts once for each."""
        self._key = hashlib.sha256(b"calltrack.client" + key).digest()
        self._has_warned = False

    def name(self, address: str) -> Client:
        """Give the word for an address's network."""
        network = network_of(address)
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
                "--trust, and let it send X-Forwarded-For",
                extra=ONCE,
            )
