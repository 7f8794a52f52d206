"""The rewriter's benchmark sees what is wrong, and runs with the peers that are there."""

import pytest

from tests.bench import rewriting_engines as engines
from tests.bench import rewriting_outputs, rewriting_tables
from tests.bench.finding import Way
from tests.bench.pages import KINDS, NEW, OLD, Page, Where, make_page
from tests.bench.report import WrongOutputError
from tests.bench.rewriting_engines import ALL, PLAIN, Engine
from tests.bench.rewriting_hostile import SHAPES, SURE_SECONDS, Shape, is_steep
from tests.bench.rewriting_outputs import Tally
from tests.bench.rewriting_timing import NEVER_SEEN, Row

ALONE = frozenset([OLD])
PAGE = make_page("article", 20)


def writes(after: bytes) -> Way:
    return lambda _, __: after


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("engine", engines.peers(ALONE), ids=lambda engine: engine.name)
def test_each_peer_finds_what_it_looks_for_and_nothing_else(engine: Engine, kind: str) -> None:
    page, tally = make_page(kind, 22), Tally(engine)

    rewriting_outputs.look(page, tally)

    assert tally.shown == page.count(engine.finds)


@pytest.mark.parametrize(
    ("engine", "complaint"),
    [
        pytest.param(
            Engine("ours", writes(PAGE.after + b" "), ALL, is_ours=True), "not what it", id="ours"
        ),
        pytest.param(Engine("peer", writes(PAGE.before), PLAIN), "only 0 are shown", id="too few"),
        pytest.param(
            Engine("peer", writes(PAGE.after.replace(b"<footer>", b"<p>085 0199 999")), ALL),
            "1 old numbers",
            id="one left",
        ),
        pytest.param(Engine("scale", writes(b"<p>"), frozenset()), "not what it was", id="scale"),
    ],
)
def test_a_wrong_page_of_any_engine_is_seen(engine: Engine, complaint: str) -> None:
    with pytest.raises(WrongOutputError, match=complaint):
        rewriting_outputs.look(PAGE, Tally(engine))


@pytest.mark.parametrize(
    ("after", "is_kept"),
    [
        pytest.param(PAGE.after, True, id="only numbers"),
        pytest.param(PAGE.after.replace(b"</html>", b"</HTML>"), False, id="a tag"),
        pytest.param(PAGE.after + b"\n", False, id="more at the end"),
    ],
)
def test_it_is_seen_when_more_than_numbers_changes(after: bytes, is_kept: bool) -> None:
    assert rewriting_outputs.is_rest_kept(PAGE, after) is is_kept


def test_an_error_of_a_peer_is_counted_and_ends_nothing() -> None:
    def fails(page: bytes, _: object) -> bytes:
        raise ValueError(len(page))

    tally = Tally(Engine("peer", fails, PLAIN))

    rewriting_outputs.look(PAGE, tally)

    assert (tally.errors, tally.shown, tally.asked) == (1, 0, PAGE.hits)


def test_numbers_split_by_tags_are_counted_where_they_are_shown() -> None:
    page = make_page("shop", 11)

    assert page.count({Where.SPLIT}) == 2
    assert rewriting_outputs.count(page.before, OLD) == rewriting_outputs.count(page.after, NEW)


def test_stray_bytes_stand_in_the_page_before_and_after() -> None:
    page: Page = PAGE.with_stray_bytes()

    assert b"caf\xe9" in page.before
    assert rewriting_outputs.is_rest_kept(page, page.after)
    assert not rewriting_outputs.is_rest_kept(page, PAGE.after)


def test_without_a_peer_the_bench_says_so_and_measures_the_others(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda _: None)

    names = [engine.name for engine in engines.peers(ALONE)]
    seconds = {name: [0.1] for name in [*names, engines.OURS, engines.PURE]}
    rewriting_tables.beside_others([Row("shop", 100, 3, seconds), Row("shop", 100, 0, seconds)])

    assert names == [engines.LXML, engines.SCALE]
    assert engines.missing() == [f"{name} is not installed: left out" for name in engines.PEERS]
    row = capsys.readouterr().out.splitlines()[3].split()
    assert row == ["shop", "0", "3", "10", "0", *("1.00", "×"), "–", "–", "–", *("1.00", "×")]


def test_means_are_geometric_and_hold_no_page_never_seen(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = [
        Row("a", 100, 3, {engines.OURS: [1.0], engines.LXML: [2.0]}),
        Row("b", 100, 50, {engines.OURS: [1.0], engines.LXML: [8.0]}),
        Row(NEVER_SEEN, 100, 50, {engines.OURS: [1.0], engines.LXML: [1000.0]}),
    ]

    rewriting_tables.beside_others(rows)

    mean = next(line for line in capsys.readouterr().out.splitlines() if "mean, with" in line)
    assert mean.split()[3:5] == ["4.00", "×"]


@pytest.mark.parametrize(
    ("seconds", "steep"),
    [
        pytest.param([0.1, 0.2, 0.4], False, id="linear"),
        pytest.param([0.1, 0.4, 1.6], True, id="quadratic"),
        pytest.param([30.0, None, None], True, id="too slow to go on"),
        pytest.param([0.0, SURE_SECONDS / 8, SURE_SECONDS / 2], False, id="too fast to tell"),
    ],
)
def test_what_is_not_linear_is_told(seconds: list[float | None], steep: bool) -> None:
    assert is_steep(seconds) is steep


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_page_that_means_harm_is_as_long_as_asked(shape: Shape) -> None:
    page = shape(400_000)

    assert 0.9 < len(page) / 400_000 < 1.1
