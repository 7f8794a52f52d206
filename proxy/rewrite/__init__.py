"""Find the places in a page where phone numbers stand: bytes in, pieces out.

    bytes → source → walk → places → scanner → pieces: bytes and slots → fill → bytes

- `scanner`: what callers use: feed it chunks, get pieces; the rules stand at its head
- `bindings`, `slots`: what is looked for, and what is found
- `filling`: a page cut at its slots, and put together again
- `source`, `charset`, `labels`: a page's bytes, and the same as the scanner reads them
- `walk`: over a page in strides, token by token where it matters
- `strides`: the two builds of a stride, `_compiled` (C; its core is `_core`) and `pure`, `needles`
- `patterns`: what a scan is made of
- `places`, `finder`, `known`, `written`, `groups`, `alphabet`: which digits are a number, and how
  they are written
- `tags`: attributes, marks and phone links
- `regions`, `tree`, `stack`, `outline`: elements that are followed to their end
- `syntax`, `opaque`, `elements`, `tokens`: HTML
- `expressions`: compiled alike on every Python
- `explain`, `findings`: every number of a page, and why it was replaced or left alone
- `positions`: lines, columns and characters of a page

Pure: no I/O, no clock, no log, no async; it knows no visitors. It stands on `calltrack.numbers`.
"""

from proxy.rewrite.bindings import Bindings
from proxy.rewrite.explain import explain
from proxy.rewrite.filling import fill
from proxy.rewrite.findings import Finding, Outcome, Rule
from proxy.rewrite.positions import page_text
from proxy.rewrite.scanner import Scanner, scan
from proxy.rewrite.slots import Piece, Place, Slot

__all__ = [
    "Bindings",
    "Finding",
    "Outcome",
    "Piece",
    "Place",
    "Rule",
    "Scanner",
    "Slot",
    "explain",
    "fill",
    "page_text",
    "scan",
]
