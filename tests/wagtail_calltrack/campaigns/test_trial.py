"""The test box answers which campaign an arrival belongs to, and why: also on what is not saved."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.utils import timezone
from wagtail.models import GroupSitePermission, Site

from tests.wagtail_calltrack.campaigns.posting import FREE, NEW, fields_of, row, rule, vestiging
from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.access.policies import permission
from wagtail_calltrack.campaigns.trial import Result, try_arrival
from wagtail_calltrack.models import (
    Campaign,
    CampaignRule,
    Organisation,
    PlanSerial,
    TrackedSite,
    TrackingNumber,
)
from wagtail_calltrack.plan_out import published

pytestmark = pytest.mark.django_db

SCREEN = "/cms/calltrack_campaigns/test/"
HOST = "https://www.vandamplafonds.example"
FRAGMENT = {"X-Calltrack-Fragment": "1"}


@pytest.fixture
def firm(db: None) -> None:
    make_firm()


@pytest.fixture
def editor(admin_client: Client) -> Client:
    return admin_client


def tried(url: str = f"{HOST}/", **said: str) -> Result:
    said = {"url": url, "referrer": "", "region": "", "device": "", **said}
    return try_arrival(said, published().plan, now=timezone.now())


def reasons(result: Result) -> dict[str, list[str]]:
    return {line.name: list(line.reasons) for line in result.lines}


TOUCHES = [
    pytest.param({}, {"channel": "Direct", "first page": "/"}, id="typed in"),
    pytest.param(
        {"url": f"{HOST}/offer/?utm_source=Google&utm_medium=cpc&utm_campaign=spring"},
        {
            "channel": "Paid search",
            "source": "Google",
            "medium": "cpc",
            "campaign tag": "spring",
            "first page": "/offer/",
        },
        id="utm tags",
    ),
    pytest.param(
        {"url": f"{HOST}/?gclid=abc&fbclid=xyz"},
        {
            "channel": "Paid search",
            "source": "google",
            "click id": "gclid, fbclid",
            "first page": "/",
        },
        id="click ids",
    ),
    pytest.param(
        {"referrer": "https://m.facebook.com/"},
        {
            "channel": "Social",
            "source": "facebook",
            "referring site": "m.facebook.com",
            "first page": "/",
        },
        id="a referrer",
    ),
    pytest.param(
        {"referrer": "blog.example", "region": " nl-nh ", "device": "tablet"},
        {
            "channel": "Referral",
            "source": "blog.example",
            "referring site": "blog.example",
            "first page": "/",
            "region": "NL-NH",
            "device": "Tablet",
        },
        id="region and device",
    ),
    pytest.param(
        {"url": "/offer/", "device": "mobile"},
        {"channel": "Direct", "first page": "/offer/", "device": "Mobile"},
        id="a path alone is the first site's",
    ),
    pytest.param(
        {"url": "VANDAMPLAFONDS.example/?utm_medium=email", "device": "desktop"},
        {"channel": "E-mail", "medium": "email", "first page": "/", "device": "Desktop"},
        id="without https://",
    ),
]


@pytest.mark.parametrize(("said", "touch"), TOUCHES)
def test_the_arrival_is_read_as_the_proxy_reads_it(
    firm: None, said: dict[str, str], touch: dict[str, str]
) -> None:
    assert dict(tried(**said).touch) == {**touch, "site": "main"}


def test_each_campaign_says_why(firm: None) -> None:
    Campaign.objects.filter(key="everyone").update(paused=True)
    Campaign.objects.filter(key="utrecht").update(method="dynamic")
    CampaignRule.objects.exclude(click_id="").update(click_id=("gclid", "msclkid"))

    found = tried(f"{HOST}/?utm_source=google&utm_medium=social")

    assert found.winners == "«Utrecht otherwise», «Everyone»"
    assert reasons(found) == {
        "Newsletter": ["medium is «social», and the rule wants email or newsletter"],
        "Advertisements": [
            "rule 1: click id is not known, and the rule wants gclid or msclkid",
            "rule 2: medium is «social», and the rule wants cpc or paid*",
        ],
        "Flyer in the letter boxes": ["it is off-site: no visitor belongs to it"],
        "Spring in Utrecht": ["it begins on March 1, 2027, midnight"],
        "Utrecht otherwise": [
            "it has no rules, and so matches everybody",
            "it decides for Utrecht",
        ],
        "Everyone": [
            "it has no rules, and so matches everybody",
            "it decides for Amsterdam, Rotterdam",
        ],
    }
    assert [(line.decides, line.is_paused) for line in found.lines[-2:]] == [
        (True, False),
        (True, True),
    ]


def test_each_vestiging_says_what_it_shows(firm: None) -> None:
    found = tried(f"{HOST}/?utm_medium=email")
    plain = tried()

    assert [(one.vestiging, one.number, one.campaign, one.why) for one in found.shown] == [
        ("Amsterdam", "020 765 9901", "Newsletter", "the campaign's static number"),
        ("Rotterdam", "010 765 9901", "Newsletter", "the campaign's static number"),
        (
            "Utrecht",
            "030 123 4567",
            "Utrecht otherwise",
            "the original: the campaign shows the original number",
        ),
    ]
    assert plain.shown[0].why == "a number of the visitor's own, from pool «amsterdam»"
    assert plain.before_consent[0].why == (
        "the original: the visitor did not agree, and the campaign has no static number"
    )


def test_a_campaign_for_another_site_or_behind_another_says_so(firm: None) -> None:
    shown = {"method": "original", "exhaustion": "original"}
    Campaign.objects.create(key="late", name="Late", **shown)
    root = Site.objects.get().root_page
    shop = TrackedSite.objects.create(
        site=Site.objects.create(hostname="shop.example", root_page=root),
        key="shop",
        hosts=["shop.example"],
        mode="both",
        consent="not_required",
        hold_minutes=30,
    )
    Campaign.objects.get(key="ads").sites.set([shop])

    found = reasons(tried(f"{HOST}/?utm_medium=email"))

    assert found["Advertisements"] == ["it is not for this site"]
    (late,) = found["Late"]
    assert late == (
        "it matches, but comes behind «Newsletter», «Utrecht otherwise», and the first one counts"
    )


UNKNOWN = [
    pytest.param("https://shop.example/", "«shop.example» is none of your sites.", id="a host"),
    pytest.param("https://[oops/", "This is not the address of a page.", id="no address"),
]


@pytest.mark.parametrize(("url", "told"), UNKNOWN)
def test_a_host_that_is_not_known_says_which_are(firm: None, url: str, told: str) -> None:
    found = tried(url)

    known = "The host names known are: www.vandamplafonds.example, vandamplafonds.example."
    assert found == Result(problem=f"{told} {known}")


def test_without_a_site_it_says_what_to_do(db: None) -> None:
    Organisation.objects.create(name="Van Dam", kvk="12345678")

    assert tried().problem == "There is no site yet. Add one, with its host names, under Sites."


def ask(editor: Client, url: str = f"{HOST}/", **said: str) -> Any:
    return editor.get(SCREEN, {"trial-url": url, **{f"trial-{k}": v for k, v in said.items()}})


def test_the_screen_answers_without_a_script(firm: None, editor: Client) -> None:
    page = ask(editor, f"{HOST}/?gclid=1").content.decode()

    assert "This visitor belongs to «Advertisements»" in page
    assert "rule 1 matches: click id is gclid or gbraid or wbraid or msclkid" in page
    assert "<html" in page


def test_the_screen_begins_empty_and_asks_for_an_address(firm: None, editor: Client) -> None:
    assert editor.get(SCREEN).context["result"] is None
    assert "This field is required." in ask(editor, "").content.decode()


def typed(editor: Client, campaign: Campaign | None, fields: dict[str, Any], url: str) -> Any:
    path = f"{SCREEN}{campaign.pk if campaign else 'new'}/"
    return editor.post(path, {**fields, "trial-url": url}, headers=FRAGMENT)


def test_what_is_typed_is_tested_and_nothing_is_saved(firm: None, editor: Client) -> None:
    before, serial = published(), PlanSerial.objects.get()
    fields = {
        **NEW,
        "vestigingen": [vestiging("utrecht")],
        **row("utrecht", FREE),
        **rule(0, source="bing"),
    }
    Campaign.objects.filter(key="utrecht").update(off_site=False)

    response = typed(editor, None, fields, f"{HOST}/?utm_source=yahoo")
    page = response.content.decode()

    assert "<html" not in page
    (line,) = [one for one in response.context["result"].lines if one.is_this]
    assert line.name == "New"
    assert line.reasons == ["source is «yahoo», and the rule wants bing"]
    assert published() == before
    assert PlanSerial.objects.get() == serial
    assert TrackingNumber.objects.get(number=FREE).campaign is None


def test_a_campaign_is_tested_in_its_place_with_the_numbers_chosen(
    firm: None, editor: Client
) -> None:
    campaign = Campaign.objects.get(key="newsletter")
    changed = fields_of(campaign, key="other", name="Post", **row("amsterdam", FREE))
    changed["rules-0-medium"] = "fax"

    found = typed(editor, campaign, changed, f"{HOST}/?utm_medium=fax").context["result"]

    assert found.lines[0].name == "Post"
    assert found.lines[0].decides
    assert (found.shown[0].number, found.shown[1].number) == ("085 019 9999", "010 765 9901")
    assert campaign.numbers.count() == 2


MENDED = [
    pytest.param(
        {"method": ""}, "Correct this first: Method: This field is required.", id="a field"
    ),
    pytest.param(
        rule(0, click_id="click"), "Correct this first: Rule 1, Click id: «click»", id="a rule"
    ),
    pytest.param(
        {"method": "static"}, "As it is typed it could not be saved: Campaign «New»:", id="the Plan"
    ),
]


@pytest.mark.parametrize(("changes", "told"), MENDED)
def test_what_could_not_be_saved_says_what_to_mend(
    firm: None, editor: Client, changes: dict[str, Any], told: str
) -> None:
    fields = {**NEW, "method": "original", **changes}

    found = typed(editor, None, fields, f"{HOST}/").context["result"]

    assert found.problem.startswith(told)
    assert found.lines == ()


def test_the_box_without_an_address_says_so(firm: None, editor: Client) -> None:
    page = typed(editor, None, NEW, "").content.decode()

    assert "Write the address of a page first." in page


WHO = [
    pytest.param((), 302, 302, id="nobody"),
    pytest.param(("view_campaign",), 200, 302, id="who may look"),
    pytest.param(("change_campaign",), 200, 200, id="who may change"),
]


@pytest.mark.parametrize(("may", "screen", "form"), WHO)
def test_who_may_test(
    firm: None, client: Client, may: tuple[str, ...], screen: int, form: int
) -> None:
    user = User.objects.create_user("ed", password="x")
    codenames = (*may, "access_admin")
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(user)
    campaign = Campaign.objects.get(key="everyone")

    assert ask(client).status_code == screen
    assert typed(client, campaign, fields_of(campaign), f"{HOST}/").status_code == form


def test_an_editor_of_one_site_is_told_nothing_of_others(firm: None, client: Client) -> None:
    user = User.objects.create_user("ed", password="x")
    group = Group.objects.create(name="Shop")
    group.permissions.set(Permission.objects.filter(codename="access_admin"))
    user.groups.add(group)
    may = permission("change_trackedsite")
    GroupSitePermission.objects.create(group=group, site=Site.objects.get(), permission=may)
    Campaign.objects.get(key="ads").sites.set(TrackedSite.objects.all())
    client.force_login(user)

    page = ask(client, f"{HOST}/?utm_source=google").content.decode()

    assert "Advertisements" in page
    assert "Newsletter" not in page
    assert "a campaign that is not yours" in page
    assert client.get("/cms/calltrack_campaigns/off-site/").status_code == 302
