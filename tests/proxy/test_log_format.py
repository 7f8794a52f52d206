"""A line of the log, for people or for a program: always one line, and always readable."""

import json
import logging
from collections.abc import Iterator
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy import access_log
from proxy.access_log import Line
from proxy.log_format import AsJson, hush, speak

HOSTILE = st.text(st.characters(codec=None), max_size=600)


class Log:
    """A log of both formats."""

    def __init__(self) -> None:
        self.handlers = []
        for formatter in (logging.Formatter("%(asctime)s %(message)s"), AsJson()):
            handler = logging.StreamHandler(StringIO())
            handler.setFormatter(formatter)
            self.handlers.append(handler)

    def taken(self) -> tuple[str, str]:
        """Give what was written, in text and in JSON."""
        text, found = (self._take(handler.stream) for handler in self.handlers)
        return text, found

    @staticmethod
    def _take(stream: StringIO) -> str:
        written = stream.getvalue()
        stream.seek(0)
        stream.truncate()
        return written


@pytest.fixture(scope="module")
def log() -> Iterator[Log]:
    found = Log()
    root = logging.getLogger("calltrack")
    loggers = [root, logging.getLogger(access_log.NAME)]  # a quiet log may have been here before
    levels = [one.level for one in loggers]
    for one in loggers:
        one.setLevel(logging.INFO)
    for handler in found.handlers:
        root.addHandler(handler)
    yield found
    for handler in found.handlers:
        root.removeHandler(handler)
    for one, level in zip(loggers, levels, strict=True):
        one.setLevel(level)


@given(method=HOSTILE, path=HOSTILE)
def test_whatever_a_visitor_sends_is_one_line(log: Log, method: str, path: str) -> None:
    Line(0.0, method=method, path=path).write(status=200, sent_bytes=1, now=0.5)

    text, found = log.taken()
    assert text.count("\n") == 1
    assert text.splitlines(keepends=True) == [text]  # nor any of Unicode's own line ends
    assert len(text.split(" ")) == 12
    facts = json.loads(found)
    assert found.isascii()
    assert found.count("\n") == 1
    assert (facts["status"], facts["ms"]) == (200, 500.0)


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        pytest.param("page:original:crawler", ("page", "original", "crawler"), id="a reason"),
        pytest.param("page:personal", ("page", "personal", None), id="a decision"),
        pytest.param("pass", ("pass", None, None), id="a word"),
        pytest.param("dry:original:gpc", ("dry", "original", "gpc"), id="a dry run"),
    ],
)
def test_a_decision_and_its_reason_stand_apart(
    log: Log, outcome: str, told: tuple[str | None, ...]
) -> None:
    Line(0.0, outcome=outcome).write(status=200, sent_bytes=0, now=0.0)

    _, found = log.taken()
    facts = json.loads(found)
    assert (facts["outcome"], facts["decision"], facts["reason"]) == told


def test_all_that_is_known_of_a_request_is_told(log: Log) -> None:
    line = Line(1.0, "GET", "/", "page:personal", "hit", 0.002, 1.003, 0, "abc")

    line.write(status=200, sent_bytes=9, now=1.004)

    text, found = log.taken()
    assert text.endswith(
        "200 GET / 9B 4.0ms ttfb=3.0ms upstream=2.0ms cache=hit page:personal id=abc\n"
    )
    facts = json.loads(found)
    del facts["at"]
    assert facts == {
        "level": "info",
        "log": "calltrack.access",
        "status": 200,
        "method": "GET",
        "path": "/",
        "bytes": 9,
        "ms": 4.0,
        "ttfb_ms": 3.0,
        "upstream_ms": 2.0,
        "cache": "hit",
        "outcome": "page",
        "decision": "personal",
        "reason": None,
        "id": "abc",
    }


def test_other_lines_are_objects_too(log: Log) -> None:
    try:
        int("two\nlines")
    except ValueError:
        logging.getLogger("calltrack.proxy").exception("it «failed» %s", '"here"')

    _, found = log.taken()
    facts = json.loads(found)
    assert found.count("\n") == 1
    assert facts["level"] == "error"
    assert facts["message"].startswith('it «failed» "here"\nTraceback')


def test_one_of_several_processes_speaks_of_the_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    monkeypatch.setattr(logging.getLogger(), "handlers", [handler])
    told = logging.getLogger("calltrack.proxy")

    hush()
    told.warning("a setting is odd")
    told.error("a mistake")
    speak()
    told.warning("the store fails")

    assert stream.getvalue() == "a mistake\nthe store fails\n"
