"""Write a Plan to start from: the numbers a page shows, and words on what to fill in.

The file loads as it stands: what only a person knows has an example in its place, marked REPLACE.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence

from calltrack.numbers import national_text
from calltrack.planvalues import HOST, NAME, Kind, RefusedError
from proxy.plan_findings import Findings, Found

EXAMPLE_HOST = "www.example.nl"

_TOP = """\
# A Plan for {url}
# made by `calltrack-proxy plan init`. Every field is explained in docs/plan.md.
# Look for REPLACE: there the file holds an example. Then: calltrack-proxy plan check FILE
# A number that is no branch's (a fax, somebody else's): remove its [[vestigingen]] and [[pools]].

serial = 1  # one more with every change
region = "{region}"  # numbers without a country code are of this country

[organisation]
name = {name}  # REPLACE: your firm's name
kvk = "00000000"  # REPLACE: its 8 digits in the trade register

[[sites]]
key = "main"
hosts = {hosts}  # what visitors type; add "localhost" to try it on your own machine
mode = "both"  # automatic: numbers wherever they stand; placeholders: marked elements; or both
# REPLACE, the law decides: with "required" nothing is stored about visitors who have not agreed,
# and they see the original numbers. Say below where your consent tool keeps what a visitor agreed
# to (docs/plan.md has the lines for common ones), or write "not_required". Until you do either,
# nobody sees a tracking number.
consent = "required"
# consent_cookie = "CookieConsent"
# consent_value = "*,statistics:true,*"
hold_minutes = 30  # how long a number stays with a visitor after the last page; from 5
"""

_NONE = """\

# No phone number was found on the page. Try another one (`plan init` on the contact page), or take
# the "#" away below and fill in the numbers that your pages show.
#
# [[vestigingen]]
# key = "amsterdam"
# name = "Amsterdam"
# forwarding_number = "+31 20 123 45 67"
# pool = "amsterdam"
#
# [[pools]]
# key = "amsterdam"
#
# [[numbers]]
# number = "+31 20 ... .. .."
# pool = "amsterdam"
"""

_VESTIGING = """\

# Found as {written}{times}, first on line {line} of the page{near}
[[vestigingen]]
key = "{key}"
name = {name}
forwarding_number = "{number}"  # {usual}
pool = "{key}"

[[pools]]
key = "{key}"
rest_minutes = 0  # how long a number rests before it goes to somebody else

# REPLACE: the tracking numbers you rent for {key}. While there are none, visitors see the original.
# [[numbers]]
# number = "+{code} ..."
# pool = "{key}"
#
# [[numbers]]
# number = "+{code} ..."
# pool = "{key}"
"""

_CAMPAIGN = """
# Who sees what. The first campaign that matches a visitor counts; this one takes everybody. Put
# others before it: for an advertisement, a newsletter, a flyer (docs/plan.md, "By example").
[[campaigns]]
key = "everyone"
name = "Everyone"
method = "dynamic"  # a number of their own
exhaustion = "original"  # what they see when no number is free
"""


def write_plan(findings: Findings, *, url: str, hosts: Sequence[str]) -> str:
    """Write the Plan, in TOML with comments."""
    known = [host for host in dict.fromkeys(hosts) if _is_good(HOST, host)] or [EXAMPLE_HOST]
    name = findings.name if _is_good(NAME, findings.name) else known[0]
    text = _TOP.format(
        url=_comment(url),
        region=findings.region,
        name=_quote(name),
        hosts="[" + ", ".join(_quote(host) for host in known) + "]",
    )
    if not findings.numbers:
        return text + _NONE + _CAMPAIGN
    keyed = _keyed(findings)
    return text + "".join(_vestiging(found, *names) for found, names in keyed) + _CAMPAIGN


def _vestiging(found: Found, key: str, name: str) -> str:
    return _VESTIGING.format(
        written=f"«{_comment(found.written)}»",
        times=_times(found),
        line=found.line,
        near=f", after: {_comment(found.near)}" if found.near else "",
        key=key,
        name=_quote(name),
        number=found.number,
        usual=_comment(national_text(found.number)),
        code=found.number.country_code,
    )


def _keyed(findings: Findings) -> Iterator[tuple[Found, tuple[str, str]]]:
    """Name each vestiging after the place its number belongs to, where it belongs to one."""
    taken: set[str] = set()
    for found in findings.numbers:
        name = _place(found, findings.lang) or "Vestiging"
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        start = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50] or "vestiging"
        count = sum(key.rstrip("0123456789").rstrip("-") == start for key in taken) + 1
        key = start if count == 1 else f"{start}-{count}"
        taken.add(key)
        yield found, (key, name if count == 1 else f"{name} {count}")


def _place(found: Found, lang: str) -> str:
    # A third of a second and 30 MB of place names, for this command only.
    import phonenumbers  # noqa: PLC0415
    from phonenumbers import geocoder  # noqa: PLC0415

    number = phonenumbers.parse(str(found.number))
    language = lang[:2].lower() or "en"
    place: str = geocoder.description_for_number(number, language)
    country: str = geocoder.country_name_for_number(number, language)
    return place if place != country and _is_good(NAME, place) else ""


def _times(found: Found) -> str:
    words = {"text": "in the text", "link": "in links"}
    counts = [f"{n} x {words[place]}" for place, n in sorted(found.times.items(), reverse=True)]
    return " (" + ", ".join(counts) + ")"


def _is_good(kind: Kind, value: str) -> bool:
    try:
        kind.read(value)
    except RefusedError:
        return False
    return True


def _quote(text: str) -> str:
    """Write a text as TOML does; JSON's way is the same for printable ones."""
    return json.dumps(text, ensure_ascii=False)


def _comment(text: str) -> str:
    """Keep a text inside its comment."""
    return "".join(c if c.isprintable() else " " for c in text)[:200]
