"""Leases on SQLite and on a real Redis, beside their peers, in the same run on the same work.

    leasing_crowd   many processes at once, on one store
    leasing_pages   pages with 1, 10 and 200 branches
    leasing_pools   pools of 50, 1,000 and 10,000 numbers

`leasing_places` says where and by which ways; `leasing_sqlite` and `leasing_redis` hold the peers.
"""

from tests.bench import leasing_crowd, leasing_pages, leasing_pools
from tests.bench.leasing_places import places
from tests.redis_servers import binaries


def run(*, quick: bool) -> None:
    """Measure and print."""
    with places(binaries()) as found:
        leasing_crowd.run(found, quick=quick)
        on_both = found[:2]  # how often the log is written changes nothing below
        leasing_pages.run(on_both, quick=quick)
        leasing_pools.run(on_both, quick=quick)
