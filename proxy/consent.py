"""What a visitor wants no part in: the opt-out, Global Privacy Control, the site's consent tool.

First match wins; the word is the one that the log has for it:

=====================================================  ==========  ===============================
the request                                            word        what it means
=====================================================  ==========  ===============================
the cookie `calltrack-off`, but for "" and "0"         opted_out   originals, nothing stored
Sec-GPC: 1, where the site says `gpc = opt_out`        opted_out   the same
Sec-GPC: 1, where the site says `gpc = no_consent`     gpc         as one who has not agreed
consent is required, and nothing says that it is given  no_consent  static numbers, nothing stored
=====================================================  ==========  ===============================

Consent is told by a cookie or a header, and by the pattern that its value has. A cookie may be
escaped as in a URL; of a cookie or header sent twice both must say so. A header counts from a
trusted peer only: from anybody else it is what the visitor wrote.
"""

from collections.abc import Mapping
from urllib.parse import unquote

from calltrack.cookie import NAME_PREFIX
from calltrack.patterns import matches
from calltrack.plan import Consent, PrivacyControl, Site
from proxy.sent_cookies import field_values, read_cookies

OPT_OUT_COOKIE = NAME_PREFIX + "off"


def refusal(site: Site, headers: Mapping[str, str], *, is_trusted: bool) -> str | None:
    """Give the word for why nothing may be stored about this visitor; None where it may be."""
    has_control = headers.get("Sec-GPC", "").strip() == "1"
    if any(value not in {"", "0"} for value in read_cookies(headers, OPT_OUT_COOKIE)):
        return "opted_out"
    if has_control and site.gpc is PrivacyControl.OPT_OUT:
        return "opted_out"
    if has_control and site.gpc is PrivacyControl.NO_CONSENT:
        return "gpc"
    if site.consent is Consent.REQUIRED and not _is_given(site, headers, is_trusted=is_trusted):
        return "no_consent"
    return None


def _is_given(site: Site, headers: Mapping[str, str], *, is_trusted: bool) -> bool:
    if site.consent_value is None:
        return False
    said: list[str] = []
    if site.consent_cookie is not None:
        said = [unquote(value) for value in read_cookies(headers, site.consent_cookie)]
    elif site.consent_header is not None and is_trusted:
        said = field_values(headers, site.consent_header)
    return bool(said) and all(matches(site.consent_value, value) for value in said)
