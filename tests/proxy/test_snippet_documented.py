"""What docs/snippet.md and docs/snippet-developers.md show is what the code says."""

import json
import re
from pathlib import Path

import pytest

from proxy.snippet_main import main
from snippet_server import snippet_routes
from snippet_server.asks import read_page
from snippet_server.origins import read_origin
from snippet_server.pages import PageAnswer, ShownNumber

ROOT = Path(__file__).resolve().parents[2]
SITE_OWNERS = (ROOT / "docs" / "snippet.md").read_text("utf-8")
DEVELOPERS = (ROOT / "docs" / "snippet-developers.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
SCRIPT = (ROOT / "snippet_server" / "script" / "calltrack.js").read_text("utf-8")

LINES = [
    pytest.param(line, id=line.split('"')[1])
    for line in dict.fromkeys(re.findall(r"^<script src=.*</script>$", SITE_OWNERS, re.MULTILINE))
]
EXAMPLES = re.findall(r"^```json\n(.*?)^```$", DEVELOPERS, re.MULTILINE | re.DOTALL)
ORIGIN = read_origin("https://www.example.nl")


def test_there_are_lines_for_each_way_to_take() -> None:
    assert len(LINES) == 3


@pytest.mark.parametrize("line", LINES)
def test_a_line_is_what_the_command_prints(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    address = line.split('"')[1].removesuffix("snippet.js")
    host = "" if address.startswith("http") else "https://www.example.nl"

    status = main(["tag", "--url", host + address])

    assert status == 0
    assert capsys.readouterr().out.replace(f'"{host}/', '"/') == f"{line}\n"


@pytest.mark.parametrize("text", [SITE_OWNERS, README], ids=["snippet.md", "README.md"])
def test_the_command_s_own_output_stands_behind_it(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = re.search(r"^\$ calltrack-snippet (tag [^#\n]*).*\n(<script.*)$", text, re.MULTILINE)
    assert found is not None

    main(found[1].split())

    assert capsys.readouterr().out == f"{found[2]}\n"


def test_the_ask_that_is_shown_is_read() -> None:
    assert ORIGIN is not None

    ask = read_page(json.loads(EXAMPLES[0]), ORIGIN)

    assert ask.is_view
    assert ask.is_load
    assert len(ask.spots) == 2


def test_the_answer_that_is_shown_has_the_fields_of_an_answer() -> None:
    answer = PageAnswer([None], [ShownNumber("amsterdam", "+31207654301", "020 765 4301")])

    told = snippet_routes._told(answer)

    shown = json.loads(EXAMPLES[1])
    assert list(shown) == list(told)
    assert [list(one) for one in shown["numbers"]] == [list(one) for one in told["numbers"]]  # type: ignore[attr-defined] # a list


@pytest.mark.parametrize("name", re.findall(r"^\| `(\w+)(?:\(|`)", DEVELOPERS, re.MULTILINE)[:5])
def test_what_the_page_offers_is_in_the_script(name: str) -> None:
    (offered,) = re.findall(r"\n  const api = .*?\n  \}", SCRIPT, re.DOTALL)

    assert re.search(rf"^    (?:get |async )?{name}\b", offered, re.MULTILINE), name


@pytest.mark.parametrize("event", sorted(set(re.findall(r"`(calltrack:\w+)`", DEVELOPERS))))
def test_an_event_has_its_name_in_the_script(event: str) -> None:
    assert f'"{event}"' in SCRIPT
