"""A project with a connected channel, its git remote and its platform, and runs of the real command over it."""

import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from sitegen import model
from sitegen.git import Repository
from sitegen.ledger import GitLedger
from sitegen.model import Delivery, DeliveryState
from tests.cli.running import COMMAND, environment
from tests.faults.fate import Fate, FatefulX
from tests.projects import SETTINGS
from tests.repositories import clone, git, make_remote
from tests.simulators.base import Clock

NIGHT = datetime(2026, 11, 23, 3, 31, tzinfo=UTC)
CHANNEL = "channels:\n  twitter: {{account: {account}, api_url: '{url}', settle: 0m}}\n"
_NONE: Mapping[str, str] = {}
INCIDENT = "incidents/2026-11-23-cards.yaml"
FIRST = """\
title: Card payments fail at checkout
components: {checkout: major_outage}
updates:
  - at: 2026-11-23 03:09Z
    message: Most card payments are failing. Orders paid by bank transfer work.
"""
SECOND = FIRST + "  - at: 2026-11-23 03:20Z\n    message: The certificate of the card processor has expired.\n"


class Scene:
    """One project on one machine; `minutes` count from NIGHT, by the clock of the run."""

    def __init__(self, folder: Path, x: FatefulX) -> None:
        self.folder, self.root, self.told, self.x = folder, folder / "clone", folder / "told", x

    @classmethod
    def found(cls, folder: Path, x: FatefulX, files: Mapping[str, str]) -> "Scene":
        """A new one of these files, among them `sitegen.yaml` without its channel, which is not yet connected."""
        folder.mkdir()
        settings = files["sitegen.yaml"] + CHANNEL.format(account=x.account, url=x.url)
        clone(make_remote(folder / "remote.git", {**files, "sitegen.yaml": settings}), folder / "clone")
        return cls(folder, x)

    @classmethod
    def build(cls, folder: Path, x: FatefulX, incident: str) -> "Scene":
        """A new one with an incident, its channel connected an hour ago."""
        scene = cls.found(folder, x, {"sitegen.yaml": SETTINGS, INCIDENT: incident})
        scene.run("mirror", "connect", "twitter", minutes=-60)
        git(scene.root, "commit", "--quiet", "--all", "--message", "The ledger's first entry")
        git(scene.root, "push", "--quiet")
        return scene

    def on_another_machine(self, folder: Path) -> "Scene":
        """A fresh clone of the same project, with the same platform."""
        folder.mkdir()
        clone(self.folder / "remote.git", folder / "clone")
        return Scene(folder, self.x)

    def file(self, name: str, entry: str) -> None:
        """One more incident in the project, or another text of one."""
        (self.root / "incidents" / f"{name}.yaml").write_text(entry, "utf-8")

    def copy(self, folder: Path, x: FatefulX) -> "Scene":
        """The same, elsewhere, with another platform that looks the same."""
        x.remember(self.x)
        shutil.copytree(self.folder, folder)
        git(folder / "clone", "remote", "set-url", "origin", (folder / "remote.git").as_uri())
        settings = folder / "clone" / "sitegen.yaml"
        settings.write_text(settings.read_text("utf-8").replace(self.x.url, x.url), "utf-8")
        return Scene(folder, x)

    def start(
        self, *words: str, minutes: int = 0, fate: Fate | None = None, variables: Mapping[str, str] = _NONE
    ) -> subprocess.Popen[str]:
        """A run that has just begun."""
        more = {**self.x.environment(), **({"PATH": fate.path} if fate else {}), **variables}
        with self.told.open("w") as told:
            run = subprocess.Popen(
                (*COMMAND, *(words or ("mirror", "--no-wait"))),
                cwd=self.root,
                env=environment(NIGHT + timedelta(minutes=minutes), more),
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=told,
                text=True,
            )
        if fate is not None:
            self.x.fate, fate.run = fate, run
        return run

    def run(self, *words: str, minutes: int = 0, code: int = 0, variables: Mapping[str, str] = _NONE) -> str:
        """What a run says to which nothing happens, and which must end with this code."""
        ended = self.start(*words, minutes=minutes, variables=variables).wait(60)
        said = self.told.read_text("utf-8")
        assert ended == code, said
        return said

    def befall(self, number: int, blow: signal.Signals = signal.SIGKILL, *, minutes: int = 0) -> Fate:
        """A run that meets this fate, and has ended or stands still then."""
        fate = Fate(self.folder / f"fate-{minutes}", number, blow)
        self.start(minutes=minutes, fate=fate)
        fate.wait()
        return fate

    def assert_said_once(self, times: int) -> None:
        """So many posts were accepted, each once, and the ledger says of exactly these that they are posted."""
        posts = {one.remote_id: one.text for one in self.x.accepted}
        assert sorted(Counter(posts.values()).values()) == [1] * times, posts
        assert {one.remote_id: one.text for one in self.posted()} == posts

    def posted(self) -> tuple[Delivery, ...]:
        """What the ledger says is posted; nothing else may be left, apart from what was skipped."""
        deliveries = GitLedger(Repository(self.root), model.Ledger(), "origin").read().deliveries.values()
        posted = tuple(one for one in deliveries if one.state is DeliveryState.POSTED)
        assert [one for one in deliveries if one not in posted and one.state is not DeliveryState.SKIPPED] == []
        return posted


def copies(scene: Scene) -> Iterator[tuple[int, Scene]]:
    """Copies of the scene, each with a platform of its own, numbered from 1."""
    for number in count(1):
        with FatefulX(Clock(NIGHT)) as x:
            yield number, scene.copy(scene.folder.with_name(f"{scene.folder.name}-{number}"), x)
