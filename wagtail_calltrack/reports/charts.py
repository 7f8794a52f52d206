"""Charts as SVG inside the page, drawn here and coloured by our stylesheet.

pygal's own styles and scripts are taken out: a strict Content-Security-Policy holds, and colours
follow the reader's theme. A chart is one image to a screen reader, with a sentence that says what
it shows; the table below it has the figures.
"""

from collections.abc import Sequence
from typing import Any

import pygal
from django.utils.safestring import SafeString, mark_safe
from lxml import etree
from pygal.style import Style

MOST_BARS = 10
LONGEST_LABEL = 28
SHORTEST_LABEL = 14
WIDTH, NARROW, BAR_HEIGHT, LINES_HEIGHT = 720, 340, 44, 260

_GONE = {"style", "script", "desc", "title"}
_USUAL: dict[str, Any] = {
    "css": [],
    "js": [],
    "no_prefix": True,
    "width": WIDTH,
    "legend_at_bottom": True,
    "margin": 8,
    "spacing": 8,
    "show_y_guides": True,
    # Sizes that pygal reckons places with; the stylesheet has the same.
    "style": Style(label_font_size=13, major_label_font_size=13, legend_font_size=13),
}


def bars(
    labels: Sequence[str], series: Sequence[tuple[str, Sequence[float]]], said: str
) -> SafeString:
    """Draw a group of bars for each label, the first on top; twice, the second for a phone."""
    wide = _bars(labels, series, width=WIDTH, longest=LONGEST_LABEL, max_scale=8)
    narrow = _bars(labels, series, width=NARROW, longest=SHORTEST_LABEL, max_scale=4)
    return _drawn(wide, said) + _drawn(narrow, said, "ct-chart is-narrow")


def _bars(
    labels: Sequence[str],
    series: Sequence[tuple[str, Sequence[float]]],
    *,
    width: int,
    longest: int,
    max_scale: int,
) -> Any:
    height = max(len(labels), 2) * BAR_HEIGHT + 80
    options = {**_USUAL, "width": width, "height": height, "max_scale": max_scale}
    chart = pygal.HorizontalBar(**options, truncate_label=-1, truncate_legend=-1)
    chart.x_labels = [_short(one, longest) for one in labels][::-1]
    for name, values in series:
        chart.add(name, list(values)[::-1])
    return chart


def lines(
    labels: Sequence[str], series: Sequence[tuple[str, Sequence[float]]], said: str
) -> SafeString:
    """Draw a line for each series; some of the labels stand below."""
    step = max(len(labels) // 7, 1)
    chart = pygal.Line(
        **_USUAL,
        height=LINES_HEIGHT,
        show_dots=False,
        show_minor_x_labels=False,
        x_labels_major_every=step,
        truncate_label=-1,
        max_scale=6,
    )
    chart.x_labels = list(labels)
    for name, values in series:
        chart.add(name, list(values))
    return _drawn(chart, said)


def _short(label: str, longest: int) -> str:
    return label if len(label) <= longest else f"{label[: longest - 1]}…"


def _drawn(chart: Any, said: str, css_class: str = "ct-chart") -> SafeString:
    root = chart.render_tree()
    for one in list(root.iter()):
        name = one.tag.rpartition("}")[2] if isinstance(one.tag, str) else "style"
        if name in _GONE or "tooltip" in (one.get("class") or ""):
            _take_out(one)
        for attribute in ("style", "id"):
            if attribute in one.attrib:
                del one.attrib[attribute]
    root.set("role", "img")
    root.set("aria-label", said)
    root.set("class", css_class)
    return mark_safe(etree.tostring(root, encoding="unicode"))  # noqa: S308 - lxml escapes texts


def _take_out(one: Any) -> None:
    """Take an element out; a bar, which has a tooltip's class, stays."""
    if (one.get("class") or "").startswith("rect"):
        return
    parent = one.getparent()
    if parent is not None:
        parent.remove(one)
