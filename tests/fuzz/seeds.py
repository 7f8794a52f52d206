"""Pages that fuzzing begins with: those of the tests, and html5lib's where they can be fetched."""

from pathlib import Path

import pytest

from tests.fuzz.inputs import write
from tests.fuzz.tables import TABLES
from tests.proxy.rewrite import html5lib_inputs
from tests.proxy.rewrite.oracle import BEFORE

LONGEST = 2048
"""Bytes of a page. A longer one is taken in parts."""

_PAGES = Path(html5lib_inputs.__file__).parent / "pages"


def seeds() -> list[bytes]:
    """Give inputs. The tables take turns."""
    return [
        write(at % len(TABLES), len(page) // 2, page)
        for at, page in enumerate([*_own(), *_of_html5lib()])
    ]


def _own() -> list[bytes]:
    texts = [path.read_bytes() for path in sorted(_PAGES.glob("*.in.html"))]
    return [text[at : at + LONGEST] for text in texts for at in range(0, len(text), LONGEST // 2)]


def _of_html5lib() -> list[bytes]:
    try:
        inputs = html5lib_inputs.inputs()
    except pytest.skip.Exception as why:
        print(why)
        return []
    number = BEFORE.encode()
    pages = [each.page for each in inputs if len(each.page) <= LONGEST]
    return [*pages, *(page.replace(b">", b">" + number, 1) for page in pages if b">" in page)]
