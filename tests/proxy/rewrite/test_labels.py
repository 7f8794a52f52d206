"""A label means what browsers take it for, and every charset with a name can be read."""

import codecs

import pytest

from proxy.rewrite.charset import charset_of
from proxy.rewrite.labels import NAMES, REFUSED


@pytest.mark.parametrize("name", sorted({*NAMES.values()}))
def test_every_charset_can_be_read(name: str) -> None:
    label = next(label for label, named in NAMES.items() if named == name)

    charset = charset_of(label)

    assert charset is not None
    assert (charset.alphabet is None) is (name == REFUSED)
    assert name == REFUSED or codecs.lookup(name).decode(b"")[0] == ""


@pytest.mark.parametrize(
    ("label", "name"),
    [
        pytest.param("latin1", "cp1252", id="latin1 is windows-1252"),
        pytest.param("US-ASCII", "cp1252", id="and so is ASCII"),
        pytest.param("iso-8859-9", "cp1254", id="Turkish"),
        pytest.param("tis-620", "cp874", id="Thai"),
        pytest.param("gb2312", "gb18030", id="Chinese"),
        pytest.param("x-euc-jp", "euc_jp", id="Japanese"),
        pytest.param("ks_c_5601-1987", "cp949", id="Korean"),
        pytest.param("unicode", "utf-16-le", id="unicode is UTF-16"),
        pytest.param(" \t'UTF8' ", "utf-8", id="in quotes and blanks"),
        pytest.param("hz-gb-2312", "hz-gb-2312", id="a refused one keeps its label"),
    ],
)
def test_a_label_names_a_charset(label: str, name: str) -> None:
    charset = charset_of(label)

    assert charset is not None
    assert charset.name == name


@pytest.mark.parametrize(
    "label", ["", " ", "utf_8", "utf-7", "utf-32", "cp437", "cp037", "idna", "hex", "x\0", "\ud800"]
)
def test_other_labels_say_nothing(label: str) -> None:
    assert charset_of(label) is None
