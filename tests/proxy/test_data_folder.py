"""Where the cookie key and the outbox live."""

from pathlib import Path

import pytest

from calltrack.errors import StoreError
from proxy.data_folder import data_folder, made


@pytest.mark.parametrize(
    ("store", "data", "folder"),
    [
        pytest.param("sqlite:///data/l.db", None, "data", id="beside the file"),
        pytest.param("sqlite:////data/l.db", None, "/data", id="beside the file, absolute"),
        pytest.param("l.db", None, ".", id="a file here"),
        pytest.param("sqlite:///data/l.db", Path("/keys"), "/keys", id="named"),
        pytest.param("redis://localhost", None, "calltrack-data", id="a server"),
        pytest.param("redis://localhost", Path("/keys"), "/keys", id="a server, named"),
    ],
)
def test_the_key_and_the_outbox_live_beside_the_store_or_where_ops_says(
    store: str, data: Path | None, folder: str
) -> None:
    assert data_folder(store, data) == Path(folder)


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StoreError, match=r"--data: .*/file/data cannot be made: Not a directory"):
        made(tmp_path / "file" / "data", "--data")
