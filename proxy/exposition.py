"""Figures as monitoring reads them: Prometheus' text format, or OpenMetrics where it is asked for.

The library writes the text, out of a registry that is made for one scrape: nothing is kept in it,
and its own global one, with all that other libraries put there, is not told.
"""

from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from proxy.metric_families import (
    BUILD,
    BUILD_LABELS,
    BUILD_MEANING,
    FAMILIES,
    PREFIX,
    Family,
)
from proxy.metrics import Figures
from proxy.release import build, release


def exposition(figures: Figures, *, accept: str = "") -> tuple[bytes, str]:
    """Write all families; give the text and its content type. `accept` is the request's."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Families(figures))
    encode, content_type = choose_encoder(accept)
    return encode(registry), content_type


class _Families(Collector):
    """Gives the families of one look."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        info = GaugeMetricFamily(f"{PREFIX}{BUILD}", BUILD_MEANING, labels=BUILD_LABELS)
        info.add_metric([release() or "from sources", build()], 1)
        yield info
        yield from self._told()

    def _told(self) -> Iterator[Metric]:
        for family in FAMILIES:
            yield _metric(family, self._figures)


def _metric(family: Family, figures: Figures) -> Metric:
    name = f"{PREFIX}{family.name}"
    if family.kind == "histogram":
        buckets, seconds = family.buckets(figures)
        return HistogramMetricFamily(name, family.meaning, buckets=buckets, sum_value=seconds)
    kind = CounterMetricFamily if family.kind == "counter" else GaugeMetricFamily
    told = kind(name, family.meaning, labels=family.labels)
    for labels, figure in family.samples(figures):
        told.add_metric(labels, figure)
    return told
