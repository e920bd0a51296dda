"""`make demo`: a night with an outage, played on this machine against its own platforms; no account is needed."""

import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import click

from tests.demo.wall import Wall
from tests.simulators.base import Trouble
from tests.stories.one_night.team import NightClock, Platforms

CHANNELS = ("twitter", "twitter-pl", "facebook", "email")
FIRST = "Most card payments are failing. Orders paid by bank transfer work."
CAUSE = "The cause is an expired certificate at our side; a new one is being installed."
LAST = "All card payments work. No payment was taken twice and no order was lost."
ACCOUNT = """\
---
published: 2026-11-24 10:00
---
A certificate expired at 23:44 CET and nobody was told.

## What changes
An alarm rings thirty days before a certificate ends.
"""


class Stage:
    """The folder in which the night is played, and its clock."""

    def __init__(self, folder: Path, platforms: Platforms, pause: float) -> None:
        self.folder, self.platforms, self.pause = folder, platforms, pause
        self.clock = datetime.fromisoformat("2026-11-23T23:40+01:00")

    def at(self, moment: str, what: str) -> None:
        """It is that time, and this happens."""
        time.sleep(self.pause)
        self.clock = datetime.fromisoformat(moment)
        self.platforms.clock.set(self.clock)
        click.secho(f"\n{self.clock:%H:%M}  {what}", bold=True)

    def sitegen(self, *words: str) -> None:
        """Run the program as an engineer would, and show it."""
        click.secho(f"$ {shlex.join(('sitegen', *words))}", fg="blue")
        subprocess.run((sys.executable, "-m", "sitegen", *words), cwd=self.folder, env=self._variables(), check=False)

    def git(self, *words: str) -> None:
        """Run git, silently."""
        subprocess.run(("git", "-C", self.folder, *words), env=self._variables(), check=True, capture_output=True)

    def save(self, message: str) -> None:
        """Commit and push everything."""
        self.git("add", "--all")
        self.git("commit", "--message", message)
        self.git("push", "--set-upstream", "origin", "main")

    def _variables(self) -> Mapping[str, str]:
        person = {"GIT_AUTHOR_NAME": "Ana", "GIT_AUTHOR_EMAIL": "ana@example.com"}
        committer = {"GIT_COMMITTER_NAME": "Ana", "GIT_COMMITTER_EMAIL": "ana@example.com"}
        moment = {"SOURCE_DATE_EPOCH": str(int(self.clock.timestamp()))}
        return {**os.environ, **person, **committer, **moment, **self.platforms.secrets()}


@click.command()
@click.option("--pause", default=4.0, help="Seconds between two scenes.")
@click.option("--end", is_flag=True, help="End with the night instead of staying until Ctrl-C.")
def main(pause: float, end: bool) -> None:
    """Play the night and show what customers read and hear."""
    with tempfile.TemporaryDirectory(prefix="sitegen-demo-") as place, ExitStack() as servers:
        folder, served = Path(place) / "status", Path(place) / "served"
        platforms = Platforms(NightClock(datetime.fromisoformat("2026-11-23T23:40+01:00")))
        for platform in platforms.all:
            servers.enter_context(platform)
        wall = servers.enter_context(Wall(served, lambda: dict(zip(CHANNELS, platforms.all, strict=True))))
        click.secho(f"The page: {wall.url}/   What customers hear: {wall.url}/wall", fg="green", bold=True)
        play(Stage(folder, platforms, pause), wall.url, served)
        if not end:
            stay(wall.url)


def play(stage: Stage, url: str, served: Path) -> None:
    """The scenes of the night."""
    prepare(stage, url, served)
    stage.at("2026-11-23T23:50+01:00", "Card payments fail. Every platform takes the post, and its answer gets lost.")
    lost = (Trouble.DROPPED_AFTER, Trouble.TRUNCATED, Trouble.BROKEN_AFTER, Trouble.DROPPED_AFTER)
    for platform, trouble in zip(stage.platforms.all, lost, strict=True):
        platform.arm(trouble)
    stage.sitegen("new", "Card payments fail", "-c", "checkout=major_outage", "-m", FIRST, "--push")
    stage.sitegen("publish")
    stage.at("2026-11-23T23:54+01:00", "The next run looks for each post, finds it, and says nothing twice.")
    stage.sitegen("publish")
    stage.at("2026-11-24T00:10+01:00", "The cause is known.")
    stage.sitegen("update", "-m", CAUSE, "--status", "identified", "--next-update-by", "30m", "--push")
    stage.sitegen("publish")
    stage.at("2026-11-24T00:40+01:00", "It works again: on Facebook the one post says so now.")
    stage.sitegen("resolve", "-m", LAST, "--push")
    stage.sitegen("publish")
    stage.at("2026-11-24T10:00+01:00", "What was learned.")
    (stage.folder / "incidents" / "2026-11-23-card-payments-fail.md").write_text(ACCOUNT, encoding="utf-8")
    stage.save("What was learned")
    stage.sitegen("publish")
    stage.at("2026-11-24T10:05+01:00", "Everything stands as it was said.")
    stage.sitegen("check", "--live")


def prepare(stage: Stage, url: str, served: Path) -> None:
    """A project with four channels and a folder to publish to."""
    stage.folder.mkdir()
    remote = stage.folder.parent / "remote.git"
    subprocess.run(("git", "init", "--quiet", "--bare", "--initial-branch=main", remote), check=True)
    stage.git("init", "--initial-branch=main")
    stage.git("remote", "add", "origin", str(remote))
    stage.at("2026-11-23T23:40+01:00", "A status page, and four channels.")
    stage.sitegen("init", "--name", "Example Pay", "--zone", "Europe/Warsaw", "--url", url)
    (example,) = (stage.folder / "incidents").glob("*.yaml")
    example.unlink()
    settings = stage.folder / "sitegen.yaml"
    text = settings.read_text("utf-8").replace("key: api, name: API", "key: checkout, name: Checkout")
    text = text.replace("languages: [en]", "languages: [en, pl]")
    target = f"publish:\n  here: {{kind: folder, folder: {served}}}\n"
    settings.write_text(text + stage.platforms.settings() + target, encoding="utf-8")
    for name in CHANNELS:
        stage.sitegen("mirror", "connect", name)
    stage.save("A status page")
    stage.sitegen("publish")


def stay(url: str) -> None:
    """Keep the page and the wall up until somebody has seen enough."""
    click.secho(f"\nLook at {url}/ and {url}/wall. Ctrl-C ends it.", fg="green", bold=True)
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        click.echo("The end.")


if __name__ == "__main__":
    main()
