"""Real nginx servers for tests and benches: one worker each, on free ports of this machine.

Each has a folder of its own, with its configuration, its log and whatever it keeps for a while.
"""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.outside import connects, free_port, wait_until

MISSING = "nginx is not installed"

_MAIN = """\
daemon off;
worker_processes 1;
pid nginx.pid;
error_log error.log;
user root;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    keepalive_requests 1000000;
{blocks}
}}
"""


@dataclass(frozen=True, slots=True)
class Nginx:
    """A server that is ready."""

    pid: int
    port: int
    folder: Path

    @property
    def url(self) -> str:
        """Say where it is."""
        return f"http://127.0.0.1:{self.port}"

    def errors(self) -> str:
        """Give what it complained of."""
        return (self.folder / "error.log").read_text(encoding="utf-8")


def binary() -> str | None:
    """Find nginx. Debian has it where not everybody looks."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


@contextmanager
def running(folder: Path, blocks: str) -> Iterator[Nginx]:
    """Run one; `blocks` stand inside `http`, and say `PORT` where it listens."""
    found = binary()
    assert found is not None, MISSING
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    conf = folder / "nginx.conf"
    conf.write_text(_MAIN.format(blocks=blocks.replace("PORT", str(port))), encoding="utf-8")
    command = [found, "-p", str(folder), "-c", str(conf), "-e", str(folder / "error.log")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        try:
            wait_until(lambda: connects(port) or process.poll() is not None, "nginx does not start")
            assert process.poll() is None, (folder / "error.log").read_text(encoding="utf-8")
            yield Nginx(process.pid, port, folder)
        finally:
            process.terminate()
