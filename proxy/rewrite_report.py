"""What `rewrite --explain` and `rewrite --json` tell of a page: each number, and a sum.

For people: three lines a number, on a page's own lines and columns.

    page.html:12:4: 085 - 0199 999 -> 020 - 1234 567
        replaced: a forwarding number (forwarding-number)
        text in body > main > p:nth-of-type(2)

For programs: one JSON object a page, on one line, with the keys that `as_json` writes. They stay;
more may be added. `rule` is one of `proxy.rewrite.Rule`, or one of those below.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from calltrack.numbers import PhoneNumber
from proxy.css_paths import with_paths
from proxy.rewrite import Bindings, Finding, Outcome, Rule, Slot, explain
from proxy.rewrite.positions import page_encoding

NOT_IN_MAP = "not-in-map"
"""The rewriter found it, and no --map says what to show."""
OUTSIDE_PLACEHOLDER = "outside-placeholder"
"""A forwarding number of the Plan, in a site whose mode is "placeholders"."""

SHOWN_CHARACTERS = 80

_OUTSIDE = "a forwarding number outside of placeholders, and the site replaces these alone"


@dataclass(frozen=True, slots=True)
class Told:
    """One number, and what became of it."""

    finding: Finding
    outcome: Outcome
    rule: str
    reason: str
    number: PhoneNumber | None = None
    """The new one, with its text."""
    text: str | None = None


def tell(
    page: bytes,
    bindings: Bindings,
    slots: Mapping[int, Slot],
    shown: Mapping[int, PhoneNumber | None],
    forwarding: frozenset[PhoneNumber] = frozenset(),
) -> list[Told]:
    """Say of each number of a page what became of it. Slots, and what they show, by offset.

    `forwarding`: all forwarding numbers of the Plan, also where they are not looked for.
    """
    encoding = page_encoding(page)
    told = []
    for finding in with_paths(page, explain(page, bindings)):
        new = shown.get(finding.offset) if finding.outcome is Outcome.REPLACED else None
        if new is not None:
            text = slots[finding.offset].show(new).decode(encoding, "replace")
            told.append(Told(finding, finding.outcome, finding.rule, finding.reason, new, text))
        else:
            told.append(Told(finding, Outcome.LEFT, *_why_left(finding, forwarding)))
    return told


def _why_left(finding: Finding, forwarding: frozenset[PhoneNumber]) -> tuple[str, str]:
    if finding.outcome is Outcome.REPLACED:
        return NOT_IN_MAP, f"{finding.reason}, but not in a --map"
    if finding.rule is Rule.NOT_A_FORWARDING_NUMBER and finding.number in forwarding:
        return OUTSIDE_PLACEHOLDER, _OUTSIDE
    return finding.rule, finding.reason


def as_text(name: str, told: Sequence[Told]) -> str:
    """Tell people of a page."""
    return "".join([*(_block(name, one) for one in told), f"{name}: {_sum(told)}\n"])


def as_json(name: str, told: Sequence[Told], gave_up: str | None = None) -> str:
    """Tell a program of a page."""
    return json.dumps(
        {
            "page": name,
            "replaced": _count(told)[Outcome.REPLACED],
            "left": _count(told)[Outcome.LEFT],
            "rules": dict(Counter(one.rule for one in told).most_common()),
            "gave_up": gave_up,
            "numbers": list(map(_object, told)),
        }
    )


def _block(name: str, one: Told) -> str:
    finding = one.finding
    stands = _plain(finding.text) or "nothing"
    shows = "" if one.text is None else f" -> {_plain(one.text)}"
    path = f" in {_plain(finding.path)}" if finding.path else ""
    return (
        f"{name}:{finding.line}:{finding.column}: {stands}{shows}\n"
        f"    {one.outcome}: {_plain(one.reason)} ({one.rule})\n"
        f"    {finding.place}{path}\n"
    )


def _sum(told: Sequence[Told]) -> str:
    """Count what was replaced, and what was left alone by which rule."""
    count = _count(told)
    rules = Counter(one.rule for one in told if one.outcome is Outcome.LEFT).most_common()
    by_rule = f" ({', '.join(f'{times} {rule}' for rule, times in rules)})" if rules else ""
    return f"{count[Outcome.REPLACED]} replaced, {count[Outcome.LEFT]} left alone{by_rule}"


def _count(told: Sequence[Told]) -> Counter[Outcome]:
    return Counter(one.outcome for one in told)


def _object(one: Told) -> dict[str, object]:
    finding = one.finding
    return {
        "line": finding.line,
        "column": finding.column,
        "offset": finding.offset,
        "path": finding.path,
        "place": str(finding.place),
        "text": finding.text,
        "number": None if finding.number is None else str(finding.number),
        "outcome": str(one.outcome),
        "rule": one.rule,
        "reason": one.reason,
        "new_text": one.text,
        "new_number": None if one.number is None else str(one.number),
    }


def _plain(text: str) -> str:
    """Give a piece of a page on one line, not too long, and without what a terminal obeys."""
    text = " ".join(text.split())
    if len(text) > SHOWN_CHARACTERS:
        text = f"{text[: SHOWN_CHARACTERS - 1]}…"
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
