"""docs/telephony.md: what stands there is so."""

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from calltrack.calls import CallReport, CallStatus, Direction, Phase, fold
from calltrack.plan import Provider
from calltrack.telephony import generic
from calltrack.telephony.webhook import Verdict, Webhook
from tests.calltrack.telephony.connecting import answer
from tests.calltrack.telephony.signing import SECRETS, START, URL, Sent, account, sign

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "telephony.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def read(told: dict[str, Any]) -> CallReport:
    webhook = sign(Provider.GENERIC, Sent(told), at=START)
    (report,) = generic.read(webhook, account(Provider.GENERIC), now=START).reports
    return report


def test_the_answer_is_the_one_that_is_given() -> None:
    assert json.loads(blocks("json")[1]) == json.loads(
        answer(Provider.GENERIC, callback_url=URL).body
    )


def test_the_events_are_one_call() -> None:
    offered, _, others = (json.loads(block) for block in blocks("json"))

    call = fold([read(told) for told in (offered, *others)])

    assert call.status is CallStatus.ANSWERED
    assert (call.started_at, call.talk_seconds, call.ring_seconds) == (START, 42, 7)
    assert (call.number, call.caller) == ("+31850199999", "+31612345678")
    assert call.recording == "https://exchange.example.nl/recordings/42"


def test_the_end_alone_is_complete() -> None:
    ended = next(one for one in json.loads(blocks("json")[2]) if one["event"] == "ended")

    call = fold([read(ended)])

    assert (call.status, call.started_at, call.talk_seconds) == (CallStatus.ANSWERED, START, 42)
    assert (call.number, call.caller) == ("+31850199999", "+31612345678")


def test_the_fields_are_those_that_are_read() -> None:
    source = Path(generic.__file__).read_text(encoding="utf-8")
    are_read = set(re.findall(r'(?:told\.\w+\(|told, )"(\w+)"', source)) | {"account"}
    table = PAGE.partition("| field | required |")[2].partition("\n\n")[0]
    named = {
        name for row in table.splitlines()[2:] for name in re.findall(r"`(\w+)`", row.split("|")[1])
    }

    assert named == are_read


@pytest.mark.parametrize("word", [*Phase, *CallStatus, *Direction])
def test_each_word_of_the_format_is_named(word: str) -> None:
    ongoing = {CallStatus.IN_PROGRESS}  # an event says that
    assert word in ongoing or f"`{word}`" in PAGE


@pytest.mark.skipif(not shutil.which("openssl"), reason="the example needs openssl")
def test_the_signature_made_by_hand_is_good() -> None:
    (script,) = blocks("sh")
    shown = "curl() { printf '%s\\0' \"$@\"; }\n" + script

    done = subprocess.run(["/bin/sh", "-c", shown], capture_output=True, check=True, text=True)

    words = done.stdout.split("\0")
    heads = [words[at + 1] for at, word in enumerate(words) if word == "-H"]
    headers = {name.lower(): value for name, value in (head.split(": ", 1) for head in heads)}
    body = words[words.index("--data-raw") + 1].encode()
    webhook = Webhook("POST", URL, "", headers, body)
    moment = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    secret = SECRETS[Provider.GENERIC]
    found = generic.verify(webhook, account(Provider.GENERIC), secret, now=moment)
    assert found is Verdict.GOOD
    assert generic.read(webhook, account(Provider.GENERIC), now=moment).asks


@pytest.mark.parametrize("provider", list(Provider))
def test_each_provider_stands_in_the_table(provider: Provider) -> None:
    assert f"| `{provider}` |" in PAGE


@pytest.mark.parametrize("verdict", [one for one in Verdict if one is not Verdict.GOOD])
def test_each_refusal_is_explained(verdict: Verdict) -> None:
    assert f"| `{verdict}` |" in PAGE
