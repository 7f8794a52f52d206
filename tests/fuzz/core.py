"""Build the C core with clang's sanitizers, and let libFuzzer look for pages that break it.

It works in `.fuzz/`: what it learnt stays there for the next time, and pages that break something
are named `found-…`. Afterwards `corpus.txt` is made anew out of the shortest inputs that reach what
all of them reach.
"""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from tests.fuzz import core_tables, inputs
from tests.fuzz.seeds import LONGEST, seeds
from tests.fuzz.tables import TABLES

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
CORE = ROOT / "proxy" / "rewrite" / "_core"
FOLDER = ROOT / ".fuzz"
KEPT_BYTES_MAX = 250_000
KEPT_PAGE_MAX = 600
"""Bytes of an input that is kept."""
FLAGS = ["-std=c11", "-g", "-O1", "-Wall", "-Wextra", "-fno-sanitize-recover=all"]
SANITIZERS = "-fsanitize=fuzzer,address,undefined"


def fuzz(seconds: int) -> int:
    """Fuzz for a while. Gives the exit status: 1 where something broke, or clang is missing."""
    clang = shutil.which(os.environ.get("CLANG", "clang"))
    if clang is None:
        print("no clang: nothing is fuzzed; on Debian: apt install clang libclang-rt-dev")
        return 1
    learnt = FOLDER / "learnt"
    learnt.mkdir(parents=True, exist_ok=True)
    program = _build(clang)
    _put([*inputs.kept(), *seeds()], learnt)
    for found in FOLDER.glob("found-*"):
        found.rename(learnt / found.name)  # tried first: is it mended?
    broke = _run(program, learnt, seconds)
    for path in sorted(FOLDER.glob("found-*")):
        _tell(program, path)
    if not broke:
        inputs.keep(_smallest(program, learnt))
    return int(broke)


def _build(clang: str) -> Path:
    program = FOLDER / "fuzz_stride"
    texts = ",\n".join(_literal(text) for text in map(core_tables.text, TABLES))
    header = f"static const char *const TABLES[] = {{\n{texts}\n}};\n"
    (FOLDER / "tables.h").write_text(header, encoding="ascii")
    sources = [HERE / "fuzz_stride.c", *sorted(CORE.glob("*.c"))]
    folders = [f"-I{CORE}", f"-I{FOLDER}"]
    subprocess.run([clang, *FLAGS, SANITIZERS, *folders, *sources, "-o", program], check=True)
    return program


def _literal(text: bytes) -> str:
    """Write a text as C does, a line for each of its own."""
    lines = text.splitlines(keepends=True)
    return "\n".join('"' + "".join(f"\\{byte:03o}" for byte in line) + '"' for line in lines)


def _put(found: Iterable[bytes], folder: Path) -> None:
    for data in found:
        (folder / hashlib.sha1(data, usedforsecurity=False).hexdigest()).write_bytes(data)


def _run(program: Path, learnt: Path, seconds: int) -> bool:
    """Run it; say whether something broke."""
    options = [
        f"-max_total_time={seconds}",
        f"-max_len={LONGEST + inputs.HEAD}",
        f"-dict={HERE / 'html.dict'}",
        f"-artifact_prefix={FOLDER}/found-",
        "-timeout=10",
        "-rss_limit_mb=1024",
        "-print_final_stats=1",
        "-verbosity=1",
    ]
    return subprocess.run([program, *options, learnt], check=False).returncode != 0


def _tell(program: Path, path: Path) -> None:
    """Make a page that breaks something shorter, if that is possible, and say what it is."""
    short = FOLDER / "short-one"
    short.write_bytes(path.read_bytes())
    options = ["-minimize_crash=1", "-max_total_time=30", f"-exact_artifact_path={short}"]
    subprocess.run([program, *options, path], check=False, capture_output=True)
    path.write_bytes(short.read_bytes())
    done = subprocess.run([program, path], check=False, capture_output=True, text=True)
    words = ("broken", "ERROR", "runtime error")
    said = [line for line in done.stderr.splitlines() if any(word in line for word in words)]
    data = path.read_bytes()
    given = inputs.read(data)
    place = f"table {data[0] % len(TABLES)}, caller {data[1]}, cut at {given.cut}"
    print(f"{path}: {place}: {given.page!r}", *said, sep="\n  ")


def _smallest(program: Path, learnt: Path) -> list[bytes]:
    """Give the shortest inputs that reach what all reach, as many as there is room for."""
    short = FOLDER / "short"
    shutil.rmtree(short, ignore_errors=True)
    short.mkdir()
    options = ["-merge=1", "-use_value_profile=0", f"-max_len={KEPT_PAGE_MAX}", "-verbosity=0"]
    subprocess.run([program, *options, short, learnt], check=True)
    found = sorted((path.read_bytes() for path in short.iterdir()), key=len)
    taken: list[bytes] = []
    room = KEPT_BYTES_MAX
    for data in found:
        room -= len(data) * 2  # escaped it is longer
        if room > 0:
            taken.append(data)
    return taken
