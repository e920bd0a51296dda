"""A program that listens to webhooks, one address of it, with an independent look at the signature.

| rule | known from |
|---|---|
| a signature over `id.timestamp.body` that is not ours: 401 | documented (Standard Webhooks 1.0); the 401 is guessed |
| a timestamp 5 minutes off: 401 | documented; the 5 minutes are seen in libraries of that standard |
| an id that it has already: 2xx, and nothing happens | documented |
| any 2xx means success, whatever the body | documented |
| 410: it wants no more of them; 429: too many, with `Retry-After` | documented |
| another path: 404 | guessed |
| an unknown field, or a missing one: 422 | guessed: real programs pass over the former |
"""

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import ClassVar

from sitegen.model import Channel
from tests.simulators.base import Accepted, Identity, Trouble
from tests.simulators.loopback import Answer, HttpSimulator, Request, answer_json

HOST = "hooks.example.com"
PATH = "/status"
_FIELDS = {"type", "id", "channel", "language", "title", "text", "link"}
_TOLERANCE = timedelta(minutes=5)


class WebhookSimulator(HttpSimulator):
    """One receiver; the attributes without underscore are switches for tests."""

    kind = "webhook"
    identity = Identity.NOTHING
    # Whatever stands in a whole answer, it is none of our business: nothing can be wrong with it.
    spared: ClassVar[frozenset[Trouble]] = frozenset({Trouble.EMPTY, Trouble.GARBAGE})

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        # A value with characters that URLs change, so that leaks of every form are noticed.
        self.secret = "whsec_" + b64encode(b"canary key of 32 bytes \xff\xfe\xfd!?>~{}").decode()
        self.retry_after = "120"
        self.copies = 0
        self._taken: dict[str, str] = {}

    def channel(self, account: str = "") -> Channel:
        """Settings of a channel to this receiver (or that other address), pointing here."""
        address = account or f"https://{HOST}{PATH}"
        return Channel(name="webhook", kind=self.kind, account=address, language="en", api_url=self.url)

    def environment(self) -> Mapping[str, str]:
        """The variables with credentials that this receiver takes for `channel()`."""
        return {"SITEGEN_WEBHOOK_SECRET": self.secret}

    def standing(self) -> Mapping[str, str]:
        """What the program knows: the texts by the ids of the events."""
        return self._taken

    def shown_picture(self, remote_id: str) -> tuple[bytes, str]:
        """An event has none."""
        return b"", ""

    def publish_by_hand(self, text: str) -> str:
        """Nobody talks to a program by hand."""
        raise NotImplementedError

    def publishes(self, request: Request) -> bool:
        """Every request to it tells it something."""
        return True

    def refuse(self, trouble: Trouble) -> Answer:
        """The receiver's way of saying RATE_LIMITED, TOKEN_DEAD, FORBIDDEN or INVALID."""
        statuses = {Trouble.RATE_LIMITED: 429, Trouble.TOKEN_DEAD: 401, Trouble.FORBIDDEN: 403, Trouble.INVALID: 422}
        headers = (("Retry-After", self.retry_after),) if trouble is Trouble.RATE_LIMITED else ()
        return answer_json(statuses[trouble], {}, headers)

    def answer(self, request: Request, at: datetime) -> Answer:
        """The receiver's answer to a request that takes effect at this moment (UTC)."""
        if (request.method, request.headers["host"], request.path) != ("POST", HOST, PATH):
            return answer_json(404, {})
        if not self._is_signed(request, at):
            return answer_json(401, {})
        event = json.loads(request.body)
        if event.keys() != _FIELDS or event["id"] != request.headers["webhook-id"]:
            return answer_json(422, {})
        self._take(event["id"], event["text"], at)
        return answer_json(200, {"taken": event["id"]})

    def _take(self, event: str, text: str, at: datetime) -> None:
        if event in self._taken:
            self.copies += 1
            return
        self._taken[event] = text
        self._published.append(Accepted(remote_id=event, text=text, at=at))

    def _is_signed(self, request: Request, at: datetime) -> bool:
        names = ("webhook-id", "webhook-timestamp", "webhook-signature")
        event, timestamp, signature = (request.headers.get(name, "") for name in names)
        if not timestamp.isdecimal() or abs(at.timestamp() - int(timestamp)) > _TOLERANCE.total_seconds():
            return False
        key = b64decode(self.secret.removeprefix("whsec_"))
        wanted = hmac.new(key, f"{event}.{timestamp}.".encode() + request.body, hashlib.sha256).digest()
        return hmac.compare_digest(signature, f"v1,{b64encode(wanted).decode()}")


def open_simulator(clock: Callable[[], datetime]) -> WebhookSimulator:
    """The simulator of this kind, not yet running."""
    return WebhookSimulator(clock)
