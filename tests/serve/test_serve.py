"""The preview over HTTP: what is answered, to whom, and how it begins and ends."""

import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from sitegen import project
from sitegen.build import build
from sitegen.serve import PortError, State, serve
from sitegen.serve.builder import Builder
from sitegen.serve.listener import FIRST_PATIENCE, listen
from tests.projects import MOMENT, SETTINGS, make_project, run_sitegen
from tests.serve.asking import ID, SOON, ask, clock, edit, raw, served, stamp_of, wait_for_site

SLOW = "{% for a in range(1000) %}{% for b in range(400) %}{% endfor %}{% endfor %}"  # some 20 ms on each page


def test_a_request_waits_for_the_first_build_and_not_for_long(root: Path) -> None:
    (root / "templates").mkdir()
    (root / "templates/404.html").write_text(SLOW * 100)
    with serve(root, now=clock, port=0) as address:
        begun = time.monotonic()
        reply = ask(address)
        assert reply.status == 503
        assert "The site is being built" in reply.text
        assert time.monotonic() - begun < FIRST_PATIENCE + 2
        ask(address, f"/_events?seen={stamp_of(reply.text)}")
        assert "Card payments fail at checkout" in ask(address).text


def test_a_request_waits_for_a_build_asked_for(root: Path, tmp_path: Path) -> None:
    with Builder(root, tmp_path / "kept", clock) as builder, listen(builder, 0) as address:
        wait_for_site(address)
        assert "Card payments fail" in ask(address).text
        edit(root, f"incidents/{ID}.yaml", "Card payments", "All payments")
        builder.ask()
        assert "All payments fail" in ask(address).text


def test_every_kind_of_file_has_its_content_type(unchanging: str) -> None:
    expected = {
        "/": "text/html; charset=utf-8",
        "/pl/": "text/html; charset=utf-8",
        f"/incidents/{ID}.html?u=1": "text/html; charset=utf-8",
        "/updates.atom": "application/atom+xml",
        "/now.json": "application/json",
        "/_headers": "text/plain; charset=utf-8",
    }
    for path, media_type in expected.items():
        reply = ask(unchanging, path)
        assert (reply.status, reply.headers["Content-Type"]) == (200, media_type), path
        assert reply.headers["Cache-Control"] == "no-store"
        assert reply.headers["X-Content-Type-Options"] == "nosniff"


def test_what_is_not_a_page_is_sent_as_a_build_writes_it(root: Path, tmp_path: Path) -> None:
    content = project.read(root).project
    assert content is not None
    build(content, tmp_path / "out", MOMENT, drafts=True)
    with served(root) as address:
        for name in ("updates.atom", "now.json", "_headers"):
            assert ask(address, f"/{name}").content == (tmp_path / "out" / name).read_bytes()


def test_a_folder_without_its_slash_leads_to_the_one_with_it(unchanging: str) -> None:
    reply = ask(unchanging, "/pl")
    assert (reply.status, reply.headers["Location"]) == (302, "/pl/")
    assert ask(unchanging, "//pl").headers["Location"] == "/pl/"


def test_a_folder_is_never_listed(unchanging: str) -> None:
    reply = ask(unchanging, "/incidents/")
    assert reply.status == 404
    assert ID not in reply.text


def test_a_missing_page_is_the_sites_own_and_says_so_in_its_status(unchanging: str) -> None:
    reply = ask(unchanging, "/none.html")
    assert reply.status == 404
    assert "Example Pay" in reply.text
    assert stamp_of(reply.text)


def test_a_missing_page_without_one_in_the_site_is_said_plainly(tmp_path: Path) -> None:
    settings = SETTINGS.replace("url: https://status.example.com, ", "")
    with served(make_project(tmp_path / "project", settings)) as address:
        reply = ask(address, "/none.html")
        assert reply.status == 404
        assert "There is no such page" in reply.text


def test_drafts_are_shown(root: Path) -> None:
    edit(root, f"incidents/{ID}.yaml", "title:", "draft: true\ntitle:")
    with served(root) as address:
        assert "Card payments fail at checkout" in ask(address).text


def test_head_is_get_without_the_content(unchanging: str) -> None:
    whole, head = ask(unchanging), ask(unchanging, method="HEAD")
    assert head.status == 200
    assert head.content == b""
    assert head.headers["Content-Length"] == str(len(whole.content))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "CONNECT"])
def test_no_other_method_is_answered(unchanging: str, method: str) -> None:
    assert ask(unchanging, method=method).status == 501


ESCAPES = (
    *("/../sitegen.yaml", "/../project/sitegen.yaml", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc/passwd"),
    *("/incidents/../../secret.txt", "//etc/passwd", "/%2fetc/passwd", "/etc/passwd", "/..\\..\\secret.txt"),
    *("/.sitegen-files", "/%2esitegen-files", "/a%00.html", "/%00", "/" + "a" * 5000, "/%ff%fe", "/\xff", "secret.txt"),
    *("http://evil.example/secret.txt", "*", "//[", "/?../secret.txt=/../secret.txt&x=/none.html/.."),
)


def test_no_path_leads_out_of_the_site(root: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("a secret")
    with served(root) as address:
        home = ask(address).content
        for path in ESCAPES:
            reply = raw(address, path)
            assert b"a secret" not in reply
            assert b"root:" not in reply
            assert b"\nnow.json\n" not in reply  # the list of our files
            assert b" 404 " in reply.splitlines()[0] or reply.endswith(home), path


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1", "127.0.0.1:8000", "[::1]:8000"])
def test_names_of_this_machine_are_answered(unchanging: str, host: str) -> None:
    assert ask(unchanging, host=host).status == 200


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example", "0.0.0.0", ""),
        *("127.0.0.1@evil.example", "localhost:8000@evil.example", "xlocalhost", "127x0x0x1"),
    ],
)
def test_a_foreign_name_that_leads_here_is_not_answered(unchanging: str, host: str) -> None:
    for path in ("/", "/_events?seen=", "/now.json"):
        reply = ask(unchanging, path, host=host)
        assert reply.status == 421
        assert "Card payments" not in reply.text


def test_two_names_at_once_are_not_answered(unchanging: str) -> None:
    reply = raw(unchanging, "/ HTTP/1.0\r\nHost: evil.example\r\nX:")
    assert b" 421 " in reply.splitlines()[0]


# Beginning and end


def test_a_taken_port_is_said_and_the_default_moves_on(root: Path) -> None:
    with serve(root, now=clock) as first, serve(root, now=clock) as second:
        assert first != second
        with pytest.raises(PortError, match="--port"), serve(root, now=clock, port=urlsplit(first).port):
            pass


def test_the_end_leaves_no_thread_behind_whatever_clients_do(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    before = set(threading.enumerate())
    with served(root) as address:
        seen, port = stamp_of(ask(address).text), urlsplit(address).port
        idle = socket.create_connection(("127.0.0.1", port))
        waiting = socket.create_connection(("127.0.0.1", port))
        waiting.sendall(f"GET /_events?seen={seen} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
        with socket.create_connection(("127.0.0.1", port)) as hasty:
            hasty.sendall(b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n")
        ask(address)
        ended = time.monotonic()
    assert time.monotonic() - ended < 15, "it waited for clients to time out"
    idle.close()
    waiting.close()
    assert set(threading.enumerate()) <= before
    assert capfd.readouterr() == ("", "")


def test_each_build_with_something_new_is_reported(root: Path) -> None:
    reported: list[State] = []
    with serve(root, now=clock, port=0, report=reported.append) as address:
        seen = stamp_of(ask(address).text)
        edit(root, "sitegen.yaml", "format: 1", "format: [1")
        ask(address, f"/_events?seen={seen}")
    assert [bool(state.failure) for state in reported] == [False, True]


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_the_command_names_its_address_and_ends_without_a_complaint(root: Path, end: signal.Signals) -> None:
    edit(root, f"incidents/{ID}.yaml", "title:", "titel: x\ntitle:")
    command = (sys.executable, "-m", "sitegen", "-C", root, "serve", "--port", "0")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        address = running.stdout.readline().split()[0]
        wait_for_site(address)
        assert "Card payments fail at checkout" in ask(address).text
        running.send_signal(end)
        messages = running.communicate(timeout=SOON)[1]
    assert running.returncode == 0
    assert [line.split(" ")[0] for line in messages.splitlines()] == [f"incidents/{ID}.yaml:1:1:", "Stopped."]


def test_the_command_says_which_port_is_taken(root: Path, unchanging: str) -> None:
    finished = run_sitegen("-C", root, "serve", "--port", str(urlsplit(unchanging).port))
    assert finished.returncode == 4
    assert "--port" in finished.stderr
    assert "Traceback" not in finished.stderr
