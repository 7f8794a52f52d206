"""What monitoring reads at /metrics: every name, its kind, and what it means.

All labels are words of ours (`metric_words`): nothing that a visitor, the site or a carrier sends
becomes one, and all label sets are there from the start.

Three kinds of source: what all processes measured, summed (`metrics`); what is true of the whole
machine, looked up once for a scrape (`machine_figures`); and `build_info`, which is a label alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from proxy import metric_words as words
from proxy.metric_words import NO_LABEL, Words
from proxy.metrics import NOW, SECONDS, Figures

PREFIX = "calltrack_"
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Family:
    """One name. `source`: the figure's name, or what stands before the words of its labels."""

    name: str
    kind: str  # counter, gauge, histogram
    meaning: str
    source: str
    labels: tuple[str, ...] = ()
    words: Words = field(default_factory=dict)

    def samples(self, figures: Figures) -> Iterator[tuple[tuple[str, ...], float]]:
        """Give each label set with its figure; what has no word is `other`."""
        if not self.labels:
            yield (), figures.get(self.source, 0.0)
            return
        rest = (OTHER, *("" for _ in self.labels[1:]))
        found = {**dict.fromkeys(self.words.values(), 0.0), rest: 0.0}
        for name, figure in figures.items():
            if name.startswith(f"{self.source}."):
                found[self._labels(name[len(self.source) + 1 :], rest)] += figure
        yield from found.items()

    def _labels(self, word: str, rest: tuple[str, ...]) -> tuple[str, ...]:
        """Find the labels of a word; of a sentence, its first two words count."""
        found = self.words.get(word) or self.words.get(" ".join(word.split(" ", 2)[:2]))
        return found or rest

    def buckets(self, figures: Figures) -> tuple[list[tuple[str, float]], float]:
        """Give a histogram's counts, each with all before it, and the sum of what was observed."""
        total, found = 0.0, []
        for n, bound in enumerate([*map(str, SECONDS), "+Inf"]):
            total += figures.get(f"{self.source}.{n}", 0.0)
            found.append((bound, total))
        return found, figures.get(f"{self.source}.sum", 0.0)


def _counter(name: str, meaning: str, source: str, *labels: str, of: Words = NO_LABEL) -> Family:
    return Family(f"{name}_total", "counter", meaning, source, labels, of)


def _gauge(name: str, meaning: str, source: str, *labels: str, of: Words = NO_LABEL) -> Family:
    return Family(name, "gauge", meaning, f"{NOW}{source}", labels, of)


def _histogram(name: str, meaning: str) -> Family:
    return Family(name, "histogram", meaning, name)


REQUESTS = (
    _counter(
        "requests",
        "Requests that are over, by class of status; left: the visitor was gone",
        "answer",
        "status",
        of=words.STATUS,
    ),
    _gauge("requests_in_flight", "Requests under way", "in_flight"),
    _histogram("request_seconds", "From a request's head to the end of its answer"),
    _histogram("first_byte_seconds", "From a request's head to the head of its answer"),
    _counter("refused", "Requests that were refused", "refused", "reason", of=words.REFUSED),
    _counter(
        "own_paths",
        "Answers under our own prefix, to carriers and to the snippet: 429 is asked too often",
        "ours",
        "status",
        of=words.OURS,
    ),
    _counter(
        "cut_off",
        "Connections that took too long, by what they were slow at",
        "cut_off",
        "why",
        of=words.CUT_OFF,
    ),
    _counter(
        "bytes",
        "Bytes of bodies; from_site: all that was read, heads too",
        "bytes",
        "where",
        of=words.BYTES,
    ),
)
SITE = (
    _histogram("upstream_seconds", "From asking the site to the head of its answer"),
    _counter(
        "upstream_errors",
        "Requests that the site did not answer",
        "upstream",
        "kind",
        of=words.UPSTREAM,
    ),
    _gauge(
        "upstream_connections",
        "Connections to the site; busy: in use, or being made",
        "connections",
        "state",
        of=words.CONNECTIONS,
    ),
    _counter(
        "upstream_again",
        "Requests on a connection that was there already, and those sent a second time",
        "site",
        "how",
        of=words.AGAIN,
    ),
    _counter(
        "cache",
        "What our own cache did for a request, and why it was passed by",
        "cache",
        *("outcome", "reason"),
        of=words.CACHE,
    ),
    _gauge("cache_bytes", "Memory that kept pages take", "cache_bytes"),
)
PAGES = (
    _counter(
        "pages",
        "Pages that were looked at: what became of them, and why originals were shown",
        "page",
        *("decision", "reason"),
        of=words.PAGES,
    ),
    _counter(
        "dry_pages",
        "Dry run: what would have become of pages",
        "dry",
        *("decision", "reason"),
        of=words.DRY_PAGES,
    ),
    _counter(
        "gave_up",
        "Pages left alone from some place on: why the rewriter did not follow",
        "gave_up",
        "reason",
        of=words.GAVE_UP,
    ),
    _histogram("codec_seconds", "Decoding and encoding of one page (gzip, br, zstd, deflate)"),
    _counter(
        "failures",
        "Mistakes of ours; the page went out all the same",
        "failure",
        "where",
        of=words.FAILURES,
    ),
    _counter("views", "Page views of sessions", "view", "kind", of=words.VIEWS),
    _counter(
        "snippet_asks",
        "What pages asked through the snippet, by who asked; withdrawn: sessions that ended with a "
        "no; leaves; forms (lead), and those without a session (lead_alone)",
        "ask",
        "kind",
        of=words.ASKS,
    ),
)
STORE = (
    _counter(
        "store",
        "What the lease store was asked, and how often it was slow or down",
        "store",
        "kind",
        of=words.STORE,
    ),
    _counter(
        "pool_lacking",
        "Vestigingen that had no number free, none for this network, or one of another",
        "pool",
        "kind",
        of=words.LACKING,
    ),
    _gauge("pool_numbers", "Numbers of all pools", "pool_numbers", "state", of=words.NUMBERS),
    _gauge("store_up", "1: the lease store answers; 0: it does not, or there is none", "store_up"),
)
PLAN = (
    _gauge("plan_serial", "Serial of the Plan in force; 0: no Plan", "plan_serial"),
    _gauge("plan_age_seconds", "Since the Plan came in force here", "plan_age_seconds"),
    _gauge(
        "plan_heard_seconds",
        "Since the Plan's source answered; a file that stays the same has nothing to answer",
        "plan_heard_seconds",
    ),
    _gauge("plan_problem", "1: something is wrong with the Plan or its source", "plan_problem"),
)
EVENTS = (
    _gauge("events_waiting", "Events that are not shipped yet", "events", "where", of=words.EVENTS),
    _gauge(
        "events_lost",
        "Events lost for want of room: in memory since the start, on disk since the file was made; "
        "refused: set aside because Wagtail would not have them",
        "events_lost",
        "where",
        of=words.LOST,
    ),
    _counter("events_late", "Events that waited in memory for the disk", "outbox.late"),
    _counter(
        "webhooks",
        "Webhooks of carriers",
        "webhook",
        *("provider", "outcome"),
        of=words.WEBHOOKS,
    ),
    _counter("calls", "How the vestiging of a call was found", "call", "found", of=words.CALLS),
)
PROCESS = (
    _histogram("loop_lag_seconds", "How late the event loop does what is due"),
    _counter("cpu_seconds", "Processor time", "cpu_seconds"),
    _gauge("resident_bytes", "Memory in use", "resident_bytes"),
    _gauge("open_files", "Open files and connections", "open_files"),
    _gauge("workers", "Processes that serve", "workers"),
    _counter("worker_restarts", "Workers that ended and were started again", "worker_restarts"),
)
FAMILIES: tuple[Family, ...] = (*REQUESTS, *SITE, *PAGES, *STORE, *PLAN, *EVENTS, *PROCESS)

BUILD = "build_info"
BUILD_MEANING = "Always 1; which release runs, and which build of the rewriter"
BUILD_LABELS = ("version", "rewriter")
