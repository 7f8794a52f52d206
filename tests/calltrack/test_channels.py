"""Which channel a source belongs to; docs/sources.md prints the same table."""

import re
from pathlib import Path

import pytest

from calltrack.channels import PAID_CLICKS, TABLE, WORDS, Row, Signs, channel_of
from calltrack.referrers import Kind
from calltrack.sources import CLICK_SITES
from calltrack.touch import Channel

DOCS = Path(__file__).resolve().parents[2] / "docs" / "sources.md"


@pytest.mark.parametrize(
    ("signs", "channel"),
    [
        pytest.param(Signs("cpc", "google", Kind.SEARCH), "paid_search", id="cpc"),
        pytest.param(Signs("cpc", "krant"), "paid_search", id="cpc-of-an-unknown-site"),
        pytest.param(Signs("CPC", "krant"), "paid_search", id="any-case"),
        pytest.param(Signs("paid_search", "x"), "paid_search", id="underscore"),
        pytest.param(Signs("paid", "fb", Kind.SOCIAL), "paid_social", id="paid-on-facebook"),
        pytest.param(Signs("cpm", "fb", Kind.SOCIAL), "paid_social", id="cpm-on-facebook"),
        pytest.param(Signs("Paid Social", "x"), "paid_social", id="paid-social-anywhere"),
        pytest.param(Signs("retargeting", "fb", Kind.SOCIAL), "paid_social", id="retargeting"),
        pytest.param(Signs("cpc", "taboola", Kind.ADS), "display", id="cpc-of-a-network"),
        pytest.param(Signs("cpm", "krant"), "display", id="cpm"),
        pytest.param(Signs("banner", "krant"), "display", id="banner"),
        pytest.param(Signs("ads", "krant"), "display", id="an-ad-somewhere"),
        pytest.param(Signs("display", "google", Kind.SEARCH), "display", id="google-display"),
        pytest.param(Signs("print", "krant"), "offline", id="print"),
        pytest.param(Signs("radio", "538"), "offline", id="radio"),
        pytest.param(Signs("", "flyer"), "offline", id="flyer-as-the-source"),
        pytest.param(Signs("E_mail", "x"), "email", id="e-mail"),
        pytest.param(Signs("", "nieuwsbrief"), "email", id="newsletter-as-the-source"),
        pytest.param(Signs("", "nieuwsbrief", Kind.SEARCH), "email", id="tag-before-referrer"),
        pytest.param(Signs("email", "x", has_paid_click=True), "email", id="a-copied-address"),
        pytest.param(Signs("affiliate", "x"), "affiliates", id="affiliate"),
        pytest.param(Signs("organic", "x", has_paid_click=True), "paid_search", id="left-in-tag"),
        pytest.param(Signs("social", "x"), "social", id="social"),
        pytest.param(Signs("story", "ig", Kind.SOCIAL), "social", id="a-word-of-their-own"),
        pytest.param(Signs("organic", "fb", Kind.SOCIAL), "social", id="organic-on-facebook"),
        pytest.param(Signs("organic", "gbp"), "organic_search", id="organic"),
        pytest.param(Signs(site=Kind.ASSISTANT), "referral", id="assistant"),
        pytest.param(Signs("sms", "x", has_anything=True), "referral", id="sms"),
        pytest.param(Signs(has_anything=True), "referral", id="something"),
        pytest.param(Signs(), "direct", id="nothing"),
    ],
)
def test_the_first_row_that_fits_gives_the_channel(signs: Signs, channel: str) -> None:
    assert channel_of(signs).value == channel


def test_every_paid_click_id_is_one_that_is_read() -> None:
    assert set(CLICK_SITES) > PAID_CLICKS


@pytest.mark.parametrize("channel", list(Channel))
def test_every_channel_can_be_had(channel: Channel) -> None:
    assert any(row.channel is channel for row in TABLE)


@pytest.mark.parametrize("place", range(len(TABLE)))
def test_no_row_is_hidden_by_those_above(place: int) -> None:
    row = TABLE[place]
    mediums = WORDS[row.medium] if row.medium else ("",)

    reached = [
        next(at for at, above in enumerate(TABLE) if above.fits(signs))
        for medium in mediums
        for signs in [
            Signs(
                medium=medium.replace("*", ""),
                source=WORDS[row.source][0] if row.source else "",
                site=row.site,
                has_paid_click=row.paid_click,
                has_anything=row.anything,
            )
        ]
    ]

    assert place in reached


def printed(row: Row) -> list[str]:
    clicks = "an ad's" if row.paid_click else ""
    source = "anything" if row.anything else row.source
    return [row.medium, source, row.site or "", clicks, row.channel.value]


def table_under(title: str) -> list[list[str]]:
    """Read the rows of the table under a title of the docs."""
    section = DOCS.read_text(encoding="utf-8").split(f"## {title}\n")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


def test_the_docs_print_the_table_as_it_is() -> None:
    rows = table_under("Channels")

    assert [row[1:] for row in rows] == [printed(row) for row in TABLE]
    assert [row[0] for row in rows] == [str(n + 1) for n in range(len(TABLE))]


def test_the_docs_print_the_words_as_they_are() -> None:
    rows = table_under("Words")

    told = {name: tuple(re.findall(r"`([^`]+)`", words)) for name, words in rows}
    assert told == dict(WORDS)
