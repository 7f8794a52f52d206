"""The Plan as the database has it, checked by the same `calltrack.planfile` as every edge does.

Rule 1: nothing is served or kept that the check refuses.
Rule 2: each table is read once, whole: the number of queries does not grow with the rows.
Rule 3: rows stand in the Plan in the order of `sort_order`, where they have one, else as they came.

Errors: PlanError, with a sentence for each problem; `Draft.row` finds the row that one is about.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import models, transaction

from calltrack.errors import PlanError
from calltrack.plan import Plan
from calltrack.planfile import check, to_mapping
from wagtail_calltrack.models import (
    Campaign,
    CampaignRule,
    CampaignSite,
    CampaignVestiging,
    Organisation,
    Placeholder,
    PlaceholderCampaign,
    PlanSerial,
    Pool,
    TelephonyAccount,
    TrackedSite,
    TrackingNumber,
    Vestiging,
)
from wagtail_calltrack.models.organisation import HOME
from wagtail_calltrack.models.rule import FIELDS

NO_ORGANISATION = "there is no organisation yet: make it, with its KvK number"
STAND_IN = {"name": "-", "kvk": "00000000"}
"""With it the rest can be checked while there is no organisation. Never served."""

PLACE = models.F("sort_order").asc(nulls_last=True)
"""Databases do not agree where a row without a place comes."""

_LABEL = re.compile(r"(?P<table>[a-z]+)\[(?P<at>\d+)\](?: «[^»]*»)?: (?P<rest>.*)", re.DOTALL)

Mapped = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """One sentence of the check, and the row that it is about."""

    text: str  # without the row's label, if the row is known
    row: models.Model | None

    @property
    def field(self) -> str:
        """The word that it begins with: mostly the field's name."""
        return self.text.partition(" ")[0]


@dataclass(frozen=True, slots=True)
class Draft:
    """What the database says, not yet checked."""

    fields: Mapped  # all but the serial
    rows: Mapping[str, Sequence[models.Model]]  # by the Plan's tables, in its order
    is_complete: bool

    def plan(self, serial: int) -> Plan:
        """Give the Plan. Errors: PlanError."""
        return check({"serial": serial, **self.fields})

    def problem(self, sentence: str) -> Problem:
        """Find the row that a sentence of the check is about."""
        found = _LABEL.fullmatch(sentence)
        rows = self.rows.get(found["table"], ()) if found else ()
        if found is None or not 0 < int(found["at"]) <= len(rows):
            return Problem(sentence, None)
        return Problem(found["rest"], rows[int(found["at"]) - 1])


@dataclass(frozen=True, slots=True)
class Published:
    """The Plan in force, as edges get it."""

    plan: Plan
    serial: PlanSerial

    @property
    def body(self) -> str:
        """The Plan as JSON."""
        return json.dumps(to_mapping(self.plan), ensure_ascii=False)


class PlanRefusedError(PlanError):
    """A change that would break the Plan. `rows` are those that the sentences are about."""

    def __init__(self, problems: Sequence[str], rows: Sequence[Problem]) -> None:
        super().__init__(problems)
        self.rows = tuple(rows)


def settle(serial: PlanSerial) -> Published:
    """Check what the database says now; the serial grows if that is another Plan than before.

    `serial` is the locked row. Errors: PlanRefusedError.
    """
    draft = read()
    try:
        plan = draft.plan(max(serial.serial, 1))
    except PlanError as error:
        rows = [draft.problem(one) for one in error.problems]
        raise PlanRefusedError(error.problems, rows) from error
    fingerprint = fingerprint_of(plan)
    if fingerprint != serial.fingerprint:
        serial.grow(fingerprint)
        plan = replace(plan, serial=serial.serial)  # checked already
    return Published(plan, serial)


def published() -> Published:
    """Give the Plan in force.

    What is read without a lock may be half of a change, and rows may have been changed round us.
    Either is another Plan than the one the serial stands for: then read again, holding the lock.

    Errors: PlanError.
    """
    serial = PlanSerial.objects.filter(pk=1).first() or PlanSerial()
    draft = read()
    if not draft.is_complete:
        raise PlanError([NO_ORGANISATION])
    try:
        plan = draft.plan(max(serial.serial, 1))
    except PlanError:
        plan = None
    if plan is not None and fingerprint_of(plan) == serial.fingerprint:
        return Published(plan, serial)
    with transaction.atomic():
        return settle(PlanSerial.locked())


def fingerprint_of(plan: Plan) -> str:
    """Give a hash of all that a Plan says, but for its serial."""
    fields = {**to_mapping(plan), "serial": None}
    text = json.dumps(fields, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def read() -> Draft:
    """Read the database."""
    organisation = Organisation.objects.first()
    rows = _Rows()
    tables: dict[str, list[tuple[models.Model, Mapped]]] = {
        "sites": [(row, _site(row)) for row in rows.sites],
        "vestigingen": [(row, _vestiging(row, rows)) for row in rows.vestigingen],
        "pools": [(row, {"key": row.key, "rest_minutes": row.rest_minutes}) for row in rows.pools],
        "numbers": [(row, _number(row, rows)) for row in rows.numbers],
        "campaigns": [(row, _campaign(row, rows)) for row in rows.campaigns],
        "placeholders": [(row, _placeholder(row, rows)) for row in rows.placeholders],
        "telephony": [(row, _account(row)) for row in rows.accounts],
    }
    if not rows.placeholders:
        del tables["placeholders"]  # then the two usual classes count
    fields: Mapped = {name: [given(one) for _, one in table] for name, table in tables.items()}
    fields["organisation"] = dict(STAND_IN)
    fields["region"] = HOME
    if organisation:
        fields["organisation"] = {"name": organisation.name, "kvk": organisation.kvk}
        fields["region"] = organisation.region
    return Draft(
        fields=fields,
        rows={name: [row for row, _ in table] for name, table in tables.items()},
        is_complete=organisation is not None,
    )


class _Rows:
    """Each table, read once."""

    def __init__(self) -> None:
        self.sites = list(TrackedSite.objects.order_by("pk"))
        self.pools = list(Pool.objects.order_by("pk"))
        self.vestigingen = list(Vestiging.objects.order_by(PLACE, "pk"))
        self.numbers = list(TrackingNumber.objects.order_by("pk"))
        self.placeholders = list(Placeholder.objects.order_by("pk"))
        self.accounts = list(TelephonyAccount.objects.order_by("pk"))
        self.campaigns = list(Campaign.objects.order_by(PLACE, "pk"))
        self.rules = _grouped(CampaignRule.objects.order_by("sort_order", "pk"), "campaign_id")
        self.covered = _grouped(CampaignVestiging.objects.order_by("pk"), "campaign_id")
        self.shown_on = _grouped(CampaignSite.objects.order_by("pk"), "campaign_id")
        self.deciding = _grouped(PlaceholderCampaign.objects.order_by("pk"), "placeholder_id")
        self.keys = {
            kind: {row.pk: row.key for row in found}
            for kind, found in (
                ("site", self.sites),
                ("pool", self.pools),
                ("vestiging", self.vestigingen),
                ("campaign", self.campaigns),
            )
        }

    def key(self, kind: str, pk: int | None) -> str | None:
        """Give the key of a row; one that is not there gives a text that the check refuses."""
        return None if pk is None else self.keys[kind].get(pk, f"#{pk}")

    def keys_of(self, kind: str, pks: Iterable[int]) -> list[str | None]:
        """Give the keys of some rows."""
        return [self.key(kind, pk) for pk in pks]


def _grouped(rows: Iterable[Any], by: str) -> Mapping[int, Sequence[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, by)].append(row)
    return found


def given(fields: Mapped) -> Mapped:
    """Leave out what is not filled in; an empty list stays, for it says something."""
    return {name: value for name, value in fields.items() if value is not None and value != ""}


def _site(row: TrackedSite) -> Mapped:
    return {
        "key": row.key,
        "hosts": list(row.hosts),
        "mode": row.mode,
        "consent": row.consent,
        "hold_minutes": row.hold_minutes,
        "cookie_domain": row.cookie_domain,
        "consent_cookie": row.consent_cookie,
        "consent_header": row.consent_header,
        "consent_value": row.consent_value,
        "gpc": row.gpc,
        "attributes": list(row.attributes),
        "never_rewrite": list(row.never_rewrite),
    }


def _vestiging(row: Vestiging, rows: _Rows) -> Mapped:
    return {
        "key": row.key,
        "name": row.name,
        "forwarding_number": row.forwarding_number,
        "pool": rows.key("pool", row.pool_id),
        "vestigingsnummer": row.vestigingsnummer,
    }


def _number(row: TrackingNumber, rows: _Rows) -> Mapped:
    return {
        "number": row.number,
        "pool": rows.key("pool", row.pool_id),
        "campaign": rows.key("campaign", row.campaign_id),
        "vestiging": rows.key("vestiging", row.vestiging_id),
        "state": row.state,
        "released_at": row.released_at,
    }


def _campaign(row: Campaign, rows: _Rows) -> Mapped:
    return campaign_fields(
        row,
        pool=rows.key("pool", row.pool_id),
        rules=rows.rules[row.pk],
        sites=rows.keys_of("site", (one.site_id for one in rows.shown_on[row.pk])),
        vestigingen=rows.keys_of("vestiging", (one.vestiging_id for one in rows.covered[row.pk])),
    )


def campaign_fields(
    row: Campaign,
    *,
    pool: str | None,
    rules: Iterable[CampaignRule],
    sites: Sequence[str | None],
    vestigingen: Sequence[str | None],
) -> Mapped:
    """Write a campaign as the Plan has it."""
    return {
        "key": row.key,
        "name": row.name,
        "method": row.method,
        "exhaustion": row.exhaustion,
        "rules": [_rule(rule) for rule in rules],
        "sites": list(sites),
        "vestigingen": list(vestigingen),
        "pool": pool,
        "off_site": row.off_site,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "paused": row.paused,
    }


def _rule(row: CampaignRule) -> Mapped:
    given = {name: list(getattr(row, name)) for name in FIELDS if getattr(row, name)}
    return {("campaign" if name == "campaign_tag" else name): given[name] for name in given}


def _placeholder(row: Placeholder, rows: _Rows) -> Mapped:
    return {
        "key": row.key,
        "css_class": row.css_class,
        "vestiging": rows.key("vestiging", row.vestiging_id),
        "campaigns": rows.keys_of("campaign", (one.campaign_id for one in rows.deciding[row.pk])),
        "paths": list(row.paths),
        "priority": row.priority,
    }


def _account(row: TelephonyAccount) -> Mapped:
    return {
        "key": row.key,
        "provider": row.provider,
        "secret": row.secret,
        "account": row.account,
        "ring_seconds": row.ring_seconds,
        "recorded": row.is_recorded,
    }
