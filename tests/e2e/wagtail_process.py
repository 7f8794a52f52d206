"""A Wagtail of its own, as a process that can be killed and started again on the same database.

python -m tests.e2e.wagtail_process PORT TOKEN_FILE
"""

import asyncio
import os
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from tests.e2e.edges import ROOT, START_SECONDS, environment


class WagtailProcess:
    """Wagtail in a folder: its database, its log, and the token of an edge."""

    def __init__(self, folder: Path, port: int) -> None:
        folder.mkdir()
        self.folder = folder
        self.port = port
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def token(self) -> str:
        return (self.folder / "token").read_text().strip()

    async def start(self) -> None:
        """Start it, and wait until it answers."""
        settings = {"DJANGO_SETTINGS_MODULE": "settings.dev"}
        with (self.folder / "wagtail.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.e2e.wagtail_process"),
                *(str(self.port), str(self.folder / "token")),
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                cwd=ROOT,
                env={**environment(), **settings, "CALLTRACK_DEMO_VAR": str(self.folder)},
            )
        assert self._process.stdout is not None
        async with asyncio.timeout(2 * START_SECONDS):
            line = await self._process.stdout.readline()
        assert line == b"ready\n", (self.folder / "wagtail.log").read_text()

    async def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            await self._process.wait()
            self._process = None

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Read its database by other means than Wagtail's."""
        (path,) = self.folder.glob("*.sqlite3")
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as file:
            return file.execute(query).fetchall()


@asynccontextmanager
async def wagtail_process(folder: Path, port: int) -> AsyncIterator[WagtailProcess]:
    """Run Wagtail until the block ends."""
    running = WagtailProcess(folder, port)
    try:
        await running.start()
        yield running
    finally:
        await running.kill()


def main(port: int, token_file: Path) -> None:
    """Make the database where there is none, and serve."""
    import django  # noqa: PLC0415 - Django is set up here, and not where the tests import this

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler  # noqa: PLC0415
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415

    call_command("migrate", verbosity=0, interactive=False)
    if not token_file.exists():
        token_file.write_text(set_up())
    with ThreadedWSGIServer(("127.0.0.1", port), WSGIRequestHandler) as server:
        server.set_app(get_wsgi_application())
        print("ready", flush=True)
        server.serve_forever()


def set_up() -> str:
    """Fill it with a Plan, calls included; give the token of an edge."""
    from tests.calltrack.plans import CARRIER, filled_plan  # noqa: PLC0415 - after Django is set up
    from wagtail_calltrack.models import EdgeToken  # noqa: PLC0415
    from wagtail_calltrack.plan_in import fill  # noqa: PLC0415

    fill(filled_plan(telephony={CARRIER.key: CARRIER}))
    row = EdgeToken(name="proxy 1")
    token = row.issue()
    row.save()
    return token


if __name__ == "__main__":
    os.umask(0o077)
    main(int(sys.argv[1]), Path(sys.argv[2]))
