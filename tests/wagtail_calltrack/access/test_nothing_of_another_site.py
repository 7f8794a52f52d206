"""An editor of one site finds nothing of another at any address, in any export, by any search."""

from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupSitePermission

from tests.wagtail_calltrack.access.admin_urls import BULK, Address, addresses
from tests.wagtail_calltrack.access.asking import everything, is_denied, told
from tests.wagtail_calltrack.access.two_sites import (
    ALPHA,
    BRAVO,
    CALLERS,
    LEASED,
    STATIC,
    Side,
    editor_of,
    leaks,
    make_two_sites,
)
from tests.wagtail_calltrack.facts import given
from wagtail_calltrack.access.policies import CHANGE, VIEW

pytestmark = pytest.mark.django_db


@pytest.fixture
def sides(db: None) -> dict[str, Side]:
    return make_two_sites()


@pytest.fixture
def editor(sides: dict[str, Side], client: Client) -> Client:
    """Log an editor of alpha in, who may see findings and who called, too."""
    more = ("view_contentfinding", "see_callers")
    client.force_login(editor_of(sides[ALPHA], CHANGE, VIEW, more=more))
    return client


SITES_OWN = {
    "calltrack_campaigns",
    "calltrack_numbers",
    "calltrack_placeholders",
    "calltrack_spend",
    "calltrack_sites",
    "calltrack_live",
    "calltrack_dashboard",
    "calltrack_findings",
    "calltrack_why",
    "calltrack_preview",
    "calltrack_preview_page",
    "calltrack_calls",
    "calltrack_leads",
    "calltrack_reports",
    "calltrack_number",
    "calltrack_choose_placeholder",
    "calltrack_choose_vestiging",
    BULK,
}
"""What an editor of a site gets to; all else is the firm's."""

OPEN = {
    f"calltrack_{space}:{view}"
    for space, views in (
        ("campaigns", "index add edit delete inspect copy trial"),
        ("placeholders", "index add edit delete inspect copy"),
        ("spend", "index add edit delete inspect copy import"),
        ("sites", "index edit inspect"),
        ("numbers", "index inspect"),
        ("calls", "index inspect"),
        ("leads", "index inspect edit history"),
        ("reports", "index source campaign keyword landing vestiging number"),
        ("live", "index fragment"),
        ("dashboard", "index fragment"),
        ("findings", "index"),
        ("why", "index"),
        ("choose_placeholder", "choose chosen"),
    )
    for view in views.split()
} | {"calltrack_preview", "calltrack_number"}
"""Some of it, so that not everything is denied in the loop below."""


def row_of(side: Side, address: Address) -> Any:
    """Give the site's row for an address; 1 where it has none."""
    rows = {
        "calltrack_campaigns": side.campaign,
        "calltrack_numbers": side.number,
        "calltrack_placeholders": side.placeholder,
        "calltrack_spend": side.spend,
        "calltrack_sites": side.site,
        "calltrack_calls": side.call,
        "calltrack_leads": side.lead,
        "calltrack_live": side.leased,
        "calltrack_findings": side.finding,
        "calltrack_preview": side.page,
        "calltrack_preview_page": side.page,
        "calltrack_choose_placeholder": side.placeholder,
        BULK: side.campaign if "campaign" in address.arguments else side.number,
    }
    row = rows.get(address.space)
    return row.pk if row is not None else 1


def test_no_address_tells_of_another_site(sides: dict[str, Side], editor: Client) -> None:
    opened, wrong = set(), []
    for address in addresses():
        if not address.is_shown:
            continue
        response = editor.get(address.url(row_of(sides[ALPHA], address)))
        if is_denied(response) or response.status_code == 404:
            continue
        opened.add(address.name)
        found = leaks(response, leased="preview" not in address.name)
        if found or address.space not in SITES_OWN:
            wrong.append(f"{told(address, 'get', response)} {found}")

    assert wrong == []
    assert opened >= OPEN


def test_rows_of_another_site_are_not_there(sides: dict[str, Side], editor: Client) -> None:
    before, wrong, asked = everything(), [], 0
    for address in addresses():
        if not address.arguments or address.space == "calltrack_choose_vestiging":
            continue
        url = address.url(row_of(sides[BRAVO], address))
        ways = [editor.get] * address.is_shown + [editor.post] * address.takes_posts
        for ask in ways:
            response = ask(url)
            asked += 1
            gone = response.status_code == 404 or is_denied(response)
            if not gone and not (address.space == BULK and not leaks(response)):
                wrong.append(told(address, ask.__name__, response))

    assert wrong == []
    assert everything() == before
    assert asked > 90


CONTACTS, KINDS = ("calls", "leads"), ("csv", "xlsx")
WORDS = ("22222202", CALLERS[BRAVO].removeprefix("+"), "visitor-bravo", "ads-bravo")
REPORTS = ("index", "source", "campaign", "keyword", "landing", "vestiging", "number", "pools")
NOVEMBER = "?first=2026-11-01&last=2026-11-30"
SEARCHES = [
    ("calltrack_campaigns:index", "?q=bravo"),
    ("calltrack_campaigns:index", "?export=csv"),
    ("calltrack_campaigns:index", "?export=xlsx"),
    ("calltrack_campaigns:index_results", "?q=sale"),
    ("calltrack_campaigns:trial", "?trial-url=https://alpha.example/"),
    ("calltrack_campaigns:trial", "?trial-url=https://bravo.example/"),
    ("calltrack_why:index", "?url=https://alpha.example/&source=newsletter"),
    ("calltrack_why:index", "?url=https://bravo.example/"),
    ("calltrack_why:index", "?url=https://alpha.example/&campaign=sale-bravo"),
    ("calltrack_numbers:index", "?export=csv"),
    ("calltrack_numbers:index", "?export=xlsx"),
    ("calltrack_numbers:index", "?campaign={campaign}"),
    ("calltrack_numbers:index", "?q=222"),
    ("calltrack_placeholders:index", "?q=place"),
    ("calltrack_spend:index", "?export=csv"),
    ("calltrack_spend:index", "?export=xlsx"),
    ("calltrack_spend:index", "?campaign={campaign}"),
    ("calltrack_spend:index", "?q=ceilings"),
    ("calltrack_spend:example", ""),
    ("calltrack_sites:index", "?q=bravo"),
    *((f"calltrack_{one}:index", f"?export={kind}") for one in CONTACTS for kind in KINDS),
    *((f"calltrack_{one}:index", f"?q={word}") for one in CONTACTS for word in WORDS),
    ("calltrack_calls:index", "?site={site}"),
    ("calltrack_calls:index", "?campaign=sale-bravo"),
    ("calltrack_leads:index", "?site={site}"),
    *((f"calltrack_reports:{one}", NOVEMBER) for one in REPORTS),
    *(
        (f"calltrack_reports:{one}", f"{NOVEMBER}&export={kind}")
        for one in REPORTS
        for kind in KINDS
    ),
    ("calltrack_reports:index", f"{NOVEMBER}&site=bravo"),
    ("calltrack_reports:index", f"{NOVEMBER}&campaign=foxtrot"),
    ("calltrack_dashboard:index", "?site={site}"),
    ("calltrack_live:index", "?q=7654301"),
    ("calltrack_live:fragment", "?pool=amsterdam"),
    ("calltrack_findings:index", "?q=page"),
    ("calltrack_choose_placeholder:choose", "?q=place"),
    ("calltrack_choose_placeholder:choose_results", "?q=bravo"),
    ("calltrack_choose_placeholder:chosen_multiple", "?id={placeholder}"),
    ("calltrack_number", "?id={placeholder}"),
    ("wagtailadmin_reports:site_history", ""),
    ("wagtailadmin_home", ""),
]


def test_no_search_filter_or_export_tells_of_another_site(
    sides: dict[str, Side], editor: Client
) -> None:
    bravo, wrong = sides[BRAVO], []
    for name, query in SEARCHES:
        asked = query.format(
            campaign=bravo.campaign.pk, placeholder=bravo.placeholder.pk, site=bravo.site.pk
        )
        response = editor.get(reverse(name) + asked)
        # What somebody typed is shown to them again.
        found = leaks(response, asked=dict(parse_qsl(asked[1:])).values())
        if "bravo.example" in asked:
            found = [one for one in found if one != BRAVO]
        if found:
            wrong.append(f"{name}{asked}: {found}")

    assert wrong == []


def test_what_is_theirs_is_exported(sides: dict[str, Side], editor: Client) -> None:
    for name, word in (("campaigns", "sale-alpha"), ("spend", "ceilings alpha")):
        response = editor.get(reverse(f"calltrack_{name}:index") + "?export=csv")
        assert word in b"".join(response).decode()


def test_all_in_the_listing_is_all_of_the_site(sides: dict[str, Side], editor: Client) -> None:
    url = reverse(BULK, args=("wagtail_calltrack", "campaign", "calltrack_pause"))

    for ids in ("id=all", f"id={sides[BRAVO].campaign.pk}"):
        asked = editor.get(f"{url}?{ids}&next=/cms/")
        assert leaks(asked) == []
        editor.post(f"{url}?{ids}&next=/cms/")

    for side in sides.values():
        side.campaign.refresh_from_db()
    assert sides[ALPHA].campaign.paused
    assert not sides[BRAVO].campaign.paused
    assert type(sides[ALPHA].campaign).objects.filter(paused=True).count() == 1


def test_the_live_list_has_the_visitors_of_the_site(sides: dict[str, Side], editor: Client) -> None:
    page = editor.get(reverse("calltrack_live:index"))

    assert [row.holding.number.e164 for row in page.context["rows"]] == [LEASED[ALPHA]]
    assert "ads-alpha" in page.content.decode()
    assert "a campaign that is not yours" in page.content.decode()
    assert "/release/" not in page.content.decode()


def test_a_number_that_went_to_a_visitor_elsewhere_is_gone_from_the_list(
    sides: dict[str, Side], editor: Client
) -> None:
    given(timezone.now(), "s-bravo", number=LEASED[ALPHA])

    page = editor.get(reverse("calltrack_live:index"))

    assert [row.holding.session for row in page.context["rows"]] == []


def test_who_may_see_all_leases_sees_all(sides: dict[str, Side], client: Client) -> None:
    client.force_login(editor_of(sides[ALPHA], VIEW, more=("view_leaseevent",)))

    page = client.get(reverse("calltrack_live:index"))

    numbers = {row.holding.number.e164 for row in page.context["rows"]}
    assert numbers == set(LEASED.values())


def preview(client: Client, side: Side, query: str = "") -> Any:
    return client.get(reverse("calltrack_preview", args=(side.page.pk,)) + query)


def test_a_preview_offers_the_campaigns_of_the_editors_sites(
    sides: dict[str, Side], editor: Client
) -> None:
    response = preview(editor, sides[ALPHA])

    offered = [key for key, _ in response.context["form"].fields["campaign"].choices]
    assert offered == ["", "sale-alpha"]
    assert preview(editor, sides[BRAVO]).headers["Location"] == "/cms/"
    wrong = preview(editor, sides[ALPHA], "?campaign=sale-bravo")
    assert "campaign" in wrong.context["form"].errors


def test_who_edits_pages_and_has_no_sites_previews_with_the_campaigns_of_the_pages_site(
    sides: dict[str, Side], client: Client
) -> None:
    client.force_login(editor_of(sides[ALPHA]))

    response = preview(client, sides[ALPHA])

    offered = [key for key, _ in response.context["form"].fields["campaign"].choices]
    assert {"sale-alpha", "foxtrot"} <= set(offered)
    assert "sale-bravo" not in offered


def test_what_a_place_shows_by_a_campaign_of_the_firm_is_told_without_its_name(
    sides: dict[str, Side], editor: Client
) -> None:
    response = preview(editor, sides[ALPHA], "?source=newsletter&medium=email")

    names = {one.campaign for one in response.context["preview"].places}
    assert names <= {"", "Sale alpha", "a campaign that is not yours"}
    assert names


def test_a_site_taken_from_a_group_is_gone_at_once(sides: dict[str, Side], editor: Client) -> None:
    assert editor.get(reverse("calltrack_campaigns:index")).status_code == 200

    GroupSitePermission.objects.all().delete()

    assert editor.get(reverse("calltrack_campaigns:index")).headers["Location"] == "/cms/"
    assert editor.get(reverse("calltrack_live:index")).headers["Location"] == "/cms/"


def test_who_is_not_active_has_no_sites(sides: dict[str, Side], editor: Client) -> None:
    User.objects.update(is_active=False)

    found = editor.get(reverse("calltrack_campaigns:index"))

    assert found.headers["Location"].startswith("/cms/login/")


def test_the_markers_are_there_for_who_may_see_all(
    sides: dict[str, Side], admin_client: Client
) -> None:
    found = leaks(admin_client.get(reverse("calltrack_numbers:index")))

    assert {BRAVO, STATIC[BRAVO]} <= set(found)
    assert BRAVO in leaks(admin_client.get(reverse("calltrack_live:index")))
