"""What another process does with the lease store of a test: `python -m ... COMMAND STORE NAME N`.

It prints a line when it is ready and waits for one before it begins, so that several begin at once.

take    N sessions take two numbers each; a line of JSON for each session
fill    look at the pools, once; a line of JSON: how many numbers each has
stuck   one session (SQLite) takes its numbers, and the process stops before the transaction's end
"""

import asyncio
import json
import sqlite3
import sys
from datetime import timedelta

from calltrack.leases import LeaseStore, SessionId, Taken
from calltrack.stores.opening import open_store
from calltrack.stores.sqlite_leases import SqliteLeaseStore
from calltrack.stores.sqlite_taking import Taking
from tests.calltrack.stores.words import ask, shown

PATIENCE = timedelta(seconds=60)  # a busy disk: what is tried here is not speed


async def take(store: LeaseStore, name: str, count: int) -> None:
    """Take numbers as fast as possible; each line told is a promise."""
    for n in range(count):
        session = f"{name}-{n}"
        taken = await store.take(SessionId(session), [ask("A"), ask("B")])
        print(json.dumps([session, shown(taken)]), flush=True)


async def fill(store: LeaseStore, name: str, _count: int) -> None:
    """Tell how many numbers each pool has."""
    print(json.dumps([name, {one.pool: one.numbers for one in await store.fill()}]), flush=True)


async def stuck(store: LeaseStore, name: str, _count: int) -> None:
    """Do all of a take but its commit, tell so, and wait for ever."""

    def work(connection: sqlite3.Connection) -> Taken:
        at = connection.execute("SELECT latest FROM state").fetchone()[0]
        taken = Taking(connection, SessionId(name), None, at).run([ask("A"), ask("B")])
        print(json.dumps([name, shown(taken)]), flush=True)
        sys.stdin.read()
        return taken

    assert isinstance(store, SqliteLeaseStore)
    await store._file.write(work)


async def main(command: str, url: str, name: str, count: str) -> None:
    """Open the store, say so, and begin when told."""
    store = open_store(url, organisation="test", wait=PATIENCE)
    print("ready", flush=True)
    sys.stdin.readline()
    await {"take": take, "fill": fill, "stuck": stuck}[command](store, name, int(count))
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
