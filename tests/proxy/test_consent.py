"""Why nothing may be stored about a visitor, in one word, or that it may."""

from dataclasses import replace

import pytest
from multidict import CIMultiDict

from calltrack.plan import Consent, PrivacyControl, Site
from proxy.consent import refusal
from tests.calltrack.plans import SITE

COOKIE = replace(
    SITE,
    consent=Consent.REQUIRED,
    consent_cookie="cookieconsent",
    consent_value="*statistics:true*",
)
HEADER = replace(
    SITE, consent=Consent.REQUIRED, consent_header="X-Consent", consent_value="granted"
)
GIVEN = "cookieconsent={necessary%3Atrue%2Cstatistics%3Atrue}"


@pytest.mark.parametrize(
    ("site", "headers", "word"),
    [
        pytest.param(SITE, {}, None, id="not required"),
        pytest.param(replace(SITE, consent=Consent.REQUIRED), {}, "no_consent", id="never told"),
        pytest.param(COOKIE, {}, "no_consent", id="no cookie"),
        pytest.param(COOKIE, {"Cookie": GIVEN}, None, id="given, escaped"),
        pytest.param(COOKIE, {"Cookie": "cookieconsent=statistics:true"}, None, id="given, plain"),
        pytest.param(
            COOKIE, {"Cookie": "cookieconsent=statistics:false"}, "no_consent", id="refused"
        ),
        pytest.param(COOKIE, {"Cookie": "cookieconsent="}, "no_consent", id="an empty cookie"),
        pytest.param(COOKIE, {"Cookie": "cookieconsent=%FF%FE%"}, "no_consent", id="junk"),
        pytest.param(
            COOKIE, {"Cookie": f"{GIVEN}; cookieconsent=no"}, "no_consent", id="both ways at once"
        ),
        pytest.param(COOKIE, {"Cookie": f"x{GIVEN}"}, "no_consent", id="another cookie"),
        pytest.param(COOKIE, {"Cookie": f"{GIVEN}; calltrack-off=1"}, "opted_out", id="opted out"),
        pytest.param(SITE, {"Cookie": "calltrack-off=1"}, "opted_out", id="opted out, no consent"),
        pytest.param(SITE, {"Cookie": "calltrack-off=0"}, None, id="opted in again"),
        pytest.param(SITE, {"Cookie": "calltrack-off="}, None, id="opted in again, empty"),
        pytest.param(SITE, {"Cookie": "calltrack-offer=1"}, None, id="a name that begins like it"),
    ],
)
def test_a_refusal_is_read_from_cookies(
    site: Site, headers: dict[str, str], word: str | None
) -> None:
    assert refusal(site, headers, is_trusted=False) == word


@pytest.mark.parametrize(
    ("value", "is_trusted", "word"),
    [
        pytest.param("granted", True, None, id="a front that we trust"),
        pytest.param("GRANTED", True, None, id="in any case"),
        pytest.param("denied", True, "no_consent", id="refused"),
        pytest.param("", True, "no_consent", id="nothing said"),
        pytest.param("granted", False, "no_consent", id="written by the visitor"),
    ],
)
def test_a_header_counts_from_a_trusted_peer_alone(
    value: str, is_trusted: bool, word: str | None
) -> None:
    assert refusal(HEADER, {"X-Consent": value}, is_trusted=is_trusted) == word


def test_a_header_sent_twice_must_say_so_both_times() -> None:
    sent = CIMultiDict([("X-Consent", "granted"), ("X-Consent", "denied")])

    assert refusal(HEADER, sent, is_trusted=True) == "no_consent"


@pytest.mark.parametrize(
    ("control", "said", "word"),
    [
        pytest.param(PrivacyControl.IGNORED, "1", None, id="ignored"),
        pytest.param(PrivacyControl.NO_CONSENT, "1", "gpc", id="no consent"),
        pytest.param(PrivacyControl.OPT_OUT, "1", "opted_out", id="opt-out"),
        pytest.param(PrivacyControl.OPT_OUT, "0", None, id="not asked for"),
        pytest.param(PrivacyControl.OPT_OUT, "true", None, id="not as it is written"),
    ],
)
def test_global_privacy_control_means_what_the_site_says(
    control: PrivacyControl, said: str, word: str | None
) -> None:
    assert refusal(replace(SITE, gpc=control), {"Sec-GPC": said}, is_trusted=False) == word


def test_global_privacy_control_counts_more_than_consent() -> None:
    assert refusal(COOKIE, {"Sec-GPC": "1", "Cookie": GIVEN}, is_trusted=False) == "gpc"
