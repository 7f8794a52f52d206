"""The distribution: what the wheel holds, what each part needs, and the clash with proxy.py."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.packaging import wheels
from tests.packaging.wheels import PACKAGES, ROOT

FOR_BUILDING = {".c", ".h", ".so"}
NOT_PYTHON = {".css", ".html", ".js", ".lua", ".mo", ".po", ".typed"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    return zipfile.ZipFile(wheels.build(tmp_path_factory.mktemp("wheel")))


def test_the_wheel_holds_our_packages_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}

    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)


def test_the_wheel_holds_every_file_of_our_packages(wheel: zipfile.ZipFile) -> None:
    sources = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix not in FOR_BUILDING
    }

    assert sources - set(wheel.namelist()) == set()
    assert {Path(name).suffix for name in sources} >= NOT_PYTHON


def test_the_wheel_holds_no_c(wheel: zipfile.ZipFile) -> None:
    assert [name for name in wheel.namelist() if name.endswith((".c", ".h"))] == []


def test_the_wheel_serves_every_script_that_was_released(
    wheel: zipfile.ZipFile, tmp_path: Path
) -> None:
    code = "from snippet_server import assets as a; print(a.__file__, *a.load().by_name)"
    here = {path.name for path in (ROOT / "snippet_server" / "released").glob("*.js")}

    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(wheel.filename)},
    )

    file, *names = done.stdout.split()
    assert file.startswith(str(wheel.filename))
    assert set(names) == here
    assert names


@pytest.mark.parametrize("command", ["proxy", "snippet"])
def test_the_wheel_has_the_commands(wheel: zipfile.ZipFile, command: str) -> None:
    (name,) = (n for n in wheel.namelist() if n.endswith("entry_points.txt"))

    assert f"calltrack-{command} = calltrack.__main__:{command}" in wheel.read(name).decode()


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        pytest.param("proxy.__main__", ("django", "wagtail"), id="a proxy needs no Django"),
        pytest.param("calltrack.stores.opening", ("redis",), id="one machine needs no Redis"),
        pytest.param("wagtail_calltrack", ("aiohttp",), id="a Wagtail site needs no aiohttp"),
        pytest.param("proxy.rewrite", ("aiohttp", "asyncio", "lxml"), id="the rewriter is pure"),
        pytest.param("calltrack.numbers", ("aiohttp", "django", "sqlite3"), id="a number is light"),
    ],
)
def test_a_part_loads_no_more_than_it_needs(module: str, absent: tuple[str, ...]) -> None:
    code = f"import sys, {module}; print([n for n in {absent!r} if n in sys.modules])"

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"


def test_another_package_called_proxy_is_named_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "proxy").mkdir()
    (tmp_path / "proxy" / "__init__.py").write_text("")

    done = subprocess.run(
        [sys.executable, "-m", "calltrack", "--help"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": f"{tmp_path}:{ROOT}"},
    )

    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "pip uninstall proxy.py" in done.stderr
