"""What every test stands on: no network, no settings of this machine, the same random cases each time, a browser."""

import ipaddress
import os
import shutil
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # The network rule, for the browser: every other name and address is unknown to it.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE [::1]",
)
# The program, or git below it, would read these from the machine that happens to run the tests.
FOREIGN_VARIABLES = (
    "CI_MERGE_REQUEST_IID",
    "GITHUB_EVENT_NAME",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_WORK_TREE",
    "SOURCE_DATE_EPOCH",
)

hypothesis.settings.register_profile("ci", derandomize=True, deadline=None)


def pytest_configure() -> None:
    """Arms the network guard for the life of this process and forgets the machine's own settings."""
    hypothesis.settings.load_profile("ci")
    for name in FOREIGN_VARIABLES:
        os.environ.pop(name, None)
    os.environ["GIT_ALLOW_PROTOCOL"] = "file"
    # Started in the background of a script, this process ignores Ctrl-C, and so would the programs under test.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.addaudithook(_forbid_network)


def _forbid_network(event: str, args: tuple[Any, ...]) -> None:
    # An audit hook sees every socket, also those of libraries, and no test can switch it off. What it raises is
    # not an Exception, so that code under test cannot take it for a failing network and carry on.
    match event:
        case "socket.connect" | "socket.sendto" | "socket.sendmsg":
            connection, address = args[0], args[1]
            if connection.family != socket.AF_UNIX and address and not _is_loopback(address[0]):
                _refuse(f"reached for {address}")
        case "socket.getaddrinfo" | "socket.gethostbyname":
            if args[0] and not _is_loopback(args[0]):
                _refuse(f"looked up {args[0]}")


def _is_loopback(host: str | bytes) -> bool:
    name = host.decode() if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def _refuse(deed: str) -> None:
    pytest.fail(f"Tests never reach the network: only loopback and Unix sockets are allowed; this one {deed}.")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium: `CHROMIUM`, else the first on PATH; without one the test is skipped, in CI it fails."""
    candidates = (os.environ.get("CHROMIUM", ""), *BROWSERS)
    for found in filter(None, map(shutil.which, filter(None, candidates))):
        return found
    reason = f"no Chromium: none of {', '.join(BROWSERS)} is on PATH and CHROMIUM names none"
    if os.environ.get("SITEGEN_REQUIRE_BROWSER"):
        pytest.fail(f"SITEGEN_REQUIRE_BROWSER is set, but there is {reason}.", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Browser]":
    """One headless Chromium for the whole run; it resolves no name but localhost and leaves nothing at home."""
    from playwright.sync_api import sync_playwright

    variables: dict[str, str | float | bool] = {**os.environ, "HOME": str(tmp_path_factory.mktemp("home"))}
    with sync_playwright() as playwright:
        launch = playwright.chromium.launch
        running = launch(executable_path=chromium, args=list(BROWSER_ARGUMENTS), env=variables)
        yield running
        running.close()


@pytest.fixture
def page(browser: "Browser") -> "Iterator[Page]":
    """A blank page in a profile of its own, gone after the test."""
    with browser.new_context() as context:
        yield context.new_page()


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of histories that nobody here wrote, named by `SITEGEN_REAL_DATA`; skipped without it."""
    named = os.environ.get("SITEGEN_REAL_DATA")
    if not named:
        pytest.skip("SITEGEN_REAL_DATA names no folder of real histories")
    folder = Path(named).resolve()
    if not folder.is_dir():
        pytest.fail(f"SITEGEN_REAL_DATA is {named}, which is not a folder.", pytrace=False)
    return folder
