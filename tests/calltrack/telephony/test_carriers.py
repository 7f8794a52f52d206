import subprocess
import sys
from pathlib import Path

import pytest

from calltrack.plan import Provider
from calltrack.telephony.carriers import CARRIERS
from tests.calltrack.telephony.connecting import answer, thanks
from tests.calltrack.telephony.signing import OTHER_SECRETS, SECRETS

ROOT = Path(__file__).resolve().parents[3]
OF_CARRIERS = ("twilio", "jwt", "cryptography", "standardwebhooks")


def test_every_provider_of_the_plan_has_its_module() -> None:
    assert set(CARRIERS) == set(Provider)


@pytest.mark.parametrize("provider", list(Provider))
def test_nothing_is_wrong_with_the_form_of_a_good_secret(provider: Provider) -> None:
    problems = [CARRIERS[provider].check_secret(one[provider]) for one in (SECRETS, OTHER_SECRETS)]

    assert problems == ["", ""]


@pytest.mark.parametrize(
    ("provider", "secret", "problem"),
    [
        pytest.param(Provider.TWILIO, f"AC{'0' * 32}", "the name of an account", id="account SID"),
        pytest.param(Provider.TWILIO, f"SK{'0' * 32}", "the name of an account", id="API key"),
        pytest.param(Provider.TELNYX, "KEY0123_abcdef", "32 bytes in base64", id="API key"),
        pytest.param(Provider.TELNYX, "AAAA", "32 bytes in base64", id="too short"),
        pytest.param(Provider.VONAGE, "-----BEGIN PRIVATE KEY-----", "key of an app", id="PEM"),
        pytest.param(Provider.MANGO, "vpbx-key", "KEY:SALT", id="no salt"),
        pytest.param(Provider.MANGO, "vpbx-key:", "KEY:SALT", id="an empty salt"),
        pytest.param(Provider.MANGO, ":salt", "KEY:SALT", id="no key"),
        pytest.param(Provider.GENERIC, "whsec_a", "in base64", id="no base64"),
        pytest.param(Provider.GENERIC, "whsec_====", "in base64", id="empty"),
        pytest.param(Provider.GENERIC, "whsec_QUJD", "24 to 64 bytes", id="can be guessed"),
    ],
)
def test_a_secret_that_cannot_be_right_is_told_and_not_quoted(
    provider: Provider, secret: str, problem: str
) -> None:
    said = CARRIERS[provider].check_secret(secret)

    assert problem in said
    assert secret not in said


@pytest.mark.parametrize("provider", [Provider.TWILIO, Provider.TELNYX, Provider.VONAGE])
def test_a_number_is_never_told_to_ring_itself(provider: Provider) -> None:
    assert answer(provider, called="+31101234567") == thanks(provider)
    assert answer(provider, called="+31850199999") != thanks(provider)


def test_the_domain_loads_without_the_carriers_libraries() -> None:
    modules = "calltrack.calls, calltrack.planfile, calltrack.telephony.carriers"
    code = f"import sys, {modules}; print([n for n in {OF_CARRIERS!r} if n in sys.modules])"

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"
