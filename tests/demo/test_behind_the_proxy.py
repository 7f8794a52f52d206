"""The whole demo, as a visitor meets it: through the proxy that the runner starts."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.folder import Folder
from tests.demo.pages import DECOYS, FORMS
from tests.demo.running import Run, running
from tests.demo.visiting import Visitor

BROWSER = {
    "User_Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Accept": "text/html",
}


@pytest.fixture(scope="module")
def demo(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Run the demo until it has said everything."""
    var = tmp_path_factory.mktemp("demo") / "var"
    shutil.copytree(demo_folder, var)
    with running(Folder(var), "--port", "0") as found:
        found.read_until("Ctrl-C stops it.")
        yield found


@pytest.fixture(scope="module")
def address(demo: Run) -> str:
    """Give the address that it prints."""
    return demo.address.rstrip("/")


@pytest.fixture(scope="module")
def anna(address: str) -> Visitor:
    """A visitor with cookies, who has been to the front page."""
    visitor = Visitor(address)
    visitor.get("/", **BROWSER)
    return visitor


@pytest.mark.parametrize(("path", "form"), FORMS)
def test_every_way_of_writing_a_number_is_replaced(anna: Visitor, path: str, form: str) -> None:
    page = anna.get(path, **BROWSER)

    assert page.status == 200
    assert form not in page.text


@pytest.mark.parametrize(("path", "decoy"), DECOYS)
def test_what_must_never_be_touched_is_not(anna: Visitor, path: str, decoy: str) -> None:
    assert decoy in anna.get(path, **BROWSER).text


def test_a_private_window_shows_other_numbers(address: str, anna: Visitor) -> None:
    bram = Visitor(address)
    shown = re.compile(r"\(020\) 019 9\d \d\d")

    (first, *_), (second, *_) = (
        shown.findall(one.get("/", **BROWSER).text) for one in (anna, bram)
    )

    assert first != second
    assert "(020) 019 91 00" not in {first, second}


def test_whoever_comes_by_the_newsletter_s_address_sees_its_own_number(
    demo: Run, address: str
) -> None:
    (link,) = (line.split()[-1] for line in demo.said if "the newsletter" in line)
    path = link.removeprefix(address)
    readers = [Visitor(address), Visitor(address)]

    first, second = (reader.get(path, **BROWSER).text for reader in readers)

    assert "(020) 019 97 11" in first
    assert "(020) 019 97 11" in second
    assert "(020) 019 91 00" not in first


def test_whoever_comes_by_the_advertisement_s_address_gets_a_number_of_their_own(
    demo: Run, address: str
) -> None:
    (link,) = (line.split()[-1] for line in demo.said if "an advertisement" in line)
    path = link.removeprefix(address)

    pages = [Visitor(address).get(path, **BROWSER).text for _ in range(2)]

    numbers = {re.findall(r"\(020\) 019 9\d \d\d", page)[0] for page in pages}
    assert len(numbers) == 2
    assert numbers.isdisjoint({"(020) 019 91 00", "(020) 019 97 11"})


def test_a_robot_sees_the_firm_s_own_numbers(address: str) -> None:
    robot = Visitor(address)

    page = robot.get("/", User_Agent="Googlebot/2.1 (+http://www.google.com/bot.html)")

    assert "(020) 019 91 00" in page.text
    assert "019 94" not in page.text
    assert robot.cookies == {}


def test_an_editor_logs_in_through_the_proxy_and_edits_the_firm_s_own_numbers(
    address: str, demo_folder: Path
) -> None:
    editor = Visitor(address)
    editor.get("/", **BROWSER)  # with a number of their own on the site
    form = editor.get("/cms/login/", **BROWSER)
    token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', form.text)[0]
    password = (demo_folder / "login").read_text().strip()

    entered = editor.post(
        "/cms/login/",
        {"username": "demo", "password": password, "csrfmiddlewaretoken": token},
        Origin=address,
    )
    page = editor.get("/cms/pages/3/edit/", **BROWSER)

    assert entered.status == 302
    assert page.status == 200
    assert "019 91 00" in page.text
    assert "019 94" not in page.text
    assert "X-Calltrack" not in page.headers
