"""What may go wrong: a secret is changed, or cannot be right; a mistake of ours."""

import logging
from pathlib import Path

import pytest

from calltrack.plan import Provider, TelephonyAccount
from calltrack.telephony import generic
from calltrack.telephony.webhook import Answer, Route, Webhook
from tests.calltrack.plans import AMSTERDAM_NUMBER
from tests.snippet_server.calling import (
    HOLD,
    NOW,
    OTHER_SECRET,
    SECRET,
    WEBHOOKS,
    Exchange,
    call,
    signed,
    told,
)


class _Carrier:
    """The generic one, with a mistake of ours in its answers."""

    NEEDS_ADDRESS = False
    check_secret = staticmethod(generic.check_secret)
    verify = staticmethod(generic.verify)
    read = staticmethod(generic.read)
    thank = staticmethod(generic.thank)

    @staticmethod
    def connect(webhook: Webhook, account: TelephonyAccount, route: Route) -> Answer:
        if route.callback_url:
            raise RuntimeError("a mistake of ours")
        return generic.connect(webhook, account, route)


async def test_a_mistake_of_ours_costs_the_caller_nothing_but_the_plainest_answer(
    tmp_path: Path,
) -> None:
    found = Exchange(tmp_path, carriers={Provider.GENERIC: _Carrier()})
    await found.use(found.plan)

    async with found.client() as client:
        said = await call(client)

    assert said["connect"] == AMSTERDAM_NUMBER.e164
    assert said["callback_url"] == ""
    assert len(await found.reports()) == 1
    await found.close(failures=["failure.connect"])


@pytest.mark.parametrize("secret", [SECRET, OTHER_SECRET])
async def test_while_a_secret_is_changed_the_old_one_and_the_new_one_are_good(
    tmp_path: Path, secret: str
) -> None:
    environment = {"CALLTRACK_SECRET_MAIN_LINE": f"{SECRET}\n{OTHER_SECRET}"}
    found = Exchange(tmp_path, environment)
    body = told()

    async with found.client() as client:
        for key, status in ((secret, 200), ("whsec_" + "A" * 32, 403)):
            headers = signed(body, secret=key)
            async with client.post(WEBHOOKS, data=body, headers=headers) as answer:
                assert answer.status == status
        async with client.post(
            WEBHOOKS, data=body, headers=signed(body, at=NOW - HOLD, secret=secret)
        ) as answer:
            assert answer.status == 403

    (standing,) = found.calls.standings()
    assert standing.refused == {"forged": 1, "late": 1}
    await found.close()


async def test_a_secret_that_cannot_be_right_is_told_to_ops_and_its_webhooks_come_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    found = Exchange(tmp_path, {"CALLTRACK_SECRET_MAIN_LINE": "whsec_a"})
    await found.calls.look(found.plan)
    await found.calls.look(found.plan)

    async with found.client() as client, client.post(WEBHOOKS, data=told()) as answer:
        assert answer.status == 503

    (standing,) = found.calls.standings()
    assert "the secret MAIN_LINE cannot be right: it is not whsec_" in standing.problem
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING] == [
        f"telephony «main-line» (generic): {standing.problem}"
    ]
    await found.close()


async def test_a_provider_that_this_edge_does_not_know_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    found = Exchange(tmp_path, carriers={})
    await found.calls.look(found.plan)

    (standing,) = found.calls.standings()
    assert standing.problem == "this edge does not know generic"
    assert standing.problem in caplog.text
    await found.close()


async def test_of_two_secrets_the_one_that_cannot_be_right_is_told_and_the_other_counts(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    found = Exchange(tmp_path, {"CALLTRACK_SECRET_MAIN_LINE": f"whsec_a\n{SECRET}"})
    await found.calls.look(found.plan)

    async with found.client() as client:
        said = await call(client)

    (standing,) = found.calls.standings()
    assert said["connect"] == AMSTERDAM_NUMBER.e164
    assert standing.problem == ""
    assert "the secret MAIN_LINE cannot be right" in caplog.text
    await found.close()
