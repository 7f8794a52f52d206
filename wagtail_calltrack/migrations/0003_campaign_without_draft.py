"""Campaigns have no draft state any more: their numbers are chosen in their own form.

A draft was no part of the Plan, and was never checked as one. Each becomes a paused campaign behind
all others: what visitors see stays as it is, since a paused one shows the original, as where no
campaign matches. What the Plan's check would refuse is taken back, and told on the screen: a static
campaign that lacks a number shows the original, a number that fits nowhere goes back into stock.
"""

from collections import defaultdict

import wagtail_calltrack.models.fields
from django.db import migrations, models
from django.db.models import F

RULE_FIELDS = (
    "source", "medium", "campaign_tag", "term", "content", "click_id", "referrer",
    "landing_path", "channel", "region", "device",
)


def settle_drafts(apps, schema_editor):
    """Take each draft into the Plan."""
    get = lambda name: apps.get_model("wagtail_calltrack", name)
    Campaign = get("Campaign")
    drafts = list(Campaign.objects.filter(is_draft=True).order_by(F("sort_order").asc(nulls_last=True), "pk"))
    if not drafts:
        return
    last = max((row.sort_order or 0 for row in Campaign.objects.all()), default=0)
    vestigingen = list(get("Vestiging").objects.all())
    settle_placeholders(get, {row.pk for row in drafts})
    for place, row in enumerate(drafts, last + 1):
        mended = [
            *settle_rules(get, row),
            *settle_off_site(get, row),
        ]
        named = set(get("CampaignVestiging").objects.filter(campaign=row).values_list("vestiging_id", flat=True))
        covered = [one for one in vestigingen if not named or one.pk in named]
        mended += settle_numbers(get, row, covered)
        mended += settle_method(get, row, covered)
        row.paused, row.sort_order = True, place
        row.save()
        told = "; ".join(["it is paused now, and stands last", *mended])
        print(f"\n    The campaign «{row.name}» was a draft: {told}.", end="")


def settle_rules(get, row):
    """Leave out rules that say nothing."""
    for rule in get("CampaignRule").objects.filter(campaign=row):
        if not any(getattr(rule, name) for name in RULE_FIELDS):
            rule.delete()
            yield "a rule that said nothing is gone"


def settle_off_site(get, row):
    """Off-site says that there are no visitors: then nothing else may say whose they are."""
    if not row.off_site:
        return
    if row.pool_id or any(
        get(name).objects.filter(campaign=row).exists() for name in ("CampaignRule", "CampaignSite")
    ):
        row.off_site = False
        yield "it is not off-site, for it has rules, sites or a pool"
    elif row.method != "static":
        row.method = "static"
        yield "its method is static, for it is off-site"


def settle_numbers(get, row, covered):
    """Put numbers back that fit nowhere."""
    keys, seen = {one.pk for one in covered}, set()
    for number in get("TrackingNumber").objects.filter(campaign=row).order_by("pk"):
        vestiging = number.vestiging_id or (covered[0].pk if len(covered) == 1 else None)
        is_second = vestiging in seen and not row.off_site and number.state != "disabled"
        if vestiging not in keys or is_second:
            number.campaign = number.vestiging = None
            number.save()
            yield f"the number {number.number} is back in stock"
        elif number.state != "disabled":
            seen.add(vestiging)


def settle_method(get, row, covered):
    """Show the original where there is no number to show."""
    if row.off_site:
        return
    numbers = get("TrackingNumber").objects.filter(campaign=row)
    given = set(numbers.values_list("vestiging_id", flat=True))
    lacks_static = None not in given and any(one.pk not in given for one in covered)
    lacks_pool = not row.pool_id and any(one.pool_id is None for one in covered)
    if row.exhaustion == "static" and row.method == "dynamic" and lacks_static:
        row.exhaustion = "original"
        yield "without a free number it shows the original, for it lacks static ones"
    if (row.method == "static" and lacks_static) or (row.method == "dynamic" and lacks_pool):
        yield f"its method is original instead of {row.method}, for it lacks numbers"
        row.method = "original"


def settle_placeholders(get, drafts):
    """Mend placeholders that stood for drafts alone, which were no part of the Plan either."""
    named, taken = defaultdict(set), set()
    for one in get("PlaceholderCampaign").objects.all():
        named[one.placeholder_id].add(one.campaign_id)
    rows = list(get("Placeholder").objects.order_by("pk"))
    asleep = [row for row in rows if named[row.pk] and named[row.pk] <= drafts]
    for row in sorted(rows, key=lambda row: row in asleep):
        places = {(row.css_class, path) for path in row.paths or ("",)} if row.css_class else set()
        if row in asleep and (places & taken or (row.priority and row.vestiging_id)):
            row.css_class = "" if places & taken else row.css_class
            row.priority = row.priority and not row.vestiging_id
            row.save()
            print(f"\n    The placeholder «{row.key}» stood for drafts alone: look at it.", end="")
        taken |= places


class Migration(migrations.Migration):

    # Its name before the first release: a database that ran it so does not run it again.
    replaces = [('wagtail_calltrack', '0005_campaign_without_draft')]

    dependencies = [
        ('wagtail_calltrack', '0002_facts_spend_sections'),
    ]

    operations = [
        migrations.RunPython(settle_drafts, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name='campaign',
            name='is_draft',
        ),
        migrations.AddField(
            model_name='campaign',
            name='note',
            field=models.TextField(blank=True, help_text='For yourselves. Nobody else sees it.', verbose_name='note'),
        ),
        migrations.AlterField(
            model_name='campaignrule',
            name='campaign_tag',
            field=wagtail_calltrack.models.fields.LinesField(blank=True, help_text='utm_campaign, as it stands in your links: spring-2027, spring-*', validators=[wagtail_calltrack.models.fields.PlanValue('PATTERN')], verbose_name='campaign tag'),
        ),
        migrations.AlterField(
            model_name='campaignrule',
            name='channel',
            field=wagtail_calltrack.models.fields.LinesField(blank=True, help_text='The kind of source, worked out of all the rest. Often this is enough.', verbose_name='channel'),
        ),
        migrations.AlterField(
            model_name='campaignrule',
            name='click_id',
            field=wagtail_calltrack.models.fields.LinesField(blank=True, help_text='What a platform adds to each click on an advertisement, by its name alone: gclid (Google), msclkid (Microsoft), fbclid (Facebook and Instagram).', validators=[wagtail_calltrack.models.fields.PlanValue('CLICK_ID')], verbose_name='click id'),
        ),
        migrations.AlterField(
            model_name='campaignrule',
            name='content',
            field=wagtail_calltrack.models.fields.LinesField(blank=True, help_text='utm_content: which of several. banner-blue', validators=[wagtail_calltrack.models.fields.PlanValue('PATTERN')], verbose_name='advertisement'),
        ),
        migrations.AlterField(
            model_name='campaignrule',
            name='landing_path',
            field=wagtail_calltrack.models.fields.LinesField(blank=True, help_text='Where the visit begins, without the host name: /offer/*', validators=[wagtail_calltrack.models.fields.PlanValue('PATTERN')], verbose_name='first page'),
        ),
        migrations.AlterField(
            model_name='campaignrule',
            name='medium',
            field=wagtail_calltrack.models.fields.LinesField(blank=True, help_text='How: utm_medium. cpc or ppc for advertisements, email.', validators=[wagtail_calltrack.models.fields.PlanValue('PATTERN')], verbose_name='medium'),
        ),
        migrations.AlterField(
            model_name='campaignrule',
            name='referrer',
            field=wagtail_calltrack.models.fields.LinesField(blank=True, help_text='The host name of the site with the link: www.example.nl, *.blog.nl', validators=[wagtail_calltrack.models.fields.PlanValue('PATTERN')], verbose_name='referring site'),
        ),
        migrations.AlterField(
            model_name='campaignrule',
            name='region',
            field=wagtail_calltrack.models.fields.LinesField(blank=True, help_text='Country, or country and province: NL, NL-NH, BE', validators=[wagtail_calltrack.models.fields.PlanValue('PATTERN')], verbose_name='region'),
        ),
        migrations.AlterField(
            model_name='campaignrule',
            name='source',
            field=wagtail_calltrack.models.fields.LinesField(blank=True, help_text='Who sent the visitor: utm_source, else the site with the link. google, facebook. One on each line; any of them will do. * stands for anything: *newsletter*', validators=[wagtail_calltrack.models.fields.PlanValue('PATTERN')], verbose_name='source'),
        ),
        migrations.AlterField(
            model_name='campaignrule',
            name='term',
            field=wagtail_calltrack.models.fields.LinesField(blank=True, help_text='utm_term: the word that was paid for. *gutter*', validators=[wagtail_calltrack.models.fields.PlanValue('PATTERN')], verbose_name='keyword'),
        ),
    ]
