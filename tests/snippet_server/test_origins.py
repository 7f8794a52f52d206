"""Addresses and origins: exactly as browsers write them, and nothing else."""

import pytest

from snippet_server.origins import LONGEST_URL, read_host, read_origin, read_url
from snippet_server.pages import PageUrl


@pytest.mark.parametrize(
    ("text", "authority", "host"),
    [
        pytest.param("https://www.example.nl", "www.example.nl", "www.example.nl", id="https"),
        pytest.param("http://www.example.nl", "www.example.nl", "www.example.nl", id="http"),
        pytest.param("http://localhost:8000", "localhost:8000", "localhost", id="a port"),
        pytest.param("http://a.nl:443", "a.nl:443", "a.nl", id="another scheme's port"),
        pytest.param("https://example.nl.", "example.nl.", "example.nl", id="a final dot"),
        pytest.param("https://xn--bcher-kva.nl", "xn--bcher-kva.nl", "xn--bcher-kva.nl", id="IDN"),
        pytest.param("http://[::1]:81", "[::1]:81", "[::1]", id="IPv6"),
    ],
)
def test_an_origin_is_a_scheme_a_host_and_a_port(text: str, authority: str, host: str) -> None:
    found = read_origin(text)

    assert found == PageUrl(text.partition(":")[0], authority, host, "/")
    assert found.origin == text


@pytest.mark.parametrize(
    "text",
    [
        "", "null", "NULL", "*", "www.example.nl", "//www.example.nl", "https://", "https:///",
        "https://www.example.nl/", "https://www.example.nl?", "https://www.example.nl#",
        "HTTPS://www.example.nl", "https://WWW.example.nl", " https://www.example.nl",
        "https://www.example.nl ", "https://www.example.nl\n", "https://www.example.nl, https://a",
        "https://www.example.nl https://a", "https://a@www.example.nl", "https://a:b@c.nl",
        "https://www.example.nl:443", "http://www.example.nl:80", "https://a.nl:0",
        "https://a.nl:00443", "https://a.nl:65536", "https://a.nl:999999", "https://a.nl:",
        "https://a.nl:x", "ftp://a.nl", "file://", "data:", "chrome-extension://abc",
        "https://-", "https://.nl", "https://a_b-", "https://bücher.nl", "https://a%2enl",
        "https://a\\b", "https://[::1", "https://[zz]", "https://" + "a" * 254,
        "https://a.nl\x00", "https://a.nl\ud800",
    ],
)  # fmt: skip
def test_what_a_browser_does_not_write_is_no_origin(text: str) -> None:
    assert read_origin(text) is None


@pytest.mark.parametrize(
    ("text", "target"),
    [
        pytest.param("https://www.example.nl/", "/", id="the first page"),
        pytest.param("https://www.example.nl/a%20b/?c=d&e", "/a%20b/?c=d&e", id="path and query"),
        pytest.param("https://www.example.nl/?a=|^{}`", "/?a=|^{}`", id="what queries leave as is"),
        pytest.param("https://www.example.nl//a", "//a", id="two slashes"),
    ],
)
def test_an_address_keeps_its_path_and_query_as_they_are(text: str, target: str) -> None:
    found = read_url(text)

    assert found is not None
    assert (found.target, found.text, found.origin) == (target, text, "https://www.example.nl")


@pytest.mark.parametrize(
    "text",
    [
        "", "/", "https://www.example.nl", "https://www.example.nl?a", "about:blank",
        "javascript:alert(1)", "https://a.nl/#b", "https://a.nl/a b", "https://a.nl/é",
        "https://a.nl/\n", "https://a.nl/\x7f", "https://u:p@a.nl/", "https://a.nl:443/",
        "https://a.nl/" + "a" * LONGEST_URL,
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_page_is_none(text: str) -> None:
    assert read_url(text) is None


@pytest.mark.parametrize(
    ("text", "host"),
    [
        pytest.param("www.example.nl", "www.example.nl", id="a name"),
        pytest.param("WWW.Example.NL.", "www.example.nl", id="in capitals, with a final dot"),
        pytest.param("[::1]", "[::1]", id="IPv6"),
        pytest.param("www.example.nl:80", None, id="with a port"),
        pytest.param("", None, id="nothing"),
        pytest.param("a/b", None, id="a path"),
        pytest.param("bücher.nl", None, id="not as browsers write it"),
        pytest.param("a" * 254, None, id="longer than a name may be"),
    ],
)
def test_a_host_is_read_without_case_and_final_dot(text: str, host: str | None) -> None:
    assert read_host(text) == host
