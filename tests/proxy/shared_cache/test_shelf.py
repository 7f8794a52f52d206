"""What is kept is bounded in bytes; what was not used for longest makes room."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.border import Border
from proxy.counters import Counters
from proxy.rewrite import Bindings
from proxy.shared_cache import Moment
from proxy.shared_cache.entry import Came, Entry
from proxy.shared_cache.shelf import Shelf
from proxy.shared_cache.variants import asked
from proxy.shared_cache.wish import Key
from tests.proxy.guests import ORIGINAL
from tests.proxy.origin import html
from tests.proxy.sample import FOR_FIRST, PAGE
from tests.proxy.shared_cache.conftest import StartEdge

NOBODY = asked([])
START = Moment(0.0, 0.0)


def key(n: int) -> Key:
    return "http", "site.test", f"/{n}"


def entry(size: int) -> Entry:
    found = Entry(NOBODY, b"OK", [(b"Content-Type", b"text/html")], Came(START, START))
    found.body = b"x" * size
    return found


def test_what_was_not_used_for_longest_makes_room() -> None:
    shelf = Shelf(40_000)
    for n in range(3):
        shelf.put(key(n), entry(10_000))
    shelf.find(key(0), NOBODY)

    shelf.put(key(3), entry(10_000))

    assert [shelf.find(key(n), NOBODY) is not None for n in range(4)] == [True, False, True, True]
    assert shelf.size_bytes <= 40_000
    assert len(shelf) == 3


def kept(shelf: Shelf, keys: range) -> list[int]:
    """Say which are there, without using them."""
    return [n for n in keys if key(n) in shelf._rows]


def test_addresses_that_somebody_makes_up_push_out_no_page_that_is_in_use() -> None:
    shelf = Shelf(400_000)
    for n in range(10):
        shelf.put(key(n), entry(10_000))
        shelf.find(key(n), NOBODY)

    for n in range(100, 1_100):
        shelf.put(key(n), entry(10_000))

    assert kept(shelf, range(10)) == list(range(10))
    assert shelf.size_bytes <= 400_000


def test_a_new_page_finds_room_beside_those_in_use() -> None:
    """Else what is in use today would be kept for ever."""
    shelf = Shelf(400_000)
    for n in range(40):
        shelf.put(key(n), entry(10_000))
        shelf.find(key(n), NOBODY)

    for n in range(100, 103):
        shelf.put(key(n), entry(10_000))
    for n in range(100, 103):
        shelf.find(key(n), NOBODY)
    shelf.put(key(103), entry(10_000))

    assert kept(shelf, range(100, 104)) == [100, 101, 102, 103]
    assert key(0) not in shelf._rows
    assert shelf.size_bytes <= 400_000


def test_a_page_in_use_stays_so_when_it_is_renewed() -> None:
    shelf = Shelf(400_000)
    shelf.put(key(0), entry(10_000))
    shelf.find(key(0), NOBODY)
    shelf.put(key(0), entry(10_000))  # in the place of the first

    for n in range(100, 200):
        shelf.put(key(n), entry(10_000))

    assert kept(shelf, range(1)) == [0]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["put", "find", "drop"]), st.integers(0, 9), st.integers(0, 30_000)
        ),
        max_size=60,
    )
)
def test_what_is_weighed_is_what_is_there(steps: list[tuple[str, int, int]]) -> None:
    shelf = Shelf(60_000)
    for step, n, size in steps:
        match step:
            case "put":
                shelf.put(key(n), entry(size))
            case "find":
                shelf.find(key(n), NOBODY)
            case "drop":
                shelf.drop(key(n))

    weights = {k: sum(shelf._sizes[one] for one in row) for k, row in shelf._rows.items()}
    assert shelf.size_bytes == sum(weights.values()) <= 60_000
    assert shelf._once_bytes == sum(weights[k] for k in shelf._once)
    assert set(shelf._rows) == set(shelf._once) ^ set(shelf._again)


def test_a_page_with_no_room_for_it_is_not_kept() -> None:
    shelf = Shelf(10_000)
    shelf.put(key(0), entry(100))
    shelf.find(key(0), NOBODY)

    shelf.put(key(1), entry(10_000))

    assert kept(shelf, range(2)) == [0]
    assert len(shelf) == 1


def test_what_is_dropped_weighs_nothing() -> None:
    shelf = Shelf(100_000)
    old, new = entry(10_000), entry(20_000)
    shelf.put(key(0), old)
    shelf.put(key(0), new)
    shelf.weigh(key(0), old)
    both = shelf.size_bytes

    shelf.drop(key(0))

    assert both == new.size_bytes + len("httpsite.test/0")
    assert (len(shelf), shelf.size_bytes) == (0, 0)


@pytest.mark.parametrize(
    ("path", "agent"),
    [
        pytest.param("/?" + "q" * 5_000, b"", id="long addresses"),
        pytest.param("/", b"a" * 5_000, id="long answers to Vary"),
    ],
)
def test_what_visitors_write_is_weighed(path: str, agent: bytes) -> None:
    shelf = Shelf(100_000)
    for n in range(100):
        head = [(b"Content-Type", b"text/html"), (b"Vary", b"User-Agent")]
        said = asked([(b"User-Agent", agent)])
        found = Entry(said, b"OK", head, Came(START, START))
        shelf.put(("http", "site.test", f"{path}{n}"), found)

    assert 5 < len(shelf) < 20
    assert shelf.size_bytes <= 100_000


@pytest.mark.parametrize("numbers", [frozenset({ORIGINAL}), frozenset()], ids=["slots", "none"])
async def test_the_pieces_are_weighed_too(numbers: frozenset[str]) -> None:
    shelf = Shelf(1_000_000)
    found = entry(0)
    found.body = PAGE
    shelf.put(key(0), found)
    before = shelf.size_bytes

    ready = await found.look_through(Bindings(numbers=numbers), Border(Counters()))  # type: ignore[arg-type] # of either kind
    shelf.weigh(key(0), found)

    assert bool(ready.slots) is bool(numbers)
    assert (shelf.size_bytes > before) is bool(numbers)
    assert found.body == PAGE


async def test_a_small_cache_stays_small(start_edge: StartEdge) -> None:
    edge = await start_edge(
        html(PAGE, b"Cache-Control: max-age=60"), cache_bytes=6 * (len(PAGE) + 4096)
    )
    assert edge.proxy is not None
    cache = edge.proxy.app.cache
    assert cache is not None

    for n in range(30):
        for _ in range(2):
            got = await edge.ask("g1", target=b"/%d" % n)
            assert got.body == FOR_FIRST
            assert cache.size_bytes <= 6 * (len(PAGE) + 4096)

    assert edge.times_asked == 30
    assert cache.size_bytes > len(PAGE)


async def test_a_page_longer_than_there_is_room_passes(start_edge: StartEdge) -> None:
    edge = await start_edge(html(PAGE, b"Cache-Control: max-age=60"), cache_bytes=500)

    bodies = [(await edge.ask("g1")).body for _ in range(2)]

    assert (bodies, edge.times_asked) == ([FOR_FIRST, FOR_FIRST], 2)
