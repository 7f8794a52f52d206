"""The settings file: every problem at once, each with its line and what to do."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from proxy.config.file import LARGEST_BYTES, read_file
from proxy.config.settings import SECTIONS, SETTINGS, SITE

PLAIN = """\
[listen]
address = "0.0.0.0:80"

[store]
wait_ms = 20
[trust]
networks = ["10.0.0.0/8"]
[[sites]]
hosts = ["a.nl"]
url = "http://127.0.0.1:1"
"""


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "proxy.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_values_are_read_with_the_line_on_which_each_stands(tmp_path: Path) -> None:
    path = written(tmp_path, PLAIN)

    read = read_file(path)

    assert read.problems == []
    assert {name: str(value) for name, value in read.values.items()} == {
        "listen": "0.0.0.0:80",
        "store_wait_ms": "20",
        "trust": "[IPv4Network('10.0.0.0/8')]",
    }
    assert read.lines == {
        "listen": f"{path}:2",
        "store_wait_ms": f"{path}:5",
        "trust": f"{path}:7",
    }
    assert read.rows == [{"hosts": ["a.nl"], "url": "http://127.0.0.1:1"}]
    assert read.row_lines == [f"{path}:8"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("[listne]", ":1: listne: is no setting; did you mean listen?", id="heading"),
        pytest.param(
            "quiet = true",
            ":1: quiet: is no setting; it belongs under [log]",
            id="no heading",
        ),
        pytest.param(
            '[listen]\nadress = "x"',
            ":2: listen.adress: is no setting; did you mean address?",
            id="a key that is misspelt",
        ),
        pytest.param(
            '[log]\nfoo = "x"', ":2: log.foo: is no setting; there are quiet", id="an unknown key"
        ),
        pytest.param("listen = 1", ":1: listen: must be a heading, [listen]", id="no table"),
        pytest.param("[sites]", ":1: sites: must be rows, each headed [[sites]]", id="no rows"),
        pytest.param(
            '[listen]\naddress = "x"',
            ":2: listen.address: «x» is no HOST:PORT, as 127.0.0.1:8080",
            id="what a reader refuses",
        ),
        pytest.param(
            "[store]\nwait_ms = 0",
            ":2: store.wait_ms: «0» must be a whole number from 1 to 60000",
            id="what is out of range",
        ),
        pytest.param(
            '[store]\nwait_ms = "50ms"',
            ":2: store.wait_ms: «50ms» must be a whole number from 1 to 60000 ms, and stands",
            id="a number with its unit",
        ),
        pytest.param(
            "workers = 2", ":1: workers: is no setting; it belongs under [proc", id="no heading"
        ),
        pytest.param("[log]\n[log]", ":2: no valid TOML: a heading stands once", id="twice"),
        pytest.param(
            '[[sites]]\nhosts = ["a.nl"]',
            ":1: sites[1]: url is missing: the site that answers for these hosts",
            id="a row without its site",
        ),
        pytest.param(
            '[[sites]]\nhosts=["a.nl"]\nurl="http://a"\n[[sites]]\nurl="http://b"\nhosts=["a:80"]',
            ":6: sites[2].hosts: «a:80» is no host without a port",
            id="a field of the second row",
        ),
        pytest.param(
            '[store]\ncookie_key = "hush"',
            ":2: store.cookie_key: a secret has no place in this file; put it into "
            "CALLTRACK_COOKIE_KEY, or into a file that cookie_key_file under [store] names",
            id="a secret",
        ),
        pytest.param(
            "[listen]\naddress = 127.0.0.1:80",
            ":2: no valid TOML: Expected newline or end of document after a statement: "
            "«address = 127.0.0.1:80»; an address stands in quotes",
            id="no quotes",
        ),
        pytest.param("[log]\nquiet = yes", "«quiet = yes»; a text stands in quotes", id="yes"),
        pytest.param("[log]\nquiet: true", "a value stands after =", id="a colon"),
        pytest.param("[log]\nx = “a”", "quotes are straight ones", id="typographic quotes"),
        pytest.param("[[[[", ":1: no valid TOML: ", id="no TOML at all"),
        pytest.param(b"[log]\n# \xff", ":2: this line is not UTF-8", id="not UTF-8"),
        pytest.param(b"#" * (LARGEST_BYTES + 1), "is larger than 1 MB", id="too large"),
    ],
)
def test_a_problem_has_its_line_and_what_to_do(
    tmp_path: Path, text: str | bytes, said: str
) -> None:
    path = written(tmp_path, text)

    (problem,) = read_file(path).problems

    assert problem.startswith(str(path))
    assert said in problem
    assert "hush" not in problem


def test_all_problems_are_told_at_once_and_what_is_good_is_kept(tmp_path: Path) -> None:
    text = PLAIN.replace("20", "0").replace("[trust]", "[turst]").replace("a.nl", "a b")
    path = written(tmp_path, text)

    read = read_file(path)

    assert [problem.removeprefix(f"{path}:")[:2] for problem in read.problems] == ["5:", "6:", "9:"]
    assert list(read.values) == ["listen"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("nowhere.toml", "cannot be read: No such file", id="no file"),
        pytest.param(".", "cannot be read: Is a directory", id="a folder"),
        pytest.param("a\0b", "cannot be read: embedded null byte", id="a NUL in its name"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, said: str) -> None:
    (problem,) = read_file(tmp_path / name).problems

    assert said in problem


VALUES = ["1", "-1", "true", '""', '"a:1"', '["a"]', "[1]", "{a=1}", "1979-05-27", "nan", "9" * 30]
KEYS = [one.key for one in (*SETTINGS, *SITE)]
HEADINGS = [f"[{one.name}]" for one in SECTIONS] + [f"[[{one.name}]]" for one in SECTIONS]


@given(
    st.lists(
        st.one_of(
            st.sampled_from(HEADINGS),
            st.builds("{} = {}".format, st.sampled_from(KEYS), st.sampled_from(VALUES)),
            st.text(max_size=20),
        )
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_file_holds_it_comes_to_values_or_to_sentences(
    tmp_path: Path, lines: list[str]
) -> None:
    path = written(tmp_path, "\n".join(lines).encode("utf-8", "surrogatepass"))

    read = read_file(path)

    assert all(problem.startswith(str(path)) for problem in read.problems)
    assert read.problems or {*read.values} == {*read.lines}


def test_a_file_of_another_system_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, b"\xef\xbb\xbf[log]\r\nquiet = true\r\n")

    read = read_file(path)

    assert (read.values, read.lines) == ({"quiet": True}, {"quiet": f"{path}:2"})
