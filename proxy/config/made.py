"""Objects made of the settings in force, each by the rows that bear its name."""

import argparse
from typing import Any

from proxy.config.limits import ANSWERS, ASKING, LIMITS
from proxy.deadlines import Limits
from proxy.upstream import Upstream
from proxy.upstream.heads import Limits as AnswerLimits
from proxy.upstreams import Site


def limits_of(args: argparse.Namespace) -> Limits:
    """Give what visitors' connections may take."""
    return Limits(**{one.key: getattr(args, one.name) for one in LIMITS})


def upstream_of(args: argparse.Namespace, site: Site) -> Upstream:
    """Make what asks a site. Errors: ConfigError for a CA file that cannot be used."""
    how: dict[str, Any] = {one.key: getattr(args, one.name) for one in ASKING}
    if site.ca_file is not None:
        how["ca_file"] = site.ca_file
    head = {one.key.removeprefix("answer_"): getattr(args, one.name) for one in ANSWERS}
    return Upstream(site.url, host=site.host_sent, limits=AnswerLimits(**head), **how)
