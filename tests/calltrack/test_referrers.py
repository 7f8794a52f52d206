"""The sites that send visitors."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltrack.referrers import KNOWN, find, find_tagged


def name_of(host: str) -> str | None:
    found = find(host)
    return found.name if found else None


@pytest.mark.parametrize(
    ("host", "name"),
    [
        pytest.param("google.com", "google", id="bare"),
        pytest.param("www.google.nl", "google", id="country"),
        pytest.param("www.google.co.uk", "google", id="country-of-two-labels"),
        pytest.param("www.google.com.br", "google", id="com-and-country"),
        pytest.param("m.baidu.com", "baidu", id="mobile"),
        pytest.param("images.google.de", "google", id="images-by-country"),
        pytest.param("mail.google.com", "gmail", id="the-longest-wins"),
        pytest.param("gemini.google.com", "gemini", id="an-assistant-of-a-search-engine"),
        pytest.param("docs.google.com", None, id="not-every-page-of-an-engine-is-a-search"),
        pytest.param("www.yahoo.com", None, id="a-portal"),
        pytest.param("nl.search.yahoo.com", "yahoo", id="its-search"),
        pytest.param("l.facebook.com", "facebook", id="any-host-under-it"),
        pytest.param("out.reddit.com", "reddit", id="the-way-out"),
        pytest.param("notfacebook.com", None, id="another-name"),
        pytest.param("facebook.com.evil.test", None, id="a-name-in-front"),
        pytest.param("netflix.com", None, id="not-x"),
        pytest.param("google.evil", None, id="no-country"),
        pytest.param("google", None, id="no-domain"),
        pytest.param("webmail.provider.test", "webmail", id="any-webmail"),
        pytest.param("www.webmail-reviews.test", None, id="no-webmail"),
        pytest.param("com.linkedin.android", "linkedin", id="an-app"),
        pytest.param("xn--google-abc.test", None, id="punycode"),
        pytest.param("", None, id="nothing"),
        pytest.param("...", None, id="dots"),
    ],
)
def test_a_host_is_known_whole(host: str, name: str | None) -> None:
    assert name_of(host) == name


@pytest.mark.parametrize(
    ("source", "name"),
    [
        pytest.param("Google", "google", id="name-in-any-case"),
        pytest.param("google_ads", "google", id="ads-behind-it"),
        pytest.param("LinkedIn Ads", "linkedin", id="ads-after-a-space"),
        pytest.param("facebookads", "facebook", id="ads-without-one"),
        pytest.param("fb", "facebook", id="short"),
        pytest.param("IG", "instagram", id="short-instagram"),
        pytest.param("twitter", "x", id="the-old-name"),
        pytest.param("chatgpt.com", "chatgpt", id="host"),
        pytest.param("m.facebook.com", "facebook", id="mobile-host"),
        pytest.param("adwords", "google", id="the-old-name-of-google-ads"),
        pytest.param("not-linkedin", None, id="whole-words-only"),
        pytest.param("googlers", None, id="not-a-beginning"),
        pytest.param("ads", None, id="ads-of-nobody"),
        pytest.param("nieuwsbrief", None, id="unknown"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_a_tag_names_a_site_by_name_host_or_habit(source: str, name: str | None) -> None:
    found = find_tagged(source)

    assert (found.name if found else None) == name


def test_no_name_and_no_host_stands_twice() -> None:
    names = Counter(known.name for known in KNOWN)
    hosts = Counter(host for known in KNOWN for host in known.hosts)

    assert [name for name, count in (names + hosts).items() if count > 1] == ["so.com"]


def test_every_host_of_the_table_finds_its_site() -> None:
    for known in KNOWN:
        for host in known.hosts:
            whole = host.removeprefix(".").replace(".*", ".nl")
            assert find(whole) is known, host
            if host.startswith("."):
                assert find(f"any.{whole}") is known, host


@given(st.text(max_size=300))
def test_no_host_and_no_tag_raises(text: str) -> None:
    for found in (find(text), find_tagged(text)):
        assert found is None or found.name
