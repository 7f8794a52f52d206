"""Which network an address of the internet is in, as far as one customer has it.

A network is the /24 of an IPv4 address and the /56 of an IPv6 one. A loopback or private address
is in none: it is that of a proxy in front that nobody declared, or of somebody on our own machines.
"""

import ipaddress

IPV4_BITS, IPV6_BITS = 24, 56

# Not `is_private`: that has the networks of examples in it, too, which no proxy in front is of.
_INSIDE = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.168.0.0/16", "::/128", "::1/128", "fc00::/7", "fe80::/10",
    )
)  # fmt: skip


def network_of(address: str) -> bytes | None:
    """Name the network of an address, with or without brackets; None: it is in none."""
    try:
        found = ipaddress.ip_address(address.strip("[]"))
    except ValueError:
        return None
    found = getattr(found, "ipv4_mapped", None) or found
    if any(found.version == inside.version and found in inside for inside in _INSIDE):
        return None
    bits = IPV4_BITS if found.version == 4 else IPV6_BITS
    return b"%d:" % found.version + found.packed[: bits // 8]
