"""With a C compiler an installation has the compiled rewriter; without, it works and says so."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
from pathlib import Path

import pytest

from tests.packaging import projects, wheels
from tests.packaging.wheels import ROOT

BUILDING = "from setuptools.build_meta import build_sdist; print(build_sdist('out'))"
HEADERS = Path(sysconfig.get_path("include"))
REWRITE = ROOT / "proxy" / "rewrite"


def build_extension(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Build the extension into a folder, as make does."""
    return subprocess.run(
        [sys.executable, "setup.py", "-q", "build_ext", "-b", folder, "-t", folder / "objects"],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def compiler() -> str:
    """Give the path of the C compiler; skip the test where nothing can be compiled."""
    found = shutil.which((sysconfig.get_config_var("CC") or "cc").split()[0])
    if found is None or not (HEADERS / "Python.h").exists():
        pytest.skip("there is no C compiler, or there are no headers of Python")
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("environment", "platform", "said"),
    [
        pytest.param({}, "linux", "compiled)", id="a compiler"),
        pytest.param({"CC": "/bin/false"}, "linux", "pure Python: ", id="one that fails"),
        pytest.param({"CC": "nowhere"}, "linux", "pure Python: ", id="no compiler"),
        pytest.param({"CALLTRACK_REWRITER": "pure"}, "any", "pure Python: ", id="none wanted"),
    ],
)
def test_an_installed_wheel_names_its_build(
    environment: dict[str, str], platform: str, said: str, tmp_path: Path
) -> None:
    compiler()
    wheel = wheels.build(tmp_path, **environment)
    python = projects.install(wheel, tmp_path / "venv")

    done = subprocess.run(
        [python, "-m", "calltrack", "--version"],
        cwd=tmp_path,
        env=projects.environment(),
        capture_output=True,
        text=True,
        check=True,
    )

    assert f"(rewriter: {said}" in done.stdout
    assert platform in wheel.stem.rpartition("-")[2]


@pytest.mark.parametrize(
    ("environment", "why"),
    [
        pytest.param({"CC": "/bin/false"}, "the C compiler failed", id="it fails"),
        pytest.param({"CC": "nowhere -O2"}, "no C compiler (nowhere)", id="there is none"),
    ],
)
def test_why_nothing_is_compiled_is_told_in_a_line_and_no_error(
    environment: dict[str, str], why: str, tmp_path: Path
) -> None:
    compiler()

    done = build_extension(tmp_path, **environment)

    assert done.returncode == 0
    (line,) = done.stderr.splitlines()
    assert line.startswith(why)
    assert line.endswith("the rewriter runs in pure Python; on Debian: apt install gcc python3-dev")


def test_the_c_compiles_without_a_warning(tmp_path: Path) -> None:
    sources = sorted(REWRITE.rglob("*.c"))
    flags = ["-std=c11", "-O2", "-Wall", "-Wextra", "-Wshadow", "-Werror", "-fsyntax-only"]

    done = subprocess.run(
        [compiler(), *flags, f"-I{HEADERS}", *sources], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_what_lies_built_in_the_sources_is_no_older_than_they_are() -> None:
    built = REWRITE / f"_compiled{sysconfig.get_config_var('EXT_SUFFIX')}"
    sources = [path for end in ("c", "h") for path in REWRITE.rglob(f"*.{end}")]

    newest = max(path.stat().st_mtime for path in sources)

    assert not built.exists() or built.stat().st_mtime >= newest, "old: run `make install`"


def test_the_source_distribution_has_the_c(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-c", BUILDING],
        cwd=wheels.sources(tmp_path),
        env={**os.environ, "CALLTRACK_REWRITER": "pure"},
        capture_output=True,
        check=True,
    )

    (archive,) = (tmp_path / "source" / "out").iterdir()
    with tarfile.open(archive) as packed:
        names = {name.partition("/")[2] for name in packed.getnames()}
    wanted = {
        str(path.relative_to(ROOT)) for end in ("c", "h") for path in REWRITE.rglob(f"*.{end}")
    }
    assert wanted | {"setup.py"} <= names
    assert len(wanted) > 1
