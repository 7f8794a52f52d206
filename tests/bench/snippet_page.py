"""The page that the snippet is measured on: a page builder's, 2,000 elements, 20 numbers.

It has no script of its own, so whatever runs in it is the snippet's. The second page is the same
with another title, as a visitor goes on.
"""

import re
from functools import cache

from tests.bench.pages import Page, make_page

NODES = 2_000
NUMBERS = 20

_SCRIPT = re.compile(rb"<script\b.*?</script>", re.DOTALL)
_ELEMENT = re.compile(rb"<[a-z]", re.IGNORECASE)


@cache
def source() -> Page:
    """Give the page that numbers are put into."""
    return make_page("cms", NUMBERS)


def html(*, script: str = "", title: str = "one") -> bytes:
    """Write the page; `script` is the line of HTML that it is to have in its head, if any."""
    page = _SCRIPT.sub(b"", source().before)
    lacking = max(0, NODES - len(_ELEMENT.findall(page)))
    rows = b"".join(b"<li>maatwerk %d</li>" % at for at in range(lacking))
    head = f"<title>{title}</title>{script}</head>".encode()
    page = page.replace(b"</head>", head, 1)
    return page.replace(b"</body>", b"<ul>" + rows + b"</ul></body>", 1)
