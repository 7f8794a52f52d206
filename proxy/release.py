"""What runs here: the release, and the build of the rewriter that it found.

Both builds write the same bytes; the one in pure Python takes longer over a page. So it is told
wherever a release is.
"""

from importlib import metadata

from proxy.rewrite import strides


def release() -> str:
    """Give the release's number; "" where this runs from a copy of the sources."""
    try:
        return metadata.version("wagtail-calltrack")
    except metadata.PackageNotFoundError:
        return ""


def rewriter() -> str:
    """Name the build of the rewriter; say why, where it is the slower one."""
    why = strides.why_pure
    return strides.BUILD if why is None else f"pure Python: {why}"


def build() -> str:
    """Name the build of the rewriter in a word."""
    return strides.BUILD


def told() -> str:
    """Say all of it in a line."""
    return f"calltrack-proxy {release() or 'from sources'} (rewriter: {rewriter()})"


def in_short() -> str:
    """Give the release for a narrow column, with a word where the rewriter is the slower one."""
    return f"{release()} (pure Python)".lstrip() if strides.why_pure else release()
