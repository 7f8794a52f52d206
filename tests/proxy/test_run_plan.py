"""What is said at the start of settings and a Plan that do not go together."""

from dataclasses import replace

import pytest

from calltrack.plan import Consent
from proxy.run_plan import unheard
from tests.calltrack.plans import SITE, make_plan


@pytest.mark.parametrize(
    ("consent", "header", "region", "told"),
    [
        pytest.param(Consent.REQUIRED, "X-Agreed", None, ["consent_header"], id="consent"),
        pytest.param(Consent.NOT_REQUIRED, "X-Agreed", None, [], id="consent that none needs"),
        pytest.param(Consent.REQUIRED, None, None, [], id="consent by a cookie, or not at all"),
        pytest.param(Consent.REQUIRED, None, "CF-IPCountry", ["--region-header"], id="a region"),
    ],
)
def test_a_header_that_nobody_is_trusted_to_send_is_told(
    consent: Consent, header: str | None, region: str | None, told: list[str]
) -> None:
    site = replace(SITE, consent=consent, consent_header=header)

    said = unheard(make_plan(sites=(site,)), region)

    assert [word for line in said for word in told if word in line] == told
    assert len(said) == len(told)
