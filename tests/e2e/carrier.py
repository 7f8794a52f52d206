"""A carrier that tells a running demo's edge of calls, as demo/call.py does, but step by step."""

import json
import urllib.request
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from standardwebhooks.webhooks import Webhook as Signer

from demo.call import ACCOUNT
from demo.folder import Folder


@dataclass(frozen=True)
class Carrier:
    """Has the secret of the demo's telephony account. `address`: where the demo opens."""

    address: str
    folder: Folder

    def call(self, number: str, caller: str) -> "PhoneCall":
        """Let somebody dial a number; nothing is told yet."""
        return PhoneCall(self, {"number": number, "caller": caller})

    def send(self, told: dict[str, Any]) -> dict[str, Any]:
        """Send a signed webhook; give what the edge says."""
        now, name, body = datetime.now(UTC), f"msg_{uuid.uuid4().hex}", json.dumps(told)
        secret = self.folder.secret.read_text(encoding="ascii").strip()
        request = urllib.request.Request(  # noqa: S310 - ours
            f"{self.address}/_calltrack/calls/{ACCOUNT}/",
            data=body.encode(),
            headers={
                "Content-Type": "application/json",
                "webhook-id": name,
                "webhook-timestamp": str(int(now.timestamp())),
                "webhook-signature": Signer(secret).sign(name, now, body),
            },
        )
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - ours
            text = answer.read()
        said: dict[str, Any] = json.loads(text) if text else {}
        return said


@dataclass(frozen=True)
class PhoneCall:
    """One call."""

    carrier: Carrier
    told: dict[str, Any]
    name: str = field(default_factory=lambda: uuid.uuid4().hex)

    def rings(self) -> dict[str, Any]:
        """Ask where to connect the caller, and ring there; give what was said."""
        said = self._tell("offered")
        self._tell("ringing")
        return said

    def is_answered(self) -> None:
        self._tell("answered")

    def ends(self) -> None:
        self._tell("ended", status="answered")

    def _tell(self, event: str, **more: Any) -> dict[str, Any]:
        at = datetime.now(UTC).isoformat()
        return self.carrier.send({"event": event, "call": self.name, "at": at, **self.told, **more})
