import subprocess
import sys
from pathlib import Path

from calltrack.plan import Provider
from calltrack.telephony.carriers import CARRIERS

ROOT = Path(__file__).resolve().parents[3]
OF_CARRIERS = ("twilio", "jwt", "cryptography", "standardwebhooks")


def test_every_provider_of_the_plan_has_its_module() -> None:
    assert set(CARRIERS) == set(Provider)


def test_the_domain_loads_without_the_carriers_libraries() -> None:
    modules = "calltrack.calls, calltrack.planfile, calltrack.telephony.webhook"
    code = f"import sys, {modules}; print([n for n in {OF_CARRIERS!r} if n in sys.modules])"

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"
