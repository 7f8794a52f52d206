"""The Plan that `run` begins with, and what is said of it at the start.

Errors: as `plan_start` has them.
"""

import argparse
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from calltrack.plan import Consent, Plan
from proxy.data_folder import made_data_folder
from proxy.means import utc_now
from proxy.plan_follow import followed
from proxy.plan_start import Beginning, begin_with_file, begin_with_url
from proxy.workers.peers import Peers
from proxy.workers.worker import Worker

_log = logging.getLogger("calltrack.proxy")


@asynccontextmanager
async def beginning(
    args: argparse.Namespace, plan: Plan | None, peers: Peers
) -> AsyncIterator[Beginning | None]:
    """Have a Plan to start with, and where the next one comes from; or none.

    `plan`: what was read, where it is a file.
    """
    begun = await _begun(args, plan, peers)
    try:
        if not args.trust:
            for warning in unheard(begun.state.plan if begun else None, args.region_header):
                _log.warning(warning)
        yield begun
    finally:
        if begun is not None:
            await begun.source.close()


async def _begun(args: argparse.Namespace, plan: Plan | None, peers: Peers) -> Beginning | None:
    if plan is not None:
        return begin_with_file(args.plan, plan, now=utc_now())
    if args.plan is None:
        return None
    folder = made_data_folder(args.store, args.data)
    begun = await begin_with_url(args.plan, folder, now=utc_now(), token_file=args.plan_token_file)
    return followed(begun, peers) if isinstance(peers, Worker) else begun


def unheard(plan: Plan | None, region_header: str | None) -> Sequence[str]:
    """Tell what counts only from a trusted peer, and so never while nobody is trusted."""
    found = [
        f"sites «{site.key}»: consent_header counts only from a peer that --trust names, and it "
        "names none: nobody can agree"
        for site in (plan.sites if plan is not None else ())
        if site.consent_header is not None and site.consent is Consent.REQUIRED
    ]
    if region_header is not None:
        found.append(
            "--region-header counts only from a peer that --trust names, and it names none: it "
            "tells nobody's region"
        )
    return found
