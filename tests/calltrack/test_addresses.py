"""Addresses and values that a stranger wrote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltrack.addresses import (
    ADDRESS_LIMIT,
    MOST_PAIRS,
    Address,
    cleaned,
    read_address,
    read_query,
)

ANY = st.text(alphabet=st.characters(codec=None), max_size=300)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        pytest.param("caf%C3%A9", "café", id="utf-8"),
        pytest.param("caf%E9", "caf\ufffd", id="latin-1"),
        pytest.param("%ZZ%", "%ZZ%", id="junk"),
        pytest.param("a%00b%0D%0Ac%1B", "ab c", id="control-characters"),
        pytest.param("a%E2%80%AEb%E2%80%8Bc", "abc", id="direction-and-nothing"),
        pytest.param("+a+%C2%A0+b+", "a b", id="spaces"),
        pytest.param("%3Cscript%3E", "<script>", id="markup-is-text"),
        pytest.param("%2541", "%41", id="decoded-once"),
        pytest.param("a" * 5000, "a" * 100, id="over-long"),
        pytest.param("a\udce9b", "ab", id="a-byte-that-is-no-utf-8"),
    ],
)
def test_values_are_decoded_once_cleaned_and_cut(written: str, kept: str) -> None:
    assert cleaned(read_query(f"a={written}")["a"], 100) == kept


@pytest.mark.parametrize(
    ("query", "said"),
    [
        pytest.param("a=b&c=d", {"a": "b", "c": "d"}, id="pairs"),
        pytest.param("A=b", {"a": "b"}, id="a-name-in-any-case"),
        pytest.param("a=&a=%00&a=b&a=c", {"a": "b"}, id="the-first-that-says-something"),
        pytest.param("a=b&amp;c=d", {"a": "b", "c": "d"}, id="encoded-twice"),
        pytest.param("a=b;c=d", {"a": "b;c=d"}, id="a-semicolon-is-part-of-a-value"),
        pytest.param("a=b=c", {"a": "b=c"}, id="a-second-equals-sign"),
        pytest.param("&&a&=b&", {"": "b"}, id="junk"),
        pytest.param("", {}, id="nothing"),
    ],
)
def test_a_query_is_read_as_browsers_do(query: str, said: dict[str, str]) -> None:
    assert dict(read_query(query)) == said


def test_of_a_huge_query_only_its_start_is_read() -> None:
    assert "b" not in read_query("a=" + "x" * ADDRESS_LIMIT + "&b=c")
    assert "b" not in read_query("a=x&" * MOST_PAIRS + "b=c")
    assert "b" in read_query("a=x&" * (MOST_PAIRS - 1) + "b=c")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        pytest.param(
            "https://www.blog.test/a%20b?c=d",
            Address("www.blog.test", "/a%20b", "c=d", "https://www.blog.test"),
            id="page",
        ),
        pytest.param(
            "HTTPS://User:Secret@WWW.Blog.Test.:8443?c#d",
            Address("www.blog.test", "/", "c", "https://www.blog.test:8443"),
            id="password-case-port-and-fragment",
        ),
        pytest.param(
            "android-app://com.google.android.gm/",
            Address("com.google.android.gm", "/", "", "android-app://com.google.android.gm"),
            id="app",
        ),
        pytest.param(
            "https://xn--caf-dma.test/",
            Address("xn--caf-dma.test", "/", "", "https://xn--caf-dma.test"),
            id="punycode",
        ),
        pytest.param("http://[::1]:80/", Address("[::1]", "/", "", "http://[::1]:80"), id="ipv6"),
    ],
)
def test_an_address_is_read_without_password_and_fragment(text: str, address: Address) -> None:
    assert read_address(text) == address


@pytest.mark.parametrize(
    "referrer",
    [
        pytest.param("http://[", id="open-bracket"),
        pytest.param("http://[::1", id="open-address"),
        pytest.param("//blog.test/", id="no-scheme"),
        pytest.param("blog.test", id="a-name"),
        pytest.param("about:blank", id="about"),
        pytest.param("javascript:alert(1)", id="script"),
        pytest.param("data:text/html,<p>", id="data"),
        pytest.param("file:///etc/passwd", id="file"),
        pytest.param("https:///path", id="no-host"),
        pytest.param("https://@/", id="a-user-and-no-host"),
        pytest.param("https://.../", id="dots"),
        pytest.param("http://a b/", id="a-space"),
        pytest.param("https://blog.test:port/", id="no-port"),
        pytest.param("https://пример.рф/", id="browsers-send-punycode"),
        pytest.param("https://\u2100.test/", id="a-letter-that-becomes-a-slash"),
        pytest.param("%", id="percent"),
        pytest.param("\x00", id="nul"),
    ],
)
def test_what_is_no_address_of_a_page_is_none(referrer: str) -> None:
    assert read_address(referrer) is None


@given(ANY)
def test_nothing_raises(text: str) -> None:
    read_address(text)
    read_address(f"https://{text}")
    said = read_query(text)

    for value in said.values():
        assert cleaned(value, 50).isprintable()
        assert 0 < len(cleaned(value, 50)) <= 50


@given(ANY)
def test_what_is_clean_stays_as_it_is(text: str) -> None:
    once = cleaned(text, 20)

    assert cleaned(once, 20) == once
