"""How settings are read: text in, a value or a sentence out."""

from argparse import ArgumentTypeError
from collections.abc import Callable
from pathlib import Path

import pytest

from proxy.quantities import some_seconds
from proxy.run_arguments import (
    Address,
    address,
    edge_name,
    events_address,
    field_name,
    file_name,
    host_pattern,
    host_sent,
    plan_place,
    prefix,
    public_url,
    store_url,
    upstream,
    web_address,
)


@pytest.mark.parametrize(
    ("text", "expected", "written"),
    [
        pytest.param("127.0.0.1:8080", ("127.0.0.1", 8080), "127.0.0.1:8080", id="IPv4"),
        pytest.param("[::1]:8080", ("::1", 8080), "[::1]:8080", id="IPv6"),
        pytest.param("[::]:0", ("::", 0), "[::]:0", id="all of IPv6, any port"),
        pytest.param("localhost:0", ("localhost", 0), "localhost:0", id="a name, any port"),
        pytest.param(":8080", ("127.0.0.1", 8080), "127.0.0.1:8080", id="no host"),
        pytest.param("8080", ("127.0.0.1", 8080), "127.0.0.1:8080", id="a port alone"),
    ],
)
def test_an_address_is_read_and_written_as_in_a_url(
    text: str, expected: tuple[str, int], written: str
) -> None:
    found = address(text)

    assert found == Address(*expected)
    assert str(found) == written


@pytest.mark.parametrize(
    ("read", "text", "said"),
    [
        pytest.param(address, "", "no HOST:PORT", id="no address"),
        pytest.param(address, "localhost", "no HOST:PORT", id="no port"),
        pytest.param(address, "localhost:", "no HOST:PORT", id="an empty port"),
        pytest.param(address, "localhost:65536", "no HOST:PORT", id="a port too high"),
        pytest.param(address, "localhost:-1", "no HOST:PORT", id="a port too low"),
        pytest.param(address, "localhost:²", "no HOST:PORT", id="a digit that is none"),
        pytest.param(address, "::1:8080", r"\[::1\]:8080", id="IPv6 without brackets"),
        pytest.param(address, "[::1:8080", "no HOST:PORT", id="half the brackets"),
        pytest.param(address, "localhost:99999999999", "no HOST:PORT", id="a port far too high"),
        pytest.param(address, "a..b:80", "no HOST:PORT", id="a name with an empty label"),
        pytest.param(address, "*:80", "no HOST:PORT", id="a star to listen on"),
        pytest.param(address, "a b:80", "no HOST:PORT", id="a space to listen on"),
        pytest.param(address, "[1.2.3.4]:80", "no HOST:PORT", id="IPv4 in brackets"),
        pytest.param(address, "[::x]:80", "no HOST:PORT", id="no IPv6 in brackets"),
        pytest.param(file_name, " ", "no name of a file", id="no file"),
        pytest.param(file_name, "a\0b", "no name of a file", id="a NUL in a file's name"),
        pytest.param(host_sent, "a b", "no name of a host", id="a space in a host"),
        pytest.param(host_sent, "a\r\nX: y", "no name of a host", id="a line end in a host"),
        pytest.param(host_sent, "http://a", "no name of a host", id="an address for a host"),
        pytest.param(upstream, "http://x:0", "no address of a site", id="port 0 of a site"),
        pytest.param(plan_place, "https://", "no address of a Plan", id="no host of a Plan"),
        pytest.param(plan_place, "http://x:0/p", "no address of a Plan", id="port 0 of a Plan"),
        pytest.param(plan_place, "http://x:y/p", "no address of a Plan", id="no port of a Plan"),
        pytest.param(plan_place, "http://u:p@x/", "CALLTRACK_PLAN_TOKEN", id="a login for a Plan"),
        pytest.param(plan_place, "http://x/a b", "no address of a Plan", id="a space in a Plan's"),
        pytest.param(plan_place, "http://x/#a", "no address of a Plan", id="a fragment"),
        pytest.param(events_address, "http://", "no address for events", id="no host for events"),
        pytest.param(events_address, "a/b", "no address for events", id="a file for events"),
        pytest.param(events_address, "None", "nor «none»", id="nowhere, in capitals"),
        pytest.param(events_address, "http://u:p@x/", "CALLTRACK_PLAN_TOKEN", id="a login"),
        pytest.param(public_url, "www.a.nl", "https://www.example", id="an address without https"),
        pytest.param(public_url, "https://a.nl/calls/", "no path", id="an address with a path"),
        pytest.param(prefix, "/", "no prefix", id="no prefix at all"),
        pytest.param(prefix, "_calltrack/", "no prefix", id="a prefix in the middle"),
        pytest.param(prefix, "/_calltrack", "no prefix", id="a prefix without its end"),
        pytest.param(prefix, "/a/../b/", "no prefix", id="a prefix with dots"),
        pytest.param(prefix, "/a%20b/", "no prefix", id="an escaped prefix"),
        pytest.param(host_pattern, "a.nl:80", "without a port", id="a host with a port"),
        pytest.param(host_pattern, "*a.nl", "without a port", id="a star within a name"),
        pytest.param(host_pattern, "a.*", "without a port", id="a star at the end"),
        pytest.param(host_pattern, "", "without a port", id="no host"),
        pytest.param(host_pattern, "https://a.nl", "without a port", id="an address"),
        pytest.param(host_pattern, "x" * 254, "without a port", id="a host too long"),
        pytest.param(field_name, "X Region", "no header's name", id="two words for a header"),
        pytest.param(store_url, "mysql://u:hush@x", "this is no store", id="another store"),
        pytest.param(store_url, "redis://h:x", "cannot be read", id="a store's port"),
        pytest.param(web_address, "ftp://a/", "no address", id="an address of another kind"),
        pytest.param(some_seconds, "-1", "number of seconds", id="less than no seconds"),
        pytest.param(edge_name, " ", "1 to 100", id="a name of nothing"),
        pytest.param(edge_name, "a\nb", "printable", id="a name of two lines"),
        pytest.param(edge_name, "x" * 101, "1 to 100", id="a name too long"),
    ],
)
def test_what_cannot_be_used_is_said_in_a_sentence(
    read: Callable[[str], object], text: str, said: str
) -> None:
    with pytest.raises(ArgumentTypeError, match=said):
        read(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("plan.toml", Path("plan.toml"), id="a file"),
        pytest.param("https/plan.json", Path("https/plan.json"), id="a file that looks alike"),
        pytest.param("https://a.nl/p/", "https://a.nl/p/", id="an address"),
        pytest.param("HTTP://a.nl/p/?x=1", "HTTP://a.nl/p/?x=1", id="capitals, and a query"),
    ],
)
def test_a_plan_is_in_a_file_or_at_an_address(text: str, expected: Path | str) -> None:
    assert plan_place(text) == expected


@pytest.mark.parametrize(
    ("read", "text"),
    [
        pytest.param(host_pattern, "*", id="all hosts"),
        pytest.param(host_pattern, "*.a.nl", id="all hosts below one"),
        pytest.param(host_pattern, "[::1]", id="an IPv6 host"),
        pytest.param(store_url, "redis://:hush@h/0", id="a store elsewhere"),
        pytest.param(events_address, "none", id="events stay here"),
        pytest.param(events_address, "https://a.nl/e/?x=1", id="an address for events"),
        pytest.param(edge_name, "proxy één", id="a name"),
        pytest.param(public_url, "https://www.example.nl", id="how carriers reach us"),
        pytest.param(prefix, "/_calltrack/", id="a prefix"),
        pytest.param(prefix, "/a/b.c/", id="a longer prefix"),
    ],
)
def test_where_events_go_and_who_sends_them_is_taken_as_it_is(
    read: Callable[[str], object], text: str
) -> None:
    assert read(text) == text


def test_a_host_is_compared_in_lower_case() -> None:
    assert host_pattern("WWW.Example.NL") == "www.example.nl"
