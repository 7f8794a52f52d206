"""The cookies that came with a request, by name."""

from collections.abc import Mapping

from multidict import MultiMapping


def read_cookies(headers: Mapping[str, str], name: str) -> list[str]:
    """Give the values of all cookies of this name."""
    fields = [field for field in field_values(headers, "Cookie") if name in field]
    if not fields:
        return []
    pairs = (pair.strip().partition("=") for field in fields for pair in field.split(";"))
    return [value.strip() for key, _, value in pairs if key == name]


def field_values(headers: Mapping[str, str], name: str) -> list[str]:
    """Give the values of a field, each time that it was sent: HTTP/2 may split the cookies up."""
    if isinstance(headers, MultiMapping):
        return headers.getall(name, [])
    return [headers[name]] if name in headers else []
