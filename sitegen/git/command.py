"""Runs git: with a clean environment, within a time limit, and never telling a password."""

import os
import re
import signal
import subprocess
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Self

import msgspec

# Left by hooks and by git above us: they would point our commands at somebody else's repository or index.
_INHERITED = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
)
# Answers in English, because they are understood here; a question on the terminal would wait for ever in CI.
_ENVIRONMENT = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}
_SETTINGS = (
    "core.splitIndex=false",  # else a temporary index leaves its shared half in the repository
    "i18n.commitEncoding=UTF-8",
    "maintenance.auto=false",
    "user.useConfigOnly=true",  # never an address guessed from the name of the machine
)
_CREDENTIALS = re.compile(r"(?<=://)[^/\s]*@")
_LONGEST_COMPLAINT = 2000


class GitError(Exception):
    """Git could not do what was asked: the text says which command, what it answered and, where known, what to do."""


class Repository(msgspec.Struct, frozen=True):
    """A git repository with a working tree at `root`; no single git command may take longer than `time_limit`.

    `settings` (`name=value`) hold for these commands alone.
    """

    root: Path
    time_limit: timedelta = timedelta(minutes=2)
    settings: tuple[str, ...] = ()

    @classmethod
    def find(cls, folder: Path) -> Self | None:
        """The repository that the existing `folder` lies in, None outside of any.

        Raises GitError where there is no git, or where it refuses (a bare repository, a folder of another owner).
        """
        answer = run(cls(folder), "rev-parse", "--show-toplevel")
        if "not a git repository" in answer.complaint:
            return None
        return cls(Path(os.fsdecode(expect(answer).removesuffix(b"\n"))))

    def path_of(self, path: Path) -> PurePosixPath:
        """The `path`, which need not exist, relative to the root; ValueError when it lies outside.

        Its folder is resolved; a symbolic link in its last place stands for itself.
        """
        place = path.absolute()
        return PurePosixPath((place.parent.resolve() / place.name).relative_to(self.root.resolve()))


class Answer(msgspec.Struct, frozen=True):
    """How a git `command` ended: its exit `code`, None when it had to be ended at the time limit, and its words."""

    command: str
    code: int | None
    output: bytes
    complaint: str

    def __str__(self) -> str:
        """The complaint, fit for a terminal: no password, no control characters, none of git's hints."""
        lines = (line for line in self.complaint.splitlines() if not line.startswith("hint:"))
        plain = "".join(char if char.isprintable() or char == "\n" else " " for char in "\n".join(lines))
        told = "\n".join(line.rstrip() for line in plain.splitlines() if line.strip())
        return f"git {self.command}: {_CREDENTIALS.sub('', told)[:_LONGEST_COMPLAINT] or 'failed without a word'}"


def run(
    repository: Repository,
    command: str,
    *words: str | bytes,
    given: bytes = b"",
    into: BinaryIO | None = None,
    **variables: str,
) -> Answer:
    """What git answers to the command with `given` on its standard input and `variables` in its environment.

    Its output goes to the file `into` where one is given. Raises GitError only when there is no git.
    """
    options = [option for setting in (*_SETTINGS, *repository.settings) for option in ("-c", setting)]
    line = ["git", "--no-pager", "-C", repository.root, *options, command, *words]
    kept = {name: value for name, value in os.environ.items() if name not in _INHERITED}
    limit = repository.time_limit.total_seconds()
    try:
        code, output, complaint = _converse(line, kept | _ENVIRONMENT | variables, given, into, limit)
    except FileNotFoundError as missing:
        raise GitError("The program git is not installed, or not on PATH.") from missing
    except subprocess.TimeoutExpired:
        return Answer(command, None, b"", f"no answer within {limit:g} seconds")
    return Answer(command, code, output, complaint.decode(errors="replace"))


def expect(answer: Answer) -> bytes:
    """The output of a command that must not fail; GitError when it did."""
    if answer.code != 0:
        raise GitError(str(answer))
    return answer.output


def ask(
    repository: Repository,
    command: str,
    *words: str | bytes,
    given: bytes = b"",
    into: BinaryIO | None = None,
    **variables: str,
) -> bytes:
    """The output of `run`; GitError when the command fails."""
    return expect(run(repository, command, *words, given=given, into=into, **variables))


def ask_word(repository: Repository, command: str, *words: str | bytes, given: bytes = b"", **variables: str) -> str:
    """The output of `ask` as text without the line break at its end."""
    return os.fsdecode(ask(repository, command, *words, given=given, into=None, **variables)).strip()


def _converse(
    line: list[str | bytes | Path], environment: dict[str, str], given: bytes, into: BinaryIO | None, limit: float
) -> tuple[int, bytes, bytes]:
    pipe = subprocess.PIPE
    # A session of its own: ssh cannot stop to ask on the terminal, and all that git has started can be ended with it.
    with subprocess.Popen(
        line, stdin=pipe, stdout=into or pipe, stderr=pipe, env=environment, start_new_session=True
    ) as running:
        try:
            output, complaint = running.communicate(given, timeout=limit)
        except BaseException:
            _end(running)
            raise
        return running.returncode, output or b"", complaint


def _end(running: subprocess.Popen[bytes]) -> None:
    # Politely first: on SIGTERM git removes its lock files.
    for deed in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(running.pid, deed)
            running.wait(timeout=2)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue
