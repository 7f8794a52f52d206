"""Which module speaks with which carrier.

It imports the libraries of all of them, which come with the `proxy` extra: only an edge needs it.
"""

from collections.abc import Mapping
from types import MappingProxyType

from calltrack.plan import Provider
from calltrack.telephony import generic, mango, telnyx, twilio, vonage
from calltrack.telephony.webhook import Carrier

CARRIERS: Mapping[Provider, Carrier] = MappingProxyType(
    {
        Provider.TWILIO: twilio,
        Provider.TELNYX: telnyx,
        Provider.VONAGE: vonage,
        Provider.MANGO: mango,
        Provider.GENERIC: generic,
    }
)
