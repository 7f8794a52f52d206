"""Who takes connections from which socket. Pure.

Each port is bound as many times as there are workers (`sockets`), and each worker has a socket of
its own: the system deals connections out evenly, which workers that race for one socket do not.
What is queued in a socket whose worker is gone is taken by the others until it is back. Where there
is one socket for all, all take from it.
"""

from collections.abc import Mapping, Sequence


def shares(sockets: int, ready: Sequence[int]) -> Mapping[int, Sequence[int]]:
    """Say for each worker that is ready, by its number, which sockets are its. All are somebody's.

    A worker has the socket of its own number; those of nobody go round.
    """
    found: dict[int, list[int]] = {worker: [] for worker in sorted(ready)}
    if not found:
        return found
    if sockets == 1:
        return {worker: [0] for worker in found}
    others = sorted(found)
    for at in range(sockets):
        found[at if at in found else others[at % len(others)]].append(at)
    return found
