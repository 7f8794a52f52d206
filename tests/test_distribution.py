"""The distribution: what the wheel holds, what each part needs, and the clash with proxy.py."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = {"calltrack", "proxy", "snippet_server", "wagtail_calltrack"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Build the wheel, out of a copy: a build leaves its traces."""
    source = tmp_path_factory.mktemp("source")
    for package in PACKAGES:
        unwanted = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / package, source / package, ignore=unwanted)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    out = source / "out"
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    flags = ("--no-deps", "--no-build-isolation", "--no-index", "--quiet")
    subprocess.run([*pip, "wheel", *flags, "-w", str(out), str(source)], check=True)
    (built,) = out.glob("*.whl")
    return zipfile.ZipFile(built)


def test_the_wheel_holds_our_packages_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}

    assert {top for top in tops if not top.endswith(".dist-info")} == PACKAGES


def test_the_wheel_holds_every_module_and_its_types_mark(wheel: zipfile.ZipFile) -> None:
    sources = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert sources - set(wheel.namelist()) == set()


def test_the_wheel_has_the_command(wheel: zipfile.ZipFile) -> None:
    (name,) = (n for n in wheel.namelist() if n.endswith("entry_points.txt"))

    assert b"calltrack-proxy = calltrack.__main__:proxy" in wheel.read(name)


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
