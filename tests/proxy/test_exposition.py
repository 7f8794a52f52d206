"""Figures as monitoring reads them."""

from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_open
from prometheus_client.parser import text_string_to_metric_families as read

from proxy.exposition import exposition
from proxy.metric_families import FAMILIES, PREFIX
from proxy.release import build, release

FIGURES = {
    "answer.2xx": 3,
    "now.in_flight": 1,
    "request_seconds.0": 2,
    "request_seconds.sum": 0.001,
}


def test_every_name_is_there_from_the_start() -> None:
    text, _ = exposition({})

    told = {sample.name for family in read(text.decode()) for sample in family.samples}
    for family in FAMILIES:
        name = f"{PREFIX}{family.name}"
        assert (f"{name}_bucket" if family.kind == "histogram" else name) in told


def test_figures_stand_under_their_names() -> None:
    text, kind = exposition(FIGURES)

    lines = text.decode().splitlines()
    assert 'calltrack_requests_total{status="2xx"} 3.0' in lines
    assert "calltrack_requests_in_flight 1.0" in lines
    assert 'calltrack_request_seconds_bucket{le="+Inf"} 2.0' in lines
    assert "# TYPE calltrack_requests_total counter" in lines
    assert kind.startswith("text/plain; version=0.0.4")


def test_who_asks_for_openmetrics_gets_it() -> None:
    text, kind = exposition(FIGURES, accept="application/openmetrics-text; version=1.0.0")

    found = {family.name: family for family in read_open(text.decode())}  # type: ignore[no-untyped-call]
    assert found["calltrack_requests"].type == "counter"
    assert kind.startswith("application/openmetrics-text")


def test_what_runs_is_told() -> None:
    text, _ = exposition({})

    (info,) = [line for line in text.decode().splitlines() if "build_info{" in line]
    assert f'rewriter="{build()}"' in info
    assert f'version="{release()}"' in info


def test_nothing_of_the_librarys_own_registry_is_told() -> None:
    text, _ = exposition({})

    assert b"python_gc" not in text
