"""Pages in, the same pages with other numbers out; clear words where that cannot be."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from calltrack import planfile
from calltrack.plan import Mode, Placeholder, PlaceholderKey, Plan
from proxy.__main__ import main
from proxy.page_files import Job
from proxy.rewrite_command import Rewriting, by_map, read_map, rewritten
from tests.calltrack.plans import ROTTERDAM, SITE, make_plan

MAP = ("--map", "+31850199999=+31201234567")
PAGE = b"""<!doctype html><title>085 0199999</title>
<p>Call 085 - 0199 999 or <a href='tel:+31850199999'>(085) 019&nbsp;99 99</a>\r
<p>\xff\x00 IBAN NL20INGB0001234567 <script>"0850199999"</script>
<i class="qooqie-number-placeholder"></i>"""
NEW_PAGE = b"""<!doctype html><title>085 0199999</title>
<p>Call 020 - 1234 567 or <a href='tel:+31201234567'>(020) 123&nbsp;45 67</a>\r
<p>\xff\x00 IBAN NL20INGB0001234567 <script>"0850199999"</script>
<i class="qooqie-number-placeholder">020 123 4567</i>"""

Command = Callable[..., tuple[int, bytes, str]]


@pytest.fixture
def command(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run `calltrack-proxy rewrite` in this process: its status, stdout and stderr."""

    def run(*argv: str | Path, stdin: bytes = b"") -> tuple[int, bytes, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        try:
            status = main(["rewrite", *map(str, argv)])
        except SystemExit as usage:
            status = int(usage.code or 0)
        written = capfdbinary.readouterr()
        return status, written.out, written.err.decode()

    return run


def write_plan(folder: Path, plan: Plan) -> Path:
    path = folder / "plan.json"
    path.write_text(json.dumps(planfile.to_mapping(plan)))
    return path


@pytest.mark.parametrize(
    ("maps", "before", "after"),
    [
        pytest.param(["+31850199999=+31201234567"], PAGE, NEW_PAGE, id="a page"),
        pytest.param(["+31850199999=+31201234567"], b"", b"", id="an empty page"),
        pytest.param(
            ["+31850199999=+31850199999"],
            PAGE,
            PAGE.replace(b"></i>", b">085 019 9999</i>"),
            id="as itself",
        ),
        pytest.param(
            ["+31201234567=+31101234567", "+31101234567=+31201234567"],
            b"<p>020 1234567, 010 1234567",
            b"<p>010 1234567, 020 1234567",
            id="two numbers change places",
        ),
        pytest.param(
            ["+31201234567=+31207654321", "+31101234567=+31107654321"],
            b"<i class=qooqie-priority-number-placeholder></i><i class=qooqie-number-placeholder>"
            b"010-1234567</i><i data-calltrack=qooqie-number-placeholder>06 12345678</i>",
            b"<i class=qooqie-priority-number-placeholder>020 765 4321</i>"
            b"<i class=qooqie-number-placeholder>010-7654321</i>"
            b"<i data-calltrack=qooqie-number-placeholder>02 07654321</i>",
            id="a placeholder shows its own number's, else the first",
        ),
        pytest.param(
            ["+12025550123=+12025550199"],
            b"<p>(202) 555-0123 <i class=qooqie-number-placeholder>(202) 555-0100</i>",
            b"<p>(202) 555-0199 <i class=qooqie-number-placeholder>(202) 555-0199</i>",
            id="national numbers are the first OLD's country's",
        ),
        pytest.param(
            ["+80012345678=+31201234567"],
            b"<p>+800 1234 5678, 020 1234567",
            b"<p>+31 20 1234567, 020 1234567",
            id="a number of no country",
        ),
    ],
)
def test_a_map_says_what_each_number_is_shown_as(
    command: Command, maps: list[str], before: bytes, after: bytes
) -> None:
    argv = [word for pair in maps for word in ("--map", pair)]

    assert command(*argv, stdin=before) == (0, after, "")


@pytest.mark.parametrize("size", ["1", "2", "3", "7", "4096", "99999999999999999999"])
def test_the_page_does_not_depend_on_the_chunks(command: Command, size: str) -> None:
    page = PAGE * 20

    status, out, _ = command(*MAP, "--chunk-bytes", size, stdin=page)

    assert (status, out) == (0, command(*MAP, stdin=page)[1])
    assert out.count(b"tel:+31201234567") == 20


@pytest.mark.parametrize(
    ("plan", "before", "after"),
    [
        pytest.param(make_plan(), b"<p>020 1234567", b"<p>085 0199999", id="a mapped vestiging"),
        pytest.param(make_plan(), b"<p>010 1234567", b"<p>010 1234567", id="one not in the map"),
        pytest.param(
            make_plan(),
            b"<i class=qooqie-number-placeholder>010 1234567</i>",
            b"<i class=qooqie-number-placeholder>010 1234567</i>",
            id="one not in the map, in a placeholder",
        ),
        pytest.param(
            make_plan(),
            b"<i class=qooqie-number-placeholder>call</i>",
            b"<i class=qooqie-number-placeholder>085 019 9999</i>",
            id="a placeholder is the first vestiging's",
        ),
        pytest.param(
            make_plan(),
            b"<i class=qooqie-number-placeholder data-vestiging=rotterdam>020 1234567</i>",
            b"<i class=qooqie-number-placeholder data-vestiging=rotterdam>020 1234567</i>",
            id="data-vestiging decides",
        ),
        pytest.param(
            make_plan(),
            b"<i class=qooqie-number-placeholder data-vestiging=breda>020 1234567</i>",
            b"<i class=qooqie-number-placeholder data-vestiging=breda>020 1234567</i>",
            id="an unknown data-vestiging",
        ),
        pytest.param(
            make_plan(placeholders=(Placeholder(PlaceholderKey("top"), "tel"),)),
            b"<i class=tel></i><i data-calltrack=top></i><i class=qooqie-number-placeholder></i>",
            b"<i class=tel>085 019 9999</i><i data-calltrack=top>085 019 9999</i>"
            b"<i class=qooqie-number-placeholder></i>",
            id="the Plan's own classes and keys",
        ),
        pytest.param(
            make_plan(placeholders=(Placeholder(PlaceholderKey("top"), "tel", ROTTERDAM),)),
            b"<i class=tel>020 1234567</i>",
            b"<i class=tel>020 1234567</i>",
            id="a placeholder's vestiging decides",
        ),
        pytest.param(
            make_plan(sites=(replace(SITE, mode=Mode.PLACEHOLDERS),)),
            b"<p>020 1234567 <i class=qooqie-number-placeholder>020 1234567</i>",
            b"<p>020 1234567 <i class=qooqie-number-placeholder>085 0199999</i>",
            id="the first site's mode",
        ),
    ],
)
def test_a_plan_says_whose_a_place_is(
    command: Command, tmp_path: Path, plan: Plan, before: bytes, after: bytes
) -> None:
    path = write_plan(tmp_path, plan)

    status, out, said = command("--plan", path, "--map", "+31201234567=+31850199999", stdin=before)

    assert (status, out, said) == (0, after, "")


def test_a_plan_without_a_map_replaces_nothing_and_says_so(
    command: Command, tmp_path: Path
) -> None:
    page = b"<p>020 1234567 <i class=qooqie-number-placeholder></i>"

    status, out, said = command("--plan", write_plan(tmp_path, make_plan()), stdin=page)

    assert (status, out) == (0, page)
    assert said == "note: nothing is replaced: no --map says what a forwarding number is shown as\n"


def test_a_number_of_the_map_that_the_plan_does_not_know_is_told(
    command: Command, tmp_path: Path
) -> None:
    status, _, said = command("--plan", write_plan(tmp_path, make_plan()), *MAP)

    assert status == 0
    assert said == "note: --map: +31850199999 is no vestiging's forwarding number in this Plan\n"


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        pytest.param([], "rewrite: name a --plan FILE, a --map OLD=NEW, or both", id="nothing"),
        pytest.param(["--map", "+31850199999"], "is no OLD=NEW", id="no ="),
        pytest.param(
            ["--map", "0850199999=+31201234567"],
            "--map: «0850199999» is no phone number of the form +31850199999",
            id="OLD is national",
        ),
        pytest.param(
            ["--map", "+31850199999=020 1234567"],
            "--map: «020 1234567» is no phone number of the form +31850199999",
            id="NEW is national",
        ),
        pytest.param(["--map", "=+31850199999"], "--map: «» is no phone number", id="no OLD"),
        pytest.param(
            [*MAP, "--map", "+31850199999=+31101234567"],
            "--map: +31850199999 is named twice; it can be shown as one number only",
            id="OLD twice",
        ),
        pytest.param([*MAP, "--plan", "none.toml"], "none.toml cannot be read", id="no such plan"),
        pytest.param(
            [*MAP, "--chunk-bytes", "0"], "«0» is no number of bytes from 1", id="0 bytes"
        ),
        pytest.param(
            [*MAP, "--chunk-bytes", "x"], "«x» is no number of bytes from 1", id="x bytes"
        ),
        pytest.param([*MAP, "--chunk-bytes", "-1"], "«-1» is no number of bytes", id="-1 bytes"),
        pytest.param(
            [*MAP, "--out-dir"], "unknown: --out-dir; `calltrack-proxy rewrite --help`", id="?"
        ),
    ],
)
def test_bad_usage_is_told_in_one_line(command: Command, argv: list[str], sentence: str) -> None:
    status, out, said = command(*argv)

    assert (status, out) == (2, b"")
    assert sentence in said.splitlines()[-1]
    assert "Traceback" not in said


def test_a_plan_without_a_site_is_refused(command: Command, tmp_path: Path) -> None:
    status, _, said = command("--plan", write_plan(tmp_path, make_plan(sites=())), *MAP)

    assert status == 2
    assert "site" in said


EXPLAINED = """\
stdin:1:23: 085 0199999
    left: inside <title> (inside-title)
    title in head > title
stdin:2:9: 085 - 0199 999 -> 020 - 1234 567
    replaced: a forwarding number (forwarding-number)
    text in body > p:nth-of-type(1)
stdin:2:41: 31850199999 -> 31201234567
    replaced: a forwarding number (forwarding-number)
    link in body > p:nth-of-type(1) > a
stdin:2:55: 085) 019&nbsp;99 99 -> 020) 123&nbsp;45 67
    replaced: a forwarding number (forwarding-number)
    text in body > p:nth-of-type(1) > a
stdin:3:40: 0850199999
    left: inside <script> (inside-script)
    script in body > p:nth-of-type(2) > script
stdin:4:38: nothing -> 020 123 4567
    replaced: a placeholder's content (placeholder-content)
    placeholder in body > p:nth-of-type(2) > i.qooqie-number-placeholder
stdin: 4 replaced, 2 left alone (1 inside-title, 1 inside-script)
"""
EXPLAINED_WITHOUT_A_MAP = """\
stdin:1:4: 010 1234567
    left: a forwarding number, but not in a --map (not-in-map)
    text in body > p
stdin:1:17: 020 1234567 -> 085 0199999
    replaced: a forwarding number (forwarding-number)
    text in body > p
stdin: 1 replaced, 1 left alone (1 not-in-map)
"""


def test_explain_tells_of_every_number_and_leaves_stdout_to_the_page(command: Command) -> None:
    status, out, said = command(*MAP, "--explain", "--chunk-bytes", "3", stdin=PAGE)

    assert (status, out) == (0, NEW_PAGE)
    assert said == EXPLAINED


def test_explain_tells_what_no_map_speaks_of(command: Command, tmp_path: Path) -> None:
    page = b"<p>010 1234567, 020 1234567"
    plan = write_plan(tmp_path, make_plan())

    status, out, said = command(
        "--plan", plan, "--map", "+31201234567=+31850199999", "--explain", stdin=page
    )

    assert (status, out) == (0, b"<p>010 1234567, 085 0199999")
    assert said == EXPLAINED_WITHOUT_A_MAP


def test_explain_names_the_file(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(PAGE)

    _, _, said = command(*MAP, "--explain", "--out", tmp_path / "out", path)

    assert said == EXPLAINED.replace("stdin:", f"{path}:")
    assert (tmp_path / "out" / "page.html").read_bytes() == NEW_PAGE


def test_explain_tells_of_numbers_outside_of_the_placeholders_that_a_site_wants(
    command: Command, tmp_path: Path
) -> None:
    plan = write_plan(tmp_path, make_plan(sites=(replace(SITE, mode=Mode.PLACEHOLDERS),)))

    _, _, said = command("--plan", plan, "--explain", stdin=b"<p>020 1234567")

    assert "left: a forwarding number outside of placeholders" in said
    assert said.endswith("stdin: 0 replaced, 1 left alone (1 outside-placeholder)\n")


def test_json_tells_a_program_the_same_and_takes_the_place_of_the_page(command: Command) -> None:
    status, out, said = command(*MAP, "--json", stdin=PAGE)

    told = json.loads(out)
    assert (status, said) == (0, "")
    assert (told["page"], told["replaced"], told["left"]) == ("stdin", 4, 2)
    assert told["numbers"][1] == {
        "line": 2,
        "column": 9,
        "offset": 50,
        "path": "body > p:nth-of-type(1)",
        "place": "text",
        "text": "085 - 0199 999",
        "number": "+31850199999",
        "outcome": "replaced",
        "rule": "forwarding-number",
        "reason": "a forwarding number",
        "new_text": "020 - 1234 567",
        "new_number": "+31201234567",
    }


def test_json_is_a_line_for_each_page_and_the_pages_go_to_their_folder(
    command: Command, tmp_path: Path
) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(PAGE)

    _, out, _ = command(*MAP, "--json", "--out", tmp_path / "new", tmp_path / "a", tmp_path / "b")

    pages = [json.loads(line)["page"] for line in out.splitlines()]
    assert pages == [str(tmp_path / "a"), str(tmp_path / "b")]
    assert (tmp_path / "new" / "b").read_bytes() == NEW_PAGE


def test_a_page_that_cannot_be_followed_is_told(command: Command) -> None:
    page = b"<p>085 0199999</p><a title='" + b"x" * 200_000 + b"'>085 0199999"

    status, out, said = command(*MAP, stdin=page)

    assert (status, out) == (0, page.replace(b"085 0199999", b"020 1234567", 1))
    assert said.startswith("note: stdin: left as it is from some place on: a tag")


def test_pages_follow_one_another_on_stdout(command: Command, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(b"<p>085 0199999 " + name.encode())

    status, out, _ = command(*MAP, tmp_path / "a", tmp_path / "b")

    assert (status, out) == (0, b"<p>020 1234567 a<p>020 1234567 b")


def test_a_long_page_goes_out_as_it_comes_in() -> None:
    source = io.BytesIO(PAGE * 1_000)
    rewriting = Rewriting(*by_map(read_map(MAP[1:])), chunk_bytes=4096)
    written_bytes = 0

    for part in rewritten(Job(None, None), source, rewriting):
        written_bytes += len(part)
        assert source.tell() - written_bytes < 4096

    assert written_bytes == len(NEW_PAGE) * 1_000


def test_the_bytes_of_a_page_survive_the_real_command() -> None:
    argv = [sys.executable, "-m", "calltrack", "rewrite", *MAP, "--chunk-bytes", "5"]

    done = subprocess.run(argv, input=PAGE, capture_output=True, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (0, NEW_PAGE, b"")


def test_a_reader_who_goes_away_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "long.html"
    path.write_bytes(PAGE * 20_000)

    argv = [sys.executable, "-m", "calltrack", "rewrite", *MAP, str(path)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.read(50) == NEW_PAGE[:50]
        process.stdout.close()
        said = process.stderr.read()
        status = process.wait(timeout=30)

    assert (status, said) == (141, b"")
