import hmac
from datetime import timedelta

import pytest

from calltrack.plan import Provider
from calltrack.telephony.carriers import CARRIERS
from calltrack.telephony.webhook import Verdict, is_late, is_same, judge
from tests.calltrack.telephony.signing import ACCOUNTS, SECRETS, START, Sent, account, sign

BY_HASH = [one for one in Provider if one is not Provider.TELNYX]  # whose key is a public one


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("abc", "abc", True, id="same"),
        pytest.param("abc", "abd", False, id="another letter"),
        pytest.param("abc", "ab", False, id="shorter"),
        pytest.param("é", "é", True, id="beyond ASCII"),
        pytest.param("\udcff", "abc", False, id="bytes that were no text"),
        pytest.param("", "abc", False, id="nothing"),
    ],
)
def test_signatures_are_compared(one: str, other: str, same: bool) -> None:
    assert is_same(one, other) is same


@pytest.mark.parametrize("provider", BY_HASH)
def test_a_signature_is_compared_in_constant_time(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = Sent({"AccountSid": ACCOUNTS[provider], "account": ACCOUNTS[provider]})
    webhook, ours = sign(provider, sent, at=START), account(provider)
    before = CARRIERS[provider].verify(webhook, ours, SECRETS[provider], now=START)

    monkeypatch.setattr(hmac, "compare_digest", lambda _one, _other: False)

    after = CARRIERS[provider].verify(webhook, ours, SECRETS[provider], now=START)
    assert (before, after) == (Verdict.GOOD, Verdict.FORGED)


@pytest.mark.parametrize(
    ("seconds", "late"),
    [
        pytest.param(0, False, id="now"),
        pytest.param(300, False, id="five minutes"),
        pytest.param(301, True, id="a second more"),
        pytest.param(-300, False, id="five minutes ahead"),
        pytest.param(-301, True, id="a second more, ahead"),
    ],
)
def test_a_moment_outside_of_the_window_is_late(seconds: int, late: bool) -> None:
    assert is_late(START - timedelta(seconds=seconds), now=START) is late


def test_one_that_is_late_and_anothers_is_late() -> None:
    ours = account(Provider.GENERIC, "exchange-1")
    old = START - timedelta(hours=1)

    assert judge(ours, "exchange-2", sent_at=old, now=START) is Verdict.LATE
    assert judge(ours, "exchange-2", sent_at=START, now=START) is Verdict.OTHER_ACCOUNT
    assert judge(ours, "exchange-1", None, sent_at=START, now=START) is Verdict.GOOD
