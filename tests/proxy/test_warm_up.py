"""What the first visitor does not have to wait for."""

import re
from dataclasses import replace

import pytest

from calltrack.leases import VestigingKey
from calltrack.numbers import PhoneNumber
from calltrack.plan import Mode, Vestiging
from proxy.plan_bindings import bindings_for
from proxy.rewrite import Slot, fill, scan
from proxy.warm_up import CHARSETS, warm_up
from tests.calltrack.plans import AMSTERDAM_POOL, SITE, make_plan


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("mode", Mode)
def test_the_first_page_of_a_site_compiles_nothing_any_more(
    monkeypatch: pytest.MonkeyPatch, charset: str | None, mode: Mode
) -> None:
    """The numbers are of this test alone: other tests have not warmed up for it."""
    place = list(Mode).index(mode) * len(CHARSETS) + CHARSETS.index(charset)
    number = PhoneNumber(f"+31882233{place:03}")
    key = VestigingKey("utrecht")
    plan = make_plan(vestigingen={key: Vestiging(key, "Utrecht", number)})
    bindings = bindings_for(plan, replace(SITE, mode=mode))
    warm_up(plan, [bindings])

    compiled: list[bytes] = []
    compile_it = re.compile

    def note(pattern: str | bytes, flags: int = 0) -> object:
        if isinstance(pattern, bytes):  # the rewriter's: the long ones
            compiled.append(pattern)
        return compile_it(pattern, flags)

    monkeypatch.setattr(re, "compile", note)
    page = f'<a href="tel:{number}">x</a><p class="qooqie-number-placeholder">{number}</p>'
    pieces = scan(page.encode(), bindings, charset=charset)
    filled = fill(pieces, lambda _slot: AMSTERDAM_POOL[0])

    assert AMSTERDAM_POOL[0].e164.encode() in filled
    assert any(isinstance(piece, Slot) for piece in pieces)
    assert compiled == []


def test_a_plan_without_numbers_needs_no_warming_up() -> None:
    plan = make_plan(vestigingen={}, numbers=(), campaigns=())

    bindings = bindings_for(plan, SITE)

    warm_up(plan, [bindings])

    pieces = scan(b"<p>020 123 45 67", bindings)
    assert not any(isinstance(piece, Slot) for piece in pieces)
