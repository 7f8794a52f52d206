"""How long a visitor may take, on a clock that is turned by hand."""

from dataclasses import dataclass, field

import pytest

from proxy.deadlines import Limits, Patience, Phase, Standing, Verdict, Watch

LIMITS = Limits(
    head_seconds=20,
    idle_seconds=75,
    body_silence_seconds=60,
    body_bytes_per_second=500,
    stall_seconds=30,
    tunnel_silence_seconds=600,
)


def standing(phase: Phase, moved: int = 0, *, request: int = 1, unsent: int = 0) -> Standing:
    return Standing(phase, request, moved, unsent)


def met_after(looks: list[Standing], *, seconds: float = 1.0) -> tuple[int, Verdict | None]:
    """Look at these in turn, a second apart; give how many looks it took, and the verdict."""
    patience = Patience(LIMITS)
    for count, seen in enumerate(looks):
        verdict = patience.look(seen, seconds)
        if verdict is not None:
            return count, verdict
    return len(looks), None


@pytest.mark.parametrize(
    ("looks", "after", "verdict"),
    [
        pytest.param([standing(Phase.IDLE)] * 100, 75, Verdict.IDLE, id="nothing is asked"),
        pytest.param(
            [standing(Phase.HEAD, n) for n in range(100)],
            20,
            Verdict.SLOW_HEAD,
            id="a head, byte by byte",
        ),
        pytest.param(
            [standing(Phase.BODY, 1000)] * 100, 60, Verdict.SLOW_BODY, id="a body that stops"
        ),
        pytest.param(
            [standing(Phase.BODY, n) for n in range(100)],
            61,
            Verdict.SLOW_BODY,
            id="a body, byte by byte",
        ),
        pytest.param(
            [standing(Phase.BODY, 1000 * n) for n in range(1000)],
            1000,
            None,
            id="a long body at a fair rate",
        ),
        pytest.param([standing(Phase.OURS)] * 1000, 1000, None, id="the site thinks for long"),
        pytest.param(
            [standing(Phase.OURS, unsent=9000)] * 100, 30, Verdict.STALLED, id="nothing is read"
        ),
        pytest.param(
            [standing(Phase.OURS, unsent=9000 - n) for n in range(1000)],
            1000,
            None,
            id="an answer is read slowly",
        ),
        pytest.param(
            [standing(Phase.IDLE, unsent=9000 - n) for n in range(1000)],
            1000,
            None,
            id="the last answer is read slowly: it is not idle yet",
        ),
        pytest.param(
            [standing(Phase.IDLE, unsent=9000)] * 100,
            30,
            Verdict.STALLED,
            id="the last answer is not read to its end",
        ),
        pytest.param(
            [standing(Phase.IDLE, request=n // 50) for n in range(1000)],
            1000,
            None,
            id="a request now and then",
        ),
        pytest.param(
            [standing(Phase.HEAD, n, request=n // 10) for n in range(100)],
            100,
            None,
            id="many heads, each in time",
        ),
        pytest.param(
            [standing(Phase.TUNNEL, n // 500) for n in range(3000)],
            3000,
            None,
            id="a tunnel in which something is said now and then",
        ),
        pytest.param(
            [standing(Phase.TUNNEL, 7)] * 1000, 600, Verdict.SILENT_TUNNEL, id="a silent tunnel"
        ),
        pytest.param(
            [
                standing(Phase.OURS if n % 50 > 25 else Phase.BODY, 0 if n < 3 else 100_000)
                for n in range(1000)
            ],
            1000,
            None,
            id="a body that the site takes slowly",
        ),
    ],
)
def test_a_limit_is_met_when_its_time_is_up_and_not_before(
    looks: list[Standing], after: int, verdict: Verdict | None
) -> None:
    count, found = met_after(looks)

    assert found is verdict
    assert after <= count <= after + 1


def test_any_rate_will_do_where_no_rate_is_asked_for() -> None:
    patience = Patience(Limits(body_bytes_per_second=0))

    verdicts = {patience.look(standing(Phase.BODY, n), 1.0) for n in range(10_000)}

    assert verdicts == {None}


@pytest.mark.parametrize(
    ("limits", "tick"),
    [
        pytest.param(Limits(), 1.0, id="the defaults"),
        pytest.param(Limits(head_seconds=0.2), 0.05, id="a short one"),
    ],
)
def test_a_short_limit_is_looked_at_more_often(limits: Limits, tick: float) -> None:
    assert limits.tick_seconds == tick


@dataclass(eq=False)
class Guest:
    """A connection. `looks` has the time that went by at each look."""

    address: str = "192.0.2.1"
    is_idle: bool = False
    is_ended: bool = False
    looks: list[float] = field(default_factory=list)

    def look(self, elapsed_seconds: float) -> None:
        self.looks.append(elapsed_seconds)

    def end_idle(self) -> None:
        self.is_ended = True


class TestWatch:
    """All connections of a port."""

    def test_who_was_not_looked_at_is_not_blamed_for_it(self) -> None:
        now = [100.0]
        watch, guest = Watch(Limits(), clock=lambda: now[0]), Guest()
        watch.admit(guest)

        for moment in (101.0, 102.5, 1000.0):
            now[0] = moment
            watch.look()

        assert guest.looks == [1.0, 1.5, 2.0]

    def test_there_is_room_for_so_many_and_no_more(self) -> None:
        watch = Watch(Limits(connections=2))
        first, second, third = Guest(), Guest(), Guest()

        assert [watch.admit(guest) for guest in (first, second, third)] == [True, True, False]
        watch.leave(third)  # it was never counted
        watch.leave(first)
        assert watch.admit(third)
        assert len(watch) == 2

    def test_an_idle_connection_makes_room_the_oldest_first(self) -> None:
        watch = Watch(Limits(connections=3))
        guests = [Guest(), Guest(is_idle=True), Guest(is_idle=True)]
        for guest in guests:
            watch.admit(guest)

        assert watch.admit(Guest())
        assert [guest.is_ended for guest in guests] == [False, True, False]
        assert len(watch) == 3

    def test_where_nobody_is_idle_it_is_not_looked_for_again_before_the_next_look(self) -> None:
        watch, guest = Watch(Limits(connections=1)), Guest()
        watch.admit(guest)

        assert not watch.admit(Guest())
        guest.is_idle = True
        assert not watch.admit(Guest())
        watch.look()
        assert watch.admit(Guest())

    def test_one_address_may_have_so_many_where_that_is_set(self) -> None:
        watch = Watch(Limits(connections_per_address=1))
        guest, again, other = Guest(), Guest(), Guest("192.0.2.2")

        assert [watch.admit(one) for one in (guest, again, other)] == [True, False, True]
        watch.leave(guest)
        assert watch.admit(again)
