"""A dry run keeps what it keeps in a folder of its own."""

from argparse import Namespace
from pathlib import Path

from proxy.dry_start import apart
from proxy.run_arguments import NOWHERE

LIVE = {"store": "redis://live", "data": Path("live"), "events": "https://a.nl/e/", "trust": []}


def test_a_dry_run_touches_none_of_the_live_places() -> None:
    with apart(Namespace(dry_run=True, **LIVE)) as settings:
        folder = settings.data
        assert folder.is_dir()
        assert settings.store == f"sqlite:///{folder}/leases.sqlite3"
        assert settings.events == NOWHERE
        assert settings.trust == []

    assert not folder.exists()


def test_else_the_settings_stay_as_they_are() -> None:
    args = Namespace(dry_run=False, **LIVE)

    with apart(args) as settings:
        assert settings is args
