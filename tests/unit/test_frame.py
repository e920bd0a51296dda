"""The rules that the whole project keeps, checked on the project itself."""

import ast
import re
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page

ROOT = Path(__file__).resolve().parents[2]
SOURCES = tuple(sorted((ROOT / "sitegen").rglob("*.py")))
REQUIREMENTS = tuple(ROOT / "requirements" / name for name in ("run.txt", "dev.txt", "clients.txt", "bench.txt"))
LONGEST_FUNCTION = 60
STARTERS = {"sitegen/git/command.py", "sitegen/publish/command.py"}
# It forks this very program, and starts no other.
FORKS = {"sitegen/serve/beginning.py": {"multiprocessing"}}

Function = ast.FunctionDef | ast.AsyncFunctionDef
each_source = pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
each_requirements_file = pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)


def imported_modules(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def pinned_versions(path: Path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", path.read_text(), re.MULTILINE))


def test_a_connection_beyond_this_machine_is_refused() -> None:
    with (
        socket.socket() as connection,
        pytest.raises(pytest.fail.Exception, match="Tests never reach the network"),
    ):
        connection.connect(("192.0.2.1", 80))


def test_a_datagram_beyond_this_machine_is_refused() -> None:
    with (
        socket.socket(type=socket.SOCK_DGRAM) as connection,
        pytest.raises(pytest.fail.Exception, match="Tests never reach the network"),
    ):
        connection.sendto(b"?", ("192.0.2.1", 53))


def test_a_name_of_another_machine_is_not_looked_up() -> None:
    with pytest.raises(pytest.fail.Exception, match=r"looked up example\.invalid"):
        urllib.request.urlopen("http://example.invalid/")


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


def test_git_reaches_no_remote_but_a_folder() -> None:
    command = ["git", "ls-remote", "https://example.invalid/x.git"]
    refused = subprocess.run(command, capture_output=True, text=True)
    assert refused.returncode != 0
    assert "transport 'https' not allowed" in refused.stderr


@pytest.mark.browser
def test_the_browser_knows_no_other_machine(page: Page) -> None:
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://192.0.2.1/")


@each_source
def test_only_git_and_the_commands_of_targets_are_started_as_programs(path: Path) -> None:
    starters = {"subprocess", "multiprocessing", "pty"} & set(imported_modules(ast.parse(path.read_text())))
    name = path.relative_to(ROOT).as_posix()
    assert not starters - FORKS.get(name, set()) or name in STARTERS


@each_source
def test_no_function_is_longer_than_a_screen(path: Path) -> None:
    functions = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, Function))
    lengths = {function.name: (function.end_lineno or 0) - function.lineno + 1 for function in functions}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}


@each_source
def test_a_module_and_all_that_it_offers_is_explained(path: Path) -> None:
    tree = ast.parse(path.read_text())
    offered = [node for node in tree.body if isinstance(node, Function | ast.ClassDef)]
    public = [node for node in offered if not node.name.startswith("_")]
    assert ast.get_docstring(tree), "the module says what it is for in one sentence"
    assert [node.name for node in public if not ast.get_docstring(node)] == []


@each_requirements_file
def test_every_requirement_is_pinned_and_hashed(path: Path) -> None:
    lines = path.read_text().replace(" \\\n", "").splitlines()
    entries = [line for line in lines if not line.lstrip().startswith("#")]
    pinned = re.compile(r"[a-z0-9-]+==\S+( ; .+?)?( +--hash=sha256:[0-9a-f]{64})+")
    assert entries
    assert [entry for entry in entries if not pinned.fullmatch(entry)] == []


@each_requirements_file
def test_requirements_name_no_index_and_no_machine(path: Path) -> None:
    text = path.read_text()
    assert "://" not in text
    assert "index-url" not in text
    assert "find-links" not in text
    assert not re.search(r"(^|\s)/", text)


def test_the_tools_run_beside_the_very_versions_that_users_run() -> None:
    run, dev = map(pinned_versions, REQUIREMENTS[:2])
    assert run
    assert run.items() <= dev.items()
