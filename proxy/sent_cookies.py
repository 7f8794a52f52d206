"""The cookies that came with a request, by name."""

from collections.abc import Mapping


def read_cookies(headers: Mapping[str, str], name: str) -> list[str]:
    """Give the values of all cookies of this name."""
    pairs = (pair.strip().partition("=") for pair in headers.get("Cookie", "").split(";"))
    return [value.strip() for key, _, value in pairs if key == name]
