"""Host: one, and a good one, whatever else names the host."""

import pytest

from tests.proxy.conftest import StartProxy
from tests.proxy.malformed.wire import assert_refused, take_heard, tried


def host(*lines: bytes, version: bytes = b"1.1", target: bytes = b"/") -> bytes:
    head = [b"GET " + target + b" HTTP/" + version, *lines, b"", b""]
    return b"\r\n".join(head)


REFUSED = [
    pytest.param(host(), id="none"),
    pytest.param(host(b"X: y"), id="none, but another field"),
    pytest.param(host(b"Hosts: site.test"), id="nearly its name"),
    pytest.param(host(b"Host: a", b"Host: a"), id="the same twice"),
    pytest.param(host(b"Host: a", b"Host: b"), id="two"),
    pytest.param(host(b"Host: a", b"host: b"), id="two, in two spellings"),
    pytest.param(host(b"Host: a", b"X: y", b"HOST: b"), id="two, apart"),
    pytest.param(host(b"Host: a", b"Host:"), id="one and an empty one"),
    pytest.param(host(b"Host: a", b"Host: b", target=b"http://c/"), id="two, absolute"),
    pytest.param(host(b"Host:"), id="empty"),
    pytest.param(host(b"Host:   "), id="spaces"),
    pytest.param(host(b"Host: a b"), id="a space"),
    pytest.param(host(b"Host: a\tb"), id="a tab"),
    pytest.param(host(b"Host: a,b"), id="a list"),
    pytest.param(host(b"Host: a, b"), id="a list with a space"),
    pytest.param(host(b"Host: a/"), id="a slash"),
    pytest.param(host(b"Host: a/../b"), id="a path"),
    pytest.param(host(b"Host: /a"), id="a path alone"),
    pytest.param(host(b"Host: a?b"), id="a query"),
    pytest.param(host(b"Host: a#b"), id="a fragment"),
    pytest.param(host(b"Host: a\\b"), id="a backslash"),
    pytest.param(host(b"Host: a@b"), id="a user"),
    pytest.param(host(b"Host: u:p@b"), id="a login"),
    pytest.param(host(b"Host: http://a"), id="an address"),
    pytest.param(host(b"Host: //a"), id="two slashes"),
    pytest.param(host(b"Host: a%62"), id="an escape"),
    pytest.param(host(b"Host: a;b"), id="a semicolon"),
    pytest.param(host(b"Host: a'b"), id="a quote"),
    pytest.param(host(b'Host: "a"'), id="quotes"),
    pytest.param(host(b"Host: <a>"), id="angle brackets"),
    pytest.param(host(b"Host: *"), id="a star"),
    pytest.param(host(b"Host: *.test"), id="a star and a name"),
    pytest.param(host(b"Host: $host"), id="a variable"),
    pytest.param(host(b"Host: caf\xc3\xa9.test"), id="UTF-8"),
    pytest.param(host(b"Host: caf\xe9.test"), id="Latin-1"),
    pytest.param(host(b"Host: a\x01b"), id="a control byte"),
    pytest.param(host(b"Host: a\x7fb"), id="DEL"),
    pytest.param(host(b"Host: a\0b"), id="NUL"),
    pytest.param(host(b"Host: ."), id="a dot"),
    pytest.param(host(b"Host: .."), id="two dots"),
    pytest.param(host(b"Host: .a"), id="a dot first"),
    pytest.param(host(b"Host: a..b"), id="two dots inside"),
    pytest.param(host(b"Host: a.."), id="two dots behind"),
    pytest.param(host(b"Host: :80"), id="a port alone"),
    pytest.param(host(b"Host: a:b"), id="a word for a port"),
    pytest.param(host(b"Host: a:65536"), id="no such port"),
    pytest.param(host(b"Host: a:-1"), id="a port below nothing"),
    pytest.param(host(b"Host: a:+80"), id="a sign in the port"),
    pytest.param(host(b"Host: a:80:80"), id="two ports"),
    pytest.param(host(b"Host: a: 80"), id="a space before the port"),
    pytest.param(host(b"Host: a :80"), id="a space before the colon"),
    pytest.param(host(b"Host: a:000080"), id="a port of six digits"),
    pytest.param(host(b"Host: [::1"), id="half an IPv6 address"),
    pytest.param(host(b"Host: ::1"), id="an IPv6 address without brackets"),
    pytest.param(host(b"Host: []"), id="brackets"),
    pytest.param(host(b"Host: [:::]"), id="no IPv6 address"),
    pytest.param(host(b"Host: [127.0.0.1]"), id="an IPv4 address in brackets"),
    pytest.param(host(b"Host: [fe80::1%eth0]"), id="an IPv6 zone"),
    pytest.param(host(b"Host: [v1.a]"), id="an address of the future"),
    pytest.param(host(b"Host: [::1]a"), id="more behind the address"),
    pytest.param(host(b"Host: " + b"a" * 256), id="too long"),
    pytest.param(host(b"Host : a"), id="a space before the field's colon"),
    pytest.param(host(b"Host: a", b" b"), id="folded"),
    pytest.param(host(b"Host: a b", target=b"http://site.test/"), id="bad beside a good target"),
    pytest.param(host(b"Host:", target=b"http://site.test/"), id="empty beside a good target"),
    pytest.param(host(b"Host: a b", version=b"1.0"), id="bad, in HTTP/1.0"),
    pytest.param(host(b"Host:", version=b"1.0"), id="empty, in HTTP/1.0"),
    pytest.param(host(b"Host: a", b"Host: b", version=b"1.0"), id="two, in HTTP/1.0"),
]

PASSED = [
    pytest.param(b"site.test", id="a name"),
    pytest.param(b"SITE.Test", id="capitals"),
    pytest.param(b"site.test.", id="a dot behind"),
    pytest.param(b"site.test:8080", id="a port"),
    pytest.param(b"site.test:", id="an empty port"),
    pytest.param(b"localhost", id="one word"),
    pytest.param(b"a_b.site-1.test", id="an underscore"),
    pytest.param(b"xn--caf-dma.test", id="punycode"),
    pytest.param(b"127.0.0.1", id="an address"),
    pytest.param(b"169.254.169.254", id="an inner address: a name, and no destination"),
    pytest.param(b"[::1]", id="IPv6"),
    pytest.param(b"[2001:DB8::7]:8080", id="IPv6 and a port"),
    pytest.param(b"[::ffff:192.0.2.1]", id="IPv4 in IPv6"),
]


@pytest.mark.parametrize("sent", REFUSED)
async def test_a_host_that_is_none_is_refused(start_proxy: StartProxy, sent: bytes) -> None:
    await assert_refused(start_proxy, sent, 400)


@pytest.mark.parametrize("name", PASSED)
async def test_a_host_is_a_name_for_the_site_and_nothing_more(
    start_proxy: StartProxy, name: bytes
) -> None:
    got, heard = await tried(start_proxy, host(b"Host: " + name, b"Connection: close"))

    assert got.body == b"ok"
    assert [take_heard(one).fields for one in heard] == [[(b"Host", name)]]


@pytest.mark.parametrize(
    ("target", "name"),
    [
        pytest.param(b"http://other.test/", b"other.test", id="a name"),
        pytest.param(b"http://other.test:81/", b"other.test:81", id="a port"),
        pytest.param(b"http://169.254.169.254/latest", b"169.254.169.254", id="an inner address"),
        pytest.param(b"http://[::1]:9/", b"[::1]:9", id="IPv6"),
        pytest.param(b"http://localhost:22/", b"localhost:22", id="this machine"),
    ],
)
async def test_an_absolute_target_overrules_host_and_leads_nowhere_else(
    start_proxy: StartProxy, target: bytes, name: bytes
) -> None:
    got, heard = await tried(start_proxy, host(b"Host: a", b"Connection: close", target=target))

    assert got.body == b"ok"
    assert [take_heard(one).fields for one in heard] == [[(b"Host", name)]]


async def test_an_old_client_may_name_no_host(start_proxy: StartProxy) -> None:
    got, heard = await tried(start_proxy, host(version=b"1.0"))

    assert got.body == b"ok"
    assert len(heard) == 1
