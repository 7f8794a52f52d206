"""One database that takes events with calls in (`ingesting_calls`), a program of its own.

    python -m tests.bench.ingesting_calls_place BATCHES FILE

The database is the SQLite file, or the one that CALLTRACK_TEST_DATABASE names. What was measured is
written as JSON; where a table is not what it must be, a sentence, and the status is 1.
"""

import json
import statistics
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import count, islice
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - after the set-up
from django.db import connections  # noqa: E402 - after the set-up
from django.db.models import Count  # noqa: E402 - after the set-up
from django.test import Client  # noqa: E402 - after the set-up

from calltrack.attribution import Model  # noqa: E402 - after the set-up
from tests.bench.ingesting_ways import ADDRESS, EDGE, OF_A_VISIT, START, event  # noqa: E402 - it has models
from tests.bench.report import WrongOutputError, check  # noqa: E402 - beside the others
from wagtail_calltrack.models import Call, CallCredit, EdgeToken, Lead  # noqa: E402 - models
from wagtail_calltrack.settling import settle  # noqa: E402 - it has models

BATCH = 940
"""A hundred visits, and their calls."""
CALLING = 10
"""Of so many visitors one calls."""
PHASES = ("offered", "ringing", "answered", "ended")
LATER = timedelta(seconds=20)


def events() -> Iterator[dict[str, Any]]:
    """Give visit after visit, without end; a call follows its visit."""
    kinds = [kind for kind in OF_A_VISIT if kind != "lease.ended"]
    for visit in count():
        for at, kind in enumerate(kinds):
            found = event(visit * len(OF_A_VISIT) + at, kind)
            if "number" in found["data"]:
                found["data"]["number"] = _number(visit)
            yield found
        if visit % CALLING == 0:
            yield from _call(visit)


def _number(visit: int) -> str:
    """Give each visitor a number of their own: so it is sure who calls it."""
    return f"+31201{visit:06}"


def _call(visit: int) -> Iterator[dict[str, Any]]:
    begun = START + timedelta(seconds=visit) + LATER
    for at, phase in enumerate(PHASES):
        data: dict[str, Any] = {
            "account": "pbx",
            "call": f"call-{visit}",
            "provider": "generic",
            "phase": phase,
            "number": _number(visit),
            "caller": f"+3161{visit:07}",
        }
        if phase == "ended":
            data |= {"status": "answered", "talk_seconds": 1}
        moment = (begun + timedelta(seconds=at)).isoformat()
        yield {"id": f"f{visit:020}{at:011}", "kind": "call.reported", "at": moment, "data": data}


def measure(batches: int) -> dict[str, float]:
    """Take them in; give what it took."""
    client, row, stream = Client(), EdgeToken(name="proxy"), events()
    headers = {"Authorization": f"Bearer {row.issue()}"}
    row.save()
    seconds: list[float] = []
    calls: list[dict[str, Any]] = []
    for at in range(batches + 1):  # the first loads all addresses
        sent = list(islice(stream, BATCH if at else 0))
        body = json.dumps({"edge": EDGE, "events": sent}, separators=(",", ":")).encode()
        began = time.perf_counter()
        answer = client.post(ADDRESS, body, content_type="application/json", headers=headers)
        while settle(seconds=60.0):
            pass
        seconds.append(time.perf_counter() - began)
        calls += [one["data"] for one in sent if one["kind"] == "call.reported"]
        check(answer.status_code == 200, f"calls: {answer.status_code}")
        check(answer.json()["stored"] == len(sent), f"calls: {answer.json()}")
    took = seconds[1:]
    _look({one["call"] for one in calls})
    return {
        "events": batches * BATCH,
        "calls": Call.objects.count(),
        "seconds": sum(took),
        "median": statistics.median(took),
        "most": max(took),
    }


def _look(sent: set[str]) -> None:
    """End the run where a call is not its visitor's."""
    calls = list(Call.objects.all())
    check({one.call for one in calls} == sent, f"{len(calls)} calls of {len(sent)}")
    check(all(one.is_settled for one in calls), "a call was not reckoned")
    wrong = [one for one in calls if one.session != f"session-{int(one.call[5:]):08}"]
    check(not wrong, f"{len(wrong)} calls of others")
    check(all(one.confidence == 1 for one in calls), "a call that may be another's")
    check(Lead.objects.count() == len(sent), f"{Lead.objects.count()} leads")
    credited = CallCredit.objects.values("call").annotate(models=Count("model", distinct=True))
    check({one["models"] for one in credited} == {len(Model)}, "a call without credits")


def main() -> int:
    """Measure and write."""
    batches, path = int(sys.argv[1]), sys.argv[2]
    if path:
        connections["default"].settings_dict["NAME"] = path
    call_command("migrate", verbosity=0)
    try:
        print(json.dumps(measure(batches)))
    except WrongOutputError as wrong:
        print(wrong)
        return 1
    finally:
        connections.close_all()
    return 0


if __name__ == "__main__":
    sys.exit(main())
