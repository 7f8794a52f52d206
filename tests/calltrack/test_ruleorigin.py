"""What a campaign's rules alone tell of where its visitors come from."""

from itertools import permutations

import pytest

from calltrack.plan import Rule
from calltrack.ruleorigin import Told, told_by
from calltrack.touch import Channel

MAIL = Rule(medium=("email", "newsletter"))
STARRED = Rule(source=("nieuwsbrief*",))
ADS = Rule(click_id=("gclid", "gbraid", "wbraid"))
EMAIL, SOCIAL, PAID = Channel.EMAIL, Channel.SOCIAL, Channel.PAID_SEARCH

TABLE = [
    pytest.param([], None, id="no rules: everybody"),
    pytest.param([Rule()], None, id="a rule that asks for nothing"),
    pytest.param([Rule(landing_path=("/actie",), device=("mobile",))], None, id="no source named"),
    pytest.param([MAIL, STARRED], Told(EMAIL), id="two mediums of one channel, and a pattern"),
    pytest.param([Rule(medium=("email",))], Told(EMAIL, "", "email"), id="one medium"),
    pytest.param([Rule(source=("Nieuwsbrief",))], Told(EMAIL, "Nieuwsbrief"), id="a source alone"),
    pytest.param(
        [Rule(source=("facebook",), medium=("paid_social",))],
        Told(Channel.PAID_SOCIAL, "facebook", "paid_social"),
        id="source and medium",
    ),
    pytest.param(
        [Rule(source=("instagram",)), Rule(referrer=("instagram.com", "*.instagram.com"))],
        Told(SOCIAL, "instagram"),
        id="a tag, or a link from the same site",
    ),
    pytest.param([Rule(referrer=("L.Facebook.com",))], Told(SOCIAL, "facebook"), id="any case"),
    pytest.param([Rule(referrer=("www.blog.example",))], None, id="a site that is not known"),
    pytest.param([ADS], Told(PAID, "google"), id="click ids of ads"),
    pytest.param([Rule(click_id=("fbclid",))], Told(SOCIAL, "facebook"), id="a click that is none"),
    pytest.param(
        [ADS, Rule(source=("google",), medium=("cpc", "ppc"))],
        Told(PAID, "google"),
        id="click ids or tags of one site",
    ),
    pytest.param([ADS, Rule(click_id=("msclkid",))], Told(PAID), id="two sites of one channel"),
    pytest.param([ADS, MAIL], None, id="two channels"),
    pytest.param([Rule(source=("google", "instagram"))], None, id="two channels in one rule"),
    pytest.param([Rule(channel=(SOCIAL,))], Told(SOCIAL), id="its own channel"),
    pytest.param([Rule(channel=(SOCIAL, EMAIL))], None, id="two channels of its own"),
    pytest.param(
        [Rule(channel=(PAID,), source=("google",))],
        Told(PAID, "google"),
        id="its own channel comes before what the source says",
    ),
    pytest.param([Rule(channel=(PAID,), medium=("*cp*",))], Told(PAID), id="beside a pattern"),
    pytest.param([Rule(source=("google",), medium=("*cp*",))], None, id="medium by a pattern"),
    pytest.param([MAIL, Rule(landing_path=("/mail",))], Told(EMAIL), id="a rule that says nothing"),
]


@pytest.mark.parametrize(("rules", "told"), TABLE)
def test_rules_tell_a_channel_where_they_agree(rules: list[Rule], told: Told | None) -> None:
    assert {told_by(order) for order in permutations(rules)} == {told}
