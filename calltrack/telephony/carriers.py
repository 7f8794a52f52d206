"""Which module speaks with which carrier.

Their libraries come with the `proxy` extra: only an edge needs them. They take 15 MB in all, so a
carrier's own are imported when it is first asked for: with the Plan that has an account of it.
"""

from collections.abc import Iterator, Mapping

from calltrack.plan import Provider
from calltrack.telephony.webhook import Carrier


class _Carriers(Mapping[Provider, Carrier]):
    def __getitem__(self, provider: Provider) -> Carrier:
        return _carrier(provider)

    def __iter__(self) -> Iterator[Provider]:
        return iter(Provider)

    def __len__(self) -> int:
        return len(Provider)


CARRIERS: Mapping[Provider, Carrier] = _Carriers()


def _carrier(provider: Provider) -> Carrier:
    match provider:
        case Provider.TWILIO:
            from calltrack.telephony import twilio  # noqa: PLC0415 - see the head of this file

            return twilio
        case Provider.TELNYX:
            from calltrack.telephony import telnyx  # noqa: PLC0415

            return telnyx
        case Provider.VONAGE:
            from calltrack.telephony import vonage  # noqa: PLC0415

            return vonage
        case Provider.MANGO:
            from calltrack.telephony import mango  # noqa: PLC0415

            return mango
        case Provider.GENERIC:
            from calltrack.telephony import generic  # noqa: PLC0415

            return generic
