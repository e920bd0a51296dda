"""A terminal of somebody who follows a document: the program on PATH, an empty home, next to no environment."""

import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

from tests.docs.documents import Document

PROGRAMS = Path(sys.executable).parent
HOME = "/home/me"
RUN, COMPARE, SERVE = "sh run", "console run", "sh serve"
# What a reader's screen shows in place of the documents' own: days, times and the ids made of them.
_TIMES = (
    (re.compile(r"\b\d{8}T\d{4}(?:Z|n\d+)"), "<id>"),
    (re.compile(r"\b\d{4}-\d\d-\d\d"), "<day>"),
    (re.compile(r"\b\d{1,2} [A-Z][a-z]{2} \d{4}\b"), "<day>"),
    (re.compile(r"\b\d\d:\d\d\b"), "<time>"),
    (re.compile(r"\b[0-9a-f]{10}\b"), "<commit>"),
)


class Terminal:
    """Runs commands one after another; where one of them goes to another folder, the next begin there."""

    def __init__(self, home: Path) -> None:
        self.home = self.folder = home
        self.servers: list[subprocess.Popen[str]] = []

    def follow(self, document: Document) -> None:
        """Do what the document says, block by block; fails where a command does, or says something else."""
        try:
            for marker, body in document.blocks(RUN, COMPARE, SERVE):
                match marker:
                    case "sh serve":
                        self._serve(body)
                    case "console run":
                        self._compare(body)
                    case _:
                        self.run(body)
            self._visit()
        finally:
            self._stop()

    def run(self, command: str) -> str:
        """What the command says; the test fails with it unless the command succeeds."""
        place = self.home / ".place"
        script = f"set -eu\n{command}\npwd > {place}\n"
        finished = subprocess.run(
            ("sh", "-c", script),
            cwd=self.folder,
            env=self._variables(),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=60,
            check=False,
        )
        assert finished.returncode == 0, f"{command}\nends with {finished.returncode} and says:\n{finished.stdout}"
        self.folder = Path(place.read_text().strip())
        return finished.stdout

    def _variables(self) -> dict[str, str]:
        path = f"{PROGRAMS}{os.pathsep}{os.defpath}"
        return {"PATH": path, "HOME": str(self.home), "GIT_ALLOW_PROTOCOL": "file"}

    def _compare(self, body: str) -> None:
        """Each command of a recorded session says what stands below it, up to days, times and ids."""
        for session in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
            command, told = _split_session(session)
            said = self.run(command).replace(str(self.home), HOME)
            assert _without_times(said) == _without_times(told), f"$ {command}\nsays something else:\n{said}"

    def _serve(self, body: str) -> None:
        server = subprocess.Popen(
            body.split(),
            cwd=self.folder,
            env=self._variables(),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.servers.append(server)

    def _visit(self) -> None:
        """Every server shows a page at the address that it names."""
        for server in self.servers:
            assert server.stdout is not None
            address = server.stdout.readline().split()[0]
            with urllib.request.urlopen(address, timeout=30) as page:
                assert b"<h1>" in page.read()

    def _stop(self) -> None:
        for server in self.servers:
            server.terminate()
            server.communicate(timeout=30)


def _split_session(session: str) -> tuple[str, str]:
    """The command, which goes on after a line that ends in a backslash, and what it said."""
    lines = session.splitlines()
    length = next(number for number, line in enumerate(lines, 1) if not line.endswith("\\"))
    return "\n".join(lines[:length]), "\n".join(lines[length:])


def _without_times(text: str) -> str:
    for pattern, name in _TIMES:
        text = pattern.sub(name, text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
