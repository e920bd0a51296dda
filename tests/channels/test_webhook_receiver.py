"""The receiver that the how-to on webhooks shows, run as it stands there."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from http.server import HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest

from sitegen.channels import CHANNELS
from sitegen.channels.credentials import collect
from tests.channels.contract import LIMITS, POST, open_client
from tests.docs.documents import Document
from tests.simulators.loopback import Request
from tests.simulators.webhook import WebhookSimulator

PAGE = Document("docs/how-to/tell-other-programs.md")


def test_the_receiver_of_the_how_to_prints_each_announcement_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with WebhookSimulator(lambda: datetime.now(UTC)) as signed, _run_example(tmp_path, monkeypatch, signed) as url:
        channel = msgspec.structs.replace(signed.channel(), api_url=url)
        credentials = collect(channel.name, signed.environment())
        client = CHANNELS["webhook"].open_client(channel, credentials, clock=signed.clock, limits=LIMITS)
        client.send(POST)
        client.send(POST)
        client.send(msgspec.structs.replace(POST, key="another", title="Deliveries"))

    assert capfd.readouterr().out == f"Card payments {POST.link}\nDeliveries {POST.link}\n"


@pytest.mark.parametrize("change", ["body", "secret", "time", "nothing signed"])
def test_the_receiver_of_the_how_to_takes_from_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], change: str
) -> None:
    late = timedelta(minutes=6) if change == "time" else timedelta()
    with WebhookSimulator(lambda: datetime.now(UTC) - late) as signed:
        client = open_client(signed)
        client.send(POST)
        request = _forge(signed.heard[0], change)
        signed.secret = "whsec_" + "A" * 44 if change == "secret" else signed.secret
        with _run_example(tmp_path, monkeypatch, signed) as url:
            assert _replay(request, url) == 401

    assert capfd.readouterr().out == ""


@contextmanager
def _run_example(folder: Path, monkeypatch: pytest.MonkeyPatch, signed: WebhookSimulator) -> Iterator[str]:
    """The how-to's receiver, listening; its address."""
    [(_, program)] = PAGE.blocks("python")
    monkeypatch.setenv("SEEN", str(folder / "seen.sqlite"))
    monkeypatch.setenv("SITEGEN_WEBHOOK_SECRET", signed.secret)
    example: dict[str, Any] = {"__name__": "receiver"}
    exec(compile(program, PAGE.path, "exec"), example)
    server = HTTPServer(("127.0.0.1", 0), example["Receiver"])
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        example["seen"].close()


def _forge(request: Request, change: str) -> Request:
    """The request with a part of it changed, which is not signed then."""
    if change == "body":
        return msgspec.structs.replace(request, body=request.body.replace(b"Card", b"Bank"))
    if change == "nothing signed":
        unsigned = {name: value for name, value in request.headers.items() if name != "webhook-signature"}
        return msgspec.structs.replace(request, headers=unsigned)
    return request


def _replay(request: Request, url: str) -> int:
    connection = HTTPConnection(urlsplit(url).netloc, timeout=10)
    connection.request(request.method, request.path, request.body, dict(request.headers))
    with connection.getresponse() as response:
        return response.status
