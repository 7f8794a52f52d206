"""A page in chunks gives what the whole page gives."""

import pytest

from calltrack.numbers import PhoneNumber
from proxy.rewrite import Bindings, Piece, Scanner, fill, scan

OURS = PhoneNumber("+31850199999")
SHOWN = PhoneNumber("+31201234567")
BINDINGS = Bindings(numbers=frozenset({OURS}), classes={"ph": "main"}, keys=frozenset({"service"}))


def joined(pieces: list[Piece]) -> list[Piece]:
    """Join neighbouring bytes: where a page is cut may show in nothing else."""
    found: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, bytes) and found and isinstance(found[-1], bytes):
            found[-1] += piece
        elif piece != b"":
            found.append(piece)
    return found


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        pytest.param("Bel (085) 019 99 99.", "Bel (020) 123 45 67.", id="text"),
        pytest.param(
            '<a href="tel:+31850199999">085</a>', '<a href="tel:+31201234567">085</a>', id="link"
        ),
        pytest.param("<b>085</b> 0199 999", "<b>020</b> 1234 567", id="split by a tag"),
        pytest.param("<i class=ph></i>", "<i class=ph>020 123 4567</i>", id="empty placeholder"),
        pytest.param(
            "<i class=ph>+32 2 555 12 12</i>", "<i class=ph>+31 20 123 45 67</i>", id="placeholder"
        ),
        pytest.param("<script>0850199999</script>", "<script>0850199999</script>", id="script"),
        pytest.param(
            "<p data-calltrack=off>0850199999", "<p data-calltrack=off>0850199999", id="off"
        ),
    ],
)
def test_every_cut_gives_the_same(page: str, expected: str) -> None:
    raw = page.encode()
    whole = joined(scan(raw, BINDINGS))

    assert fill(whole, lambda _: None) == raw
    assert fill(whole, lambda _: SHOWN).decode() == expected
    for cut in range(len(raw) + 1):
        scanner = Scanner(BINDINGS)
        pieces = [*scanner.feed(raw[:cut]), *scanner.feed(raw[cut:]), *scanner.close()]
        assert joined(pieces) == whole
