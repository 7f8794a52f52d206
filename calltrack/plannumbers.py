"""What must hold between the campaigns of a Plan and the numbers they show.

- A number is in one place: in a pool, or the static number of a campaign.
- A static number takes the calls of one vestiging that its campaign covers, and a campaign has one
  for each. An off-site campaign may have several: a flyer of each year.
- A campaign that shows static numbers has one for each vestiging that it names; one that names none
  covers all, also those to come, and has one at least. A disabled one counts here, so that it can
  be disabled at once. Where there is none, the original is shown.
- A campaign whose visitors get numbers of their own has a pool for each vestiging that it covers.
- An off-site campaign says nothing about visitors.
"""

from collections.abc import Iterator, Mapping, Sequence

from calltrack.plan import Exhaustion, Method, NumberState
from calltrack.planrows import Row
from calltrack.planvalues import shown

Rows = Mapping[str, Sequence[Row]]

MOST_NAMED = 5
"""Keys that are listed in one sentence."""


def problems_of_numbers(rows: Rows) -> Iterator[str]:
    """Name everything that does not hold, one sentence for each."""
    campaigns = {row.fields["key"]: row for row in rows["campaigns"] if "key" in row.fields}
    named = {row.fields.get("campaign") for row in rows["numbers"]}
    covered = {key: _covered(rows, row) for key, row in campaigns.items() if key in named}
    yield from _places(rows)
    yield from _static_vestigingen(rows, covered)
    yield from _two_static(rows, campaigns, covered)
    yield from _without_static(rows)
    yield from _without_pool(rows)
    yield from _off_site(rows)


def _places(rows: Rows) -> Iterator[str]:
    for row in rows["numbers"]:
        pool, campaign = row.fields.get("pool"), row.fields.get("campaign")
        if pool and campaign:
            yield (
                f"{row.label}: it is in pool {shown(pool)} and static for campaign "
                f"{shown(campaign)}: a number is in one place; leave one of them out"
            )
        if "vestiging" in row.fields and row.is_good and not campaign:
            yield (
                f"{row.label}: vestiging {shown(row.fields['vestiging'])} is for a static number: "
                "name its campaign, or leave vestiging out"
            )


def _static_vestigingen(rows: Rows, covered: Mapping[str, Sequence[str]]) -> Iterator[str]:
    known = frozenset(_known(rows))
    for row in rows["numbers"]:
        campaign, vestiging = row.fields.get("campaign", ""), row.fields.get("vestiging")
        if campaign not in covered:
            continue
        theirs, name = covered[campaign], shown(campaign)
        if vestiging is None and row.is_good and len(theirs) > 1:
            yield (
                f"{row.label}: vestiging is missing: campaign {name} covers "
                f"{_listed(theirs)}; say whose calls the number takes"
            )
        if vestiging in known and theirs and vestiging not in theirs:
            yield (
                f"{row.label}: vestiging {shown(vestiging)} is not one that campaign {name} "
                f"covers: {_listed(theirs)}"
            )


def _two_static(
    rows: Rows, campaigns: Mapping[str, Row], covered: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    seen: dict[tuple[str, str], Row] = {}
    for row in rows["numbers"]:
        campaign = campaigns.get(row.fields.get("campaign", ""))
        disabled = row.fields.get("state") is NumberState.DISABLED
        if campaign is None or disabled or campaign.fields.get("off_site"):
            continue
        theirs = covered[campaign.fields["key"]]
        vestiging = row.fields.get("vestiging") or (theirs[0] if len(theirs) == 1 else None)
        if vestiging is None:
            continue
        first = seen.setdefault((campaign.fields["key"], vestiging), row)
        if first is not row:
            yield (
                f"{row.label}: campaign {shown(campaign.fields['key'])} has a static number for "
                f"vestiging {shown(vestiging)} already: {first.label}"
            )


def _without_static(rows: Rows) -> Iterator[str]:
    given = {(r.fields.get("campaign"), r.fields.get("vestiging")) for r in rows["numbers"]}
    for row in rows["campaigns"]:
        key, why = row.fields.get("key"), _shows_static(row)
        if not why or row.fields.get("off_site"):
            continue
        covered = _covered(rows, row)
        missing = [v for v in covered if not {(key, v), (key, None)} & given]
        is_for_all = not row.fields.get("vestigingen")
        if missing and not (is_for_all and len(missing) < len(covered)):
            yield (
                f"{row.label}: {why} needs a static number, and there is none for "
                f"{_listed(missing)}: a row of [[numbers]] with this campaign and vestiging"
            )


def _shows_static(campaign: Row) -> str:
    method, exhaustion = campaign.fields.get("method"), campaign.fields.get("exhaustion")
    if method is Method.STATIC:
        return "method static"
    if method is Method.DYNAMIC and exhaustion is Exhaustion.STATIC:
        return "exhaustion static"
    return ""


def _without_pool(rows: Rows) -> Iterator[str]:
    dynamic = [
        row
        for row in rows["campaigns"]
        if row.fields.get("method") is Method.DYNAMIC
        and row.is_good
        and not row.fields.get("pool")
        and not row.fields.get("off_site")
    ]
    for row in rows["vestigingen"]:
        if not row.is_good or "pool" in row.fields:
            continue
        campaign = next((c for c in dynamic if _covers(c, row.fields["key"])), None)
        if campaign:
            yield (
                f"{row.label}: pool is missing: {campaign.label} gives its visitors numbers "
                "of their own"
            )


def _off_site(rows: Rows) -> Iterator[str]:
    for row in rows["campaigns"]:
        if not row.fields.get("off_site"):
            continue
        named = [name for name in ("rules", "sites", "pool") if row.fields.get(name)]
        if named:
            yield f"{row.label}: off_site says that it has no visitors: leave {_and(named)} out"
        method = row.fields.get("method")
        if method is not None and method is not Method.STATIC:
            yield (
                f"{row.label}: method {shown(method)} is for visitors, and off_site says that "
                "there are none: write static"
            )


def _covered(rows: Rows, campaign: Row) -> Sequence[str]:
    """List the vestigingen that a campaign covers; none, where that could not be read."""
    if not campaign.is_good:
        return ()
    return [key for key in _known(rows) if _covers(campaign, key)]


def _covers(campaign: Row, vestiging: str) -> bool:
    only = campaign.fields.get("vestigingen")
    return not only or vestiging in only


def _known(rows: Rows) -> Sequence[str]:
    return [row.fields["key"] for row in rows["vestigingen"] if "key" in row.fields]


def _listed(keys: Sequence[str]) -> str:
    named = [shown(key) for key in keys[:MOST_NAMED]]
    left = len(keys) - len(named)
    return ", ".join(named) + (f" and {left} more" if left else "")


def _and(words: Sequence[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
