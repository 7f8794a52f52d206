"""On which line something stands."""

import pytest

from proxy.config.toml_lines import Lines

TEXT = '''\
# listen = 1
top = "x"  # [no.heading]
[listen]
address = "a # b"
  carriers="""
[listen]
address = 1
"""
prefix = '/[{/'

[ trust ]
networks = [
  "a",  # ] comment
  [1],
]
client_cap = 2
[[sites]]
hosts = ["a"]
[[sites]]
  url = "b"
  a.b . c = 1
'''


@pytest.mark.parametrize(
    ("place", "line"),
    [
        pytest.param(("top",), 2, id="above all headings"),
        pytest.param(("listen",), 3, id="a heading"),
        pytest.param(("listen", "address"), 4, id="a key, and none in a text"),
        pytest.param(("listen", "carriers"), 5, id="a key before a long text"),
        pytest.param(("listen", "prefix"), 9, id="a key after a long text"),
        pytest.param(("trust",), 11, id="a heading with spaces"),
        pytest.param(("trust", "networks"), 12, id="a list of lines"),
        pytest.param(("trust", "client_cap"), 16, id="a key after a list of lines"),
        pytest.param(("sites", 0, "hosts"), 18, id="a field of the first row"),
        pytest.param(("sites", 1), 19, id="the second row"),
        pytest.param(("sites", 1, "url"), 20, id="a field of the second row"),
        pytest.param(("sites", 1, "a", "b", "c"), 21, id="a key with dots"),
        pytest.param(("sites", 1, "host_sent"), 19, id="a field that is not there: its row"),
        pytest.param(("no",), None, id="a heading that is not there"),
        pytest.param(("no", "heading"), None, id="a heading in a comment"),
    ],
)
def test_a_line_is_found(place: tuple[str | int, ...], line: int | None) -> None:
    assert Lines(TEXT).of(*place) == line
