"""The rewriter's own fixtures, as pages: all its decisions in HTML, and whole pages.

What they decide is held by tests/proxy/rewrite. Here each is a page that a site serves.
"""

from collections.abc import Iterable, Iterator, Mapping

from proxy.rewrite import elements
from tests.proxy.rewrite import (
    test_decisions_forms as forms,
)
from tests.proxy.rewrite import (
    test_decisions_left as left,
)
from tests.proxy.rewrite import (
    test_decisions_links as links,
)
from tests.proxy.rewrite import (
    test_decisions_markup as markup,
)
from tests.proxy.rewrite import (
    test_decisions_opt_out as opt_out,
)
from tests.proxy.rewrite import (
    test_decisions_placeholders as placeholders,
)
from tests.proxy.rewrite.test_pages import PAGES, PAIRS

WRITTEN = "085-0199999"
MARKS = ("class=qooqie-number-placeholder", "data-calltrack=service")


def whole_pages() -> dict[str, str]:
    """Give the pages of the pairs, by name."""
    return {name: (PAGES / f"{name}.in.html").read_text(encoding="utf-8") for name in PAIRS}


def decisions() -> list[str]:
    """Give the pages of all tables, each once."""
    pages = [*_forms(), *_left(), *_tables(), *_placeholders()]
    return list(dict.fromkeys(pages))


def _forms() -> Iterator[str]:
    for before, _ in forms.FORMS:
        yield f"<p>Bel {before}.</p><p title='{before}'>{before}"
    for separator in _all(forms.SEPARATORS):
        yield (
            f"<p>085{separator}0199{separator}999</p><p>+31{separator}850199999</p>"
            f"<p>(085{separator}) 0199999</p><p>085 {separator} 0199999</p>"
        )
    for name in (name.decode() for name in elements.INLINE):
        yield (
            f"<p><{name}>085</{name}> 0199999<p>085<{name}>0199999</{name}>"
            f"<p><{name}><{name}>085</{name}></{name}>-<{name} a='>'>0199999</{name} >"
        )
    for before, _ in forms.DIGITS:
        yield f"<p>{before}</p>"
    for text in forms.NO_SEPARATORS:
        yield f"<p>{text}</p>"
    for before, *_ in forms.LENGTHS:
        yield before


def _left() -> Iterator[str]:
    for html in _all(left.TABLE):
        yield f"<p>{html}</p>"
        yield f"Zie {html}, of"
        yield f"{html}<p>0850199999"


def _tables() -> Iterator[str]:
    for table in (links.TABLE, markup.HALVES, markup.TABLE, opt_out.TABLE):
        for html in _all(table):
            yield html.replace("{}", WRITTEN).replace("[]", WRITTEN)
    for before, _ in links.LINKED:
        yield (
            f"<p><a href='tel:{before}'>x</a> <a href='callto:{before};ext=1'>x</a>"
            f" <a title=x href = 'TEL:{before}' >x</a>"
        )


def _placeholders() -> Iterator[str]:
    for html in _all(placeholders.PLACEHOLDERS):
        for mark in MARKS:
            page = html.replace("PH", mark).replace("[]", "0850199999")
            yield page.replace("{}", "030 234 56 78").replace("«", "").replace("»", "")


def _all(table: Mapping[str, Iterable[str]]) -> Iterator[str]:
    for htmls in table.values():
        yield from htmls
