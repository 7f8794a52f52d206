"""The cookies that came with a request."""

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from proxy.sent_cookies import read_cookies


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        pytest.param("calltrack-main=abc", ["abc"], id="alone"),
        pytest.param("a=1; calltrack-main=abc; b=2", ["abc"], id="among others"),
        pytest.param("a=1;calltrack-main=abc", ["abc"], id="no space"),
        pytest.param("calltrack-main=a; calltrack-main=b", ["a", "b"], id="twice"),
        pytest.param("xcalltrack-main=abc", [], id="another name"),
        pytest.param("calltrack-main", [""], id="no value"),
        pytest.param(";;=;", [], id="junk"),
        pytest.param("", [], id="empty"),
    ],
)
def test_our_cookie_is_found_among_others(header: str, expected: list[str]) -> None:
    assert read_cookies({"Cookie": header}, "calltrack-main") == expected


def test_cookies_in_a_field_of_their_own_are_found() -> None:
    sent = CIMultiDict([("Cookie", "a=1; calltrack-main=a"), ("cookie", "calltrack-main=b")])

    assert read_cookies(CIMultiDictProxy(sent), "calltrack-main") == ["a", "b"]
