"""Who is one person, and which of their calls and forms make a lead. Pure: no row is read here.

A contact is a call or a form. Contacts that share a caller's number, a visitor or an e-mail address
are one person's. A person has one lead at a time:

===========================  ==============================  =======================================
the person's lead so far     the contact comes               and
===========================  ==============================  =======================================
none                         whenever                        begins a lead
new, open                    whenever                        joins it
won, lost                    within the sales cycle after    joins it
                             its last contact
won, lost                    later                           begins a new one
spam                         whenever                        joins it, and asks nobody's attention
two, and they turn out to    whenever                        they become one, the older: with both
be one person's                                              histories, and the further state
===========================  ==============================  =======================================

- A call of which the number is withheld is told by its visitor; without one it is a lead by itself.
- A call that several visitors may have made says nothing of its visitor, only of its caller.
- A misdial or a call to a static number has no visitor: its caller tells who it is.
- The firm's own calls to somebody come to their lead, and make none.
- What is in a lead stays there as long as it is the same person's: a lead that was won after a long
  time is not taken apart. A contact that turns out to be another person's leaves it.
- Contacts of which nothing is known any more, because it was forgotten, stay where they are.

The same contacts make the same leads in whatever order they come, as far as nobody has set a lead's
state between them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

Ref = tuple[str, str]
"""What a contact is, and its key."""

RANKS = ("spam", "new", "open", "lost", "won")
"""How far a lead is, the furthest last."""

CLOSED = frozenset(("won", "lost"))


@dataclass(frozen=True, slots=True)
class Contact:
    """A call or a form; `keys` tell whose, `lead` is where it has been so far."""

    ref: Ref
    at: datetime
    keys: frozenset[Ref]
    lead: int | None = None
    begins: bool = True
    """Whether it makes a lead where there is none."""


@dataclass(frozen=True, slots=True)
class Known:
    """A lead that there is."""

    id: int
    began_at: datetime
    state: str = "new"


@dataclass(slots=True)
class Deal:
    """What makes one lead: its contacts, and the leads that there are for it, the oldest first."""

    contacts: list[Contact] = field(default_factory=list)
    leads: list[Known] = field(default_factory=list)

    @property
    def state(self) -> str:
        """Give the furthest state of its leads."""
        return max((one.state for one in self.leads), key=RANKS.index, default="new")

    @property
    def last_at(self) -> datetime:
        """Give the moment of its last contact."""
        return max(one.at for one in self.contacts)

    def is_over(self, at: datetime, cycle: timedelta) -> bool:
        """Say whether a contact at a moment is about something else."""
        return self.state in CLOSED and at - self.last_at > cycle

    def takes_in(self, lead: Known | None) -> None:
        """Take note of a lead that it has, too."""
        if lead is not None and lead not in self.leads:
            self.leads = sorted([*self.leads, lead], key=lambda one: (one.began_at, one.id))


def deals(
    contacts: Iterable[Contact], leads: Mapping[int, Known], cycle: timedelta
) -> Sequence[Deal]:
    """Give what makes each lead; a deal of the firm's own calls alone is none."""
    persons = _persons(sorted(contacts, key=lambda one: (one.at, one.ref)))
    owners: dict[int, Ref] = {}  # the lead of two persons goes with its first contact
    for contact, person in persons:
        if contact.lead is not None:
            owners.setdefault(contact.lead, person)
    walked: dict[Ref, list[Deal]] = {}
    for contact, person in persons:
        own = contact.lead if owners.get(contact.lead or 0) == person else None
        _walk(walked.setdefault(person, []), contact, leads.get(own or 0), cycle)
    found = [deal for of_person in walked.values() for deal in of_person]
    return [one for one in found if one.leads or any(each.begins for each in one.contacts)]


def _walk(before: list[Deal], contact: Contact, lead: Known | None, cycle: timedelta) -> None:
    """Add a person's next contact to one of their deals, or begin another."""
    deal = next((one for one in before if lead in one.leads), None)
    if deal is None:
        deal = before[-1] if before else None
        if deal is None or deal.is_over(contact.at, cycle):
            deal = Deal()
            before.append(deal)
    deal.contacts.append(contact)
    deal.takes_in(lead)


def _persons(contacts: Sequence[Contact]) -> Sequence[tuple[Contact, Ref]]:
    """Name who each is: contacts of one name share a key, or each shares one with others."""
    above: dict[Ref, Ref] = {}

    def top(one: Ref) -> Ref:
        while above.setdefault(one, one) != one:
            above[one] = above[above[one]]
            one = above[one]
        return one

    known = {one.lead for one in contacts if one.keys}
    for contact in contacts:
        for key in contact.keys:
            above[top(key)] = top(contact.ref)
    first: dict[int, Ref] = {}
    for contact in contacts:  # those of which nothing is known go with the rest of their lead
        if contact.lead is not None and (contact.keys or contact.lead not in known):
            first.setdefault(contact.lead, contact.ref)
    for contact in contacts:
        if not contact.keys and contact.lead is not None:
            above[top(contact.ref)] = top(first[contact.lead])
    return [(one, top(one.ref)) for one in contacts]
