"""html5lib's own test inputs as pages: what a parser's authors thought of.

They are in its source distribution only, so that is fetched once, by the ordinary pip, into a cache
folder: $CALLTRACK_TEST_CACHE, or else the platform's. Several processes may fetch at once: each
loads into a folder of its own, and what arrives is renamed into place. Where nothing can be loaded
a test is skipped and says so; with CI set it fails.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.outside import cache_folder

ARCHIVE = "html5lib-1.1.tar.gz"
SHA256 = "b2e5b40261e20f354d198eae92afc10d750afb487ed5e50f9c4eaf07c184146f"
WAIT_SECONDS = 90

_DATA = "html5lib/tests/testdata/"
_CASE = re.compile(rb"(?:\A|\n)#data\n(.*?)\n#(?:errors|encoding)\n", re.DOTALL)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})")
_STATES = {
    # a tokenizer that begins in this state: what a page says to get there
    "CDATA section state": "<svg><![CDATA[",
    "PLAINTEXT state": "<plaintext>",
    "RCDATA state": "<textarea>",
    "RAWTEXT state": "<xmp>",
    "Script data state": "<script>",
}


class Input(NamedTuple):
    """One page, and the file that it is from."""

    source: str
    page: bytes


def inputs() -> tuple[Input, ...]:
    """Give all inputs, each page once; skip the test that asks where there are none."""
    archive = _fetched()
    if isinstance(archive, str):
        missing = f"html5lib's test inputs could not be fetched: {archive}"
        if os.environ.get("CI"):
            pytest.fail(missing, pytrace=False)
        pytest.skip(missing)
    return _read(archive)


@cache
def _fetched() -> Path | str:
    """Give the archive's path, or why there is none."""
    path = cache_folder() / ARCHIVE
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            failure = _load(Path(folder))
            if failure is not None:
                return failure
            (Path(folder) / ARCHIVE).replace(path)
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    assert found == SHA256, f"{path} is not the archive that these tests are made for"
    return path


def _load(folder: Path) -> str | None:
    """Load the archive into a folder. Gives why not, in a line."""
    constraint = folder / "constraint.txt"
    constraint.write_text("setuptools<80\n", encoding="utf-8")  # newer ones cannot build html5lib
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--retries", "1", "--no-deps"]
    wanted = ["--no-binary", "html5lib", "html5lib==1.1", "--dest", str(folder)]
    environment = {**os.environ, "PIP_CONSTRAINT": str(constraint)}
    try:
        done = subprocess.run(
            command + wanted,
            env=environment,
            capture_output=True,
            text=True,
            timeout=WAIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"pip took over {WAIT_SECONDS} seconds"
    if done.returncode == 0:
        return None
    said = [line.strip() for line in done.stderr.splitlines() if line.startswith("ERROR:")]
    return said[-1] if said else f"pip ended with {done.returncode}"


@cache
def _read(archive: Path) -> tuple[Input, ...]:
    found: dict[bytes, str] = {}
    with tarfile.open(archive) as files:
        for member in sorted(files.getmembers(), key=lambda m: m.name):
            source = member.name.partition(_DATA)[2]
            content = files.extractfile(member) if source else None
            if content is not None:
                for page in _pages(source, content.read()):
                    found.setdefault(page, source)
    return tuple(Input(source, page) for page, source in found.items())


def _pages(source: str, content: bytes) -> Iterator[bytes]:
    """Give the pages of one file."""
    kind, _, name = source.partition("/")
    if name.endswith(".dat"):
        for case in _CASE.finditer(content):
            yield case[1]
    elif name.endswith(".test"):
        for cases in json.loads(content).values():
            for case in cases:
                texts = _serialized(case) if kind == "serializer" else _tokenized(case)
                yield from (text.encode("utf-8", "surrogatepass") for text in texts)


def _tokenized(case: dict[str, object]) -> Iterator[str]:
    text = str(case["input"])
    if case.get("doubleEscaped"):
        text = _ESCAPE.sub(lambda m: chr(int(m[1], 16)), text)
    yield text
    states = case.get("initialStates")
    for state in states if isinstance(states, list) else ():
        if state in _STATES:
            yield _STATES[state] + text


def _serialized(case: dict[str, object]) -> Iterator[str]:
    """Give what a serializer is to write: it writes pages, too."""
    for key in ("expected", "xhtml"):
        texts = case.get(key)
        yield from texts if isinstance(texts, list) else ()
