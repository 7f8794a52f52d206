"""A run's figures for people."""

from collections.abc import Iterator

from proxy.simulation.figures import OUTCOMES, SPANS, WINDOWS, Figures

_SPAN_WORDS = {"within_hold": "within the hold", "later": "later"}


def as_text(figures: Figures) -> str:
    """Write the figures for people."""
    return "\n".join(_lines(figures))


def _lines(figures: Figures) -> Iterator[str]:
    found = figures.as_json()
    yield (
        f"{figures.visits:,} visits of {figures.visitors:,} visitors, {figures.pages:,} pages; "
        f"the store was asked {figures.store_calls:,} times"
    )
    yield ""
    exhausted = _percent(found["exhausted_share"])
    yield f"  {exhausted:>7}  of visits found no number free ({figures.exhausted:,})"
    yield ""
    yield f"Of {figures.releases:,} released numbers, leased again to another visitor within"
    for window in WINDOWS:
        yield f"  {window:>2} minutes  {_percent(found['released_within_minutes'][str(window)]):>7}"
    yield ""
    yield f"{'Calls matched':<17}" + "".join(f"{outcome:>11}" for outcome in OUTCOMES)
    for span in SPANS:
        counts = "".join(f"{figures.calls[span, outcome]:>11,}" for outcome in OUTCOMES)
        yield f"  {_SPAN_WORDS[span]:<15}{counts}"
    yield f"  {figures.unmarked:,} of those that are not right have a confidence of 1"
    if figures.calls_without_number:
        yield f"  and {figures.calls_without_number:,} on the original number"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share * 100:.1f} %"
