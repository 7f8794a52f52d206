"""Build the wheel as a release does, out of a copy: a build leaves its traces."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("calltrack", "proxy", "snippet_server", "wagtail_calltrack")


def build(folder: Path) -> Path:
    """Build it in a folder, without the network, and say where it is."""
    source = folder / "source"
    for package in PACKAGES:
        unwanted = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / package, source / package, ignore=unwanted)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    out = folder / "out"
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    flags = ("--no-deps", "--no-build-isolation", "--no-index", "--quiet")
    subprocess.run([*pip, "wheel", *flags, "-w", str(out), str(source)], check=True)
    (built,) = out.glob("*.whl")
    return built
