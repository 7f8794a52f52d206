"""Build the wheel as a release does, out of a copy: a build leaves its traces."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("calltrack", "proxy", "snippet_server", "wagtail_calltrack")

FILES = ("pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE")


def sources(folder: Path) -> Path:
    """Copy into a folder what a distribution is made of, and say where it is."""
    source = folder / "source"
    for package in PACKAGES:
        unwanted = shutil.ignore_patterns("__pycache__", "*.so")
        shutil.copytree(ROOT / package, source / package, ignore=unwanted)
    for name in FILES:
        shutil.copy(ROOT / name, source / name)
    return source


def build(folder: Path, **environment: str) -> Path:
    """Build it in a folder, without the network, and say where it is."""
    source = sources(folder)
    out = folder / "out"
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    flags = ("--no-deps", "--no-build-isolation", "--no-index", "--quiet")
    command = [*pip, "wheel", *flags, "-w", str(out), str(source)]
    subprocess.run(command, env={**os.environ, **environment}, check=True)
    (built,) = out.glob("*.whl")
    return built
