"""Who the visitor is, and what the site hears about it."""

import ipaddress

import pytest

from proxy.forwarded import Network, TrustedPeers, without_claims
from tests.proxy.browser import ask, get
from tests.proxy.conftest import StartOrigin, StartProxy
from tests.proxy.guests import Guests
from tests.proxy.origin import Origin, answer

SPOOFED = (
    b"X-Forwarded-For: 6.6.6.6",
    b"X-Forwarded-Proto: https",
    b"X-Forwarded-Host: evil.test",
    b"X-Forwarded-Port: 666",
    b"X-Forwarded-Server: evil",
    b"X-Real-IP: 6.6.6.6",
    b"Forwarded: for=6.6.6.6;host=evil.test",
)


def networks(*texts: str) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(text) for text in texts)


async def test_nobody_is_believed_by_default_not_even_the_loopback(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    origin = await start_origin(Origin(answer()))
    proxy = await start_proxy(origin)

    await ask(proxy.port, get(b"/", *SPOOFED, host=b"www.firm.test:8080"))

    heard = {name.lower(): value for name, value in origin.last.fields}
    assert heard[b"x-forwarded-for"] == b"127.0.0.1"
    assert heard[b"x-forwarded-proto"] == b"http"
    assert heard[b"x-forwarded-host"] == b"www.firm.test:8080"
    assert heard[b"x-forwarded-port"] == b"8080"
    assert not {b"x-forwarded-server", b"x-real-ip", b"forwarded"} & set(heard)


async def test_a_trusted_proxy_in_front_is_believed_and_added_to(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    origin = await start_origin(Origin(answer()))
    guests = Guests(hosts=frozenset({"www.firm.test"}))
    proxy = await start_proxy(origin, guests, trusted=networks("127.0.0.0/8"))

    got = await ask(
        proxy.port,
        get(
            b"/",
            b"X-Forwarded-For: 6.6.6.6, 203.0.113.7, 127.0.0.9",
            b"X-Forwarded-Proto: http, https",
            b"X-Forwarded-Host: evil.test, www.firm.test",
            b"X-Real-IP: 203.0.113.7",
            host=b"inner:8080",
        ),
    )

    assert got.status == 200
    heard = {name.lower(): value for name, value in origin.last.fields}
    assert heard[b"x-forwarded-for"] == b"6.6.6.6, 203.0.113.7, 127.0.0.9, 127.0.0.1"
    assert heard[b"x-forwarded-proto"] == b"https"
    assert heard[b"x-forwarded-host"] == heard[b"host"] == b"www.firm.test"
    assert heard[b"x-forwarded-port"] == b"443"
    assert heard[b"x-real-ip"] == b"203.0.113.7"
    assert (guests.asked[0].client, guests.asked[0].peer, guests.asked[0].scheme) == (
        "203.0.113.7",
        "127.0.0.1",
        "https",
    )
    assert guests.asked[0].host == "www.firm.test"


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b"X-Forwarded-Proto: gopher", id="scheme"),
        pytest.param(b"X-Forwarded-Host: a b", id="host"),
        pytest.param(b"X-Forwarded-Host:", id="no host"),
        pytest.param(b"X-Forwarded-Port: 99999", id="port"),
        pytest.param(b"X-Forwarded-For: <script>", id="address"),
    ],
)
async def test_junk_of_a_trusted_proxy_changes_nothing(
    start_origin: StartOrigin, start_proxy: StartProxy, line: bytes
) -> None:
    origin = await start_origin(Origin(answer()))
    guests = Guests()
    proxy = await start_proxy(origin, guests, trusted=networks("127.0.0.1"))

    got = await ask(proxy.port, get(b"/", line))

    assert got.status == 200
    assert (guests.asked[0].client, guests.asked[0].scheme, guests.asked[0].host) == (
        "127.0.0.1",
        "http",
        "site.test",
    )
    assert origin.last.has(b"x-forwarded-port") == b"80"


@pytest.mark.parametrize(
    ("peer", "hops", "expected"),
    [
        pytest.param("198.51.100.1", b"6.6.6.6", "198.51.100.1", id="an untrusted peer"),
        pytest.param("10.0.0.1", b"", "10.0.0.1", id="a trusted one that says nothing"),
        pytest.param("10.0.0.1", b"203.0.113.7", "203.0.113.7", id="one hop"),
        pytest.param("10.0.0.1", b"6.6.6.6, 203.0.113.7", "203.0.113.7", id="the last counts"),
        pytest.param("10.0.0.1", b"203.0.113.7, 10.0.0.2", "203.0.113.7", id="two trusted"),
        pytest.param("10.0.0.1", b"10.0.0.3, 10.0.0.2", "10.0.0.3", id="all trusted"),
        pytest.param("10.0.0.1", b"6.6.6.6, unknown", "10.0.0.1", id="no address"),
        pytest.param("10.0.0.1", b"203.0.113.7:4711", "203.0.113.7", id="with its port"),
        pytest.param("10.0.0.1", b"[2001:db8::7]:4711", "2001:db8::7", id="IPv6 with its port"),
        pytest.param("10.0.0.1", b"[2001:db8::7]", "2001:db8::7", id="IPv6 in brackets"),
        pytest.param("10.0.0.1", b"203.0.113.7, 10.0.0.2:80", "203.0.113.7", id="ours with a port"),
        pytest.param("10.0.0.1", b"2001:db8::7:4711", "2001:db8::7:4711", id="IPv6, no port"),
        pytest.param("10.0.0.1", b"203.0.113.7:x", "10.0.0.1", id="no port"),
        pytest.param("::ffff:10.0.0.1", b"203.0.113.7", "203.0.113.7", id="IPv4 inside IPv6"),
        pytest.param("2001:db8::1", b"203.0.113.7", "203.0.113.7", id="IPv6"),
        pytest.param("", b"203.0.113.7", "", id="a socket file"),
    ],
)
def test_the_visitor_is_the_last_hop_that_is_no_proxy_of_ours(
    peer: str, hops: bytes, expected: str
) -> None:
    trusted = TrustedPeers(networks("10.0.0.0/8", "2001:db8::/32"))

    assert trusted.client(peer, [(b"X-Forwarded-For", hops)]) == expected


def test_other_fields_are_no_claims() -> None:
    fields = [(b"X-Forward", b"a"), (b"Via", b"b"), (b"Accept", b"c")]

    assert without_claims(fields, is_trusted=False) == fields
