"""Programs of others that tests start: found, or the test is over; are they there yet?

Where a program is missing a test is skipped with one line, and fails where CI is set.
"""

import os
import shutil
import socket
from typing import NoReturn

import pytest

from tests.redis_servers import free_port, wait_until

__all__ = ["connects", "free_port", "missing", "program", "wait_until"]


def program(name: str, package: str) -> str:
    """Give a program's path; where there is none, this test is over."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin")
    if found is None:
        missing(f"{name} is not installed; on Debian: apt install {package}")
    return found


def missing(why: str) -> NoReturn:
    """Skip, or fail where CI is set."""
    if os.environ.get("CI"):
        pytest.fail(why, pytrace=False)
    pytest.skip(why)


def connects(port: int) -> bool:
    """Say whether somebody listens."""
    with socket.socket() as client:
        client.settimeout(1)
        return client.connect_ex(("127.0.0.1", port)) == 0
