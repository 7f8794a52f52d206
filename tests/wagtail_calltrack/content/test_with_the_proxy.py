"""What the plugin writes into pages the proxy understands, by its own scanner and rules."""

from collections.abc import Callable

import pytest
from django.template import Context, Template
from wagtail import blocks
from wagtail.rich_text import expand_db_html

from calltrack.decision import Place, Viewer, decide
from calltrack.numbers import PhoneNumber
from calltrack.plan import Plan
from demo.models import TextPage
from proxy.plan_bindings import bindings_for
from proxy.rewrite import Slot, fill, scan
from wagtail_calltrack.content.blocks import TrackedNumberBlock
from wagtail_calltrack.models import Placeholder, Section, TrackedSite, Vestiging
from wagtail_calltrack.plan_out import published

pytestmark = pytest.mark.django_db

LEASED = {"amsterdam": "+31207654301", "rotterdam": "+31107654301", "utrecht": "+31307654301"}
"""What this visitor holds of each pool."""

Way = Callable[[str, str], str]


def by_entity(placeholder: str, vestiging: str) -> str:
    words = f' id="{Placeholder.objects.get(key=placeholder).pk}"' if placeholder else ""
    words += f' vestiging="{Vestiging.objects.get(key=vestiging).pk}"' if vestiging else ""
    return str(expand_db_html(f'<p>Bel <embed embedtype="calltrack-number"{words}/> nu</p>'))


def by_block(placeholder: str, vestiging: str) -> str:
    stream = blocks.StreamBlock([("number", TrackedNumberBlock())])
    value = {
        "placeholder": Placeholder.objects.filter(key=placeholder).values_list("pk", flat=True),
        "vestiging": Vestiging.objects.filter(key=vestiging).values_list("pk", flat=True),
    }
    found = {name: rows.first() for name, rows in value.items()}
    return str(stream.to_python([{"type": "number", "value": found}]).render_as_block())


def by_tag(placeholder: str, vestiging: str) -> str:
    source = "{% load calltrack %}<p>{% tracked_number p v %}</p>"
    return Template(source).render(Context({"p": placeholder, "v": vestiging}))


WAYS = [
    pytest.param(by_entity, id="rich text"),
    pytest.param(by_block, id="block"),
    pytest.param(by_tag, id="tag"),
]

WANTED = [
    pytest.param("head-office", "", "amsterdam", id="a key"),
    pytest.param("head-office", "rotterdam", "rotterdam", id="a key and a vestiging"),
    pytest.param("qooqie-number-placeholder", "", "amsterdam", id="the first qooqie class"),
    pytest.param("qooqie-number-placeholder", "utrecht", "utrecht", id="the class, a vestiging"),
    pytest.param("qooqie-priority-number-placeholder", "", "amsterdam", id="the second one"),
    pytest.param(
        "qooqie-priority-number-placeholder", "rotterdam", "rotterdam", id="that, a vestiging"
    ),
    pytest.param("rotterdam-pages", "", "rotterdam", id="a placeholder's own vestiging"),
    pytest.param("", "utrecht", "utrecht", id="a vestiging"),
    pytest.param("", "", "amsterdam", id="nothing"),
]


@pytest.fixture(params=["placeholders", "both", "automatic"])
def plan(firm: None, request: pytest.FixtureRequest) -> Plan:
    """Make the firm's Plan, for a site of each mode."""
    TrackedSite.objects.update(mode=request.param)
    return published().plan


def seen(html: str, plan: Plan, *, leases: bool = True, path: str = "/") -> str:
    """Give the page as the proxy sends it, to a visitor with leases or to one who opted out."""
    viewer = Viewer(tuple(c for c in plan.campaigns if c.key == "everyone"), may_lease=leases)

    def show(slot: Slot) -> PhoneNumber | None:
        decision = decide(plan, Place(slot.number, slot.placeholder, slot.vestiging), viewer)
        is_leased = leases and decision.pool is not None and decision.vestiging is not None
        return PhoneNumber(LEASED[str(decision.vestiging)]) if is_leased else None

    site = plan.sites[0]
    return fill(scan(html.encode(), bindings_for(plan, site, path), charset="utf-8"), show).decode()


def national(e164: str) -> str:
    """Write it as the content does: "020 765 4301"."""
    digits = "0" + e164.removeprefix("+31")
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("placeholder", "vestiging", "shown"), WANTED)
def test_the_proxy_shows_the_visitor_s_number_in_text_and_link(
    plan: Plan, way: Way, placeholder: str, vestiging: str, shown: str
) -> None:
    html = way(placeholder, vestiging)
    own = str(next(n for n, key in plan.by_forwarding_number.items() if key == shown))

    page = seen(html, plan)

    assert page == html.replace(own, LEASED[shown]).replace(national(own), national(LEASED[shown]))
    assert f'href="tel:{LEASED[shown]}"' in page
    assert f">{national(LEASED[shown])}</a>" in page


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("placeholder", "vestiging", "shown"), WANTED)
def test_who_opted_out_sees_what_the_plugin_wrote(
    plan: Plan, way: Way, placeholder: str, vestiging: str, shown: str
) -> None:
    html = way(placeholder, vestiging)

    assert seen(html, plan, leases=False) == html


def test_a_page_of_a_section_gets_numbers_of_its_vestiging(
    plan: Plan, area: TextPage, below: TextPage
) -> None:
    Section.objects.create(page=area.pk, vestiging=Vestiging.objects.get(key="rotterdam"))
    source = "{% load calltrack %}<p>{% tracked_number %}</p>"
    html = Template(source).render(Context({"page": below}))

    page = seen(html, plan)

    assert f'href="tel:{LEASED["rotterdam"]}"' in page
    assert f">{national(LEASED['rotterdam'])}</a>" in page


def test_as_long_as_there_is_no_placeholder_the_usual_class_works_too(plan: Plan) -> None:
    Placeholder.objects.all().delete()

    page = seen(by_tag("", "rotterdam"), published().plan)

    assert f'href="tel:{LEASED["rotterdam"]}"' in page


def test_the_numbers_of_the_visitor_are_the_firm_s(plan: Plan) -> None:
    assert {str(number) for number in plan.pool_of} >= set(LEASED.values())
    assert plan.by_placeholder["head-office"].vestiging == "amsterdam"
