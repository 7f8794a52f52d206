"""What came of asking: a page that was read, or a sentence that says why there is none.

Each sentence names what to mend. No address of a server stands in one: editors of one site may
read it, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from calltrack.decision import Viewer
from calltrack.errors import UpstreamError, UpstreamTimeout, UpstreamUnreachable
from calltrack.plan import Plan, Site
from wagtail_calltrack.middleware import OFF
from wagtail_calltrack.why.asked import Asked, read_asked
from wagtail_calltrack.why.fetching import MOST_BYTES, SECONDS, Answer, Request, fetch
from wagtail_calltrack.why.reading import Page, Reading, read
from wagtail_calltrack.why.upstreams import SETTING, upstream_for

_SHOWN_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came. `problem`: why nothing is replaced; `onward`: a page to ask for instead."""

    problem: str = ""
    onward: str = ""
    facts: Sequence[tuple[str, str]] = ()
    reading: Reading | None = None


def outcome_of(
    asked: Asked, plan: Plan, site: Site, viewer: Viewer, *, own_port: str = ""
) -> Outcome:
    """Fetch a page and read it."""
    if not site.rewrites(asked.path):
        prefix = next(one for one in site.never_rewrite if asked.path.startswith(one))
        return Outcome(
            _(
                "Pages under %(path)s are never changed: their site says so. Take the path out of "
                "its form under Sites, if they are to be."
            )
            % {"path": prefix}
        )
    upstream = upstream_for(asked.host)
    if upstream is None:
        return Outcome(_no_upstream(asked.host))
    try:
        answer = fetch(upstream, Request(asked.scheme, asked.host, asked.target))
    except UpstreamError as error:
        return Outcome(_failure(error, asked.host))
    facts = _facts(answer)
    if answer.location and 300 <= answer.status < 400:
        return _led_on(answer, asked, site, own_port)
    problem = _problem(answer)
    if problem or answer.body is None:
        return Outcome(problem, facts=facts)
    page = Page(answer.body, answer.charset, asked.path)
    return Outcome(facts=facts, reading=read(page, plan, site, viewer))


def _led_on(answer: Answer, asked: Asked, site: Site, own_port: str) -> Outcome:
    """Tell of a redirect; where it leads to a page of the same site, that one may be asked for."""
    told = _(
        "The page leads on to %(address)s (status %(status)s), and holds no number itself."
    ) % {
        "address": answer.location[:_SHOWN_CHARACTERS],
        "status": answer.status,
    }
    try:
        onward = read_asked(urljoin(asked.url, answer.location), site.hosts, own_port=own_port).url
    except (ValidationError, ValueError):
        return Outcome(told, facts=_facts(answer))
    return Outcome(told, onward if onward != asked.url else "", _facts(answer))


def _problem(answer: Answer) -> str:
    """Say why the proxy would leave this answer alone, if it would."""
    if answer.status != 200:
        return _(
            "The site answers with status %(status)s. Numbers are replaced in pages with status "
            "200 alone. Is the address right?"
        ) % {"status": answer.status}
    if not answer.is_html:
        return _("This is no page: the site says that it is %(kind)s. Only HTML is read.") % {
            "kind": f"«{answer.kind}»" if answer.kind else _("of no type")
        }
    if answer.is_too_large:
        return _(
            "The page is larger than %(size)s, so it is not read here. The proxy reads it."
        ) % {"size": filesizeformat(MOST_BYTES)}
    if OFF in answer.calltrack:
        return _("The site itself switches call tracking off for this page (X-Calltrack: off).")
    if "no-transform" in answer.directives:
        return _(
            "The site forbids changes to this page: its header Cache-Control says no-transform. "
            "Whoever builds the site takes it out, if numbers are to be replaced."
        )
    return ""


def _no_upstream(host: str) -> str:
    return _(
        "Nothing was fetched: the Django setting %(setting)s does not say where «%(host)s» is, or "
        "says it wrongly. Whoever runs the site adds it."
    ) % {"setting": SETTING, "host": host}


def _failure(error: UpstreamError, host: str) -> str:
    if isinstance(error, UpstreamUnreachable):
        told = _(
            "Nobody answers where the setting %(setting)s says that «%(host)s» is, or the "
            "certificate there is not valid. Does the site run? Then the setting is to be mended."
        )
    elif isinstance(error, UpstreamTimeout):
        told = _(
            "The page of «%(host)s» did not come within %(seconds)s seconds. Try again; if it is "
            "slow in the browser, too, ask whoever builds the site."
        )
    else:
        told = _(
            "What came from «%(host)s» is no whole page. If the setting %(setting)s leads to "
            "another program than the site, it is to be mended; else try again."
        )
    return told % {"setting": SETTING, "host": host, "seconds": round(SECONDS)}


def _facts(answer: Answer) -> Sequence[tuple[str, str]]:
    """Name what is known of the answer as a whole."""
    facts = [(_("Status"), str(answer.status))]
    if answer.is_html:
        facts.append((_("Charset"), answer.charset or _("not said by the server")))
    if answer.body is not None:
        facts.append((_("Size"), filesizeformat(len(answer.body))))
    return facts
