"""What the team of the story has: a git remote with workflows, a host for its pages, and accounts on four channels."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import datetime
from itertools import count
from pathlib import Path
from time import monotonic

from tests.ci.replay import Event, Run, replay
from tests.simulators.email import EmailSimulator
from tests.simulators.facebook import FacebookSimulator
from tests.simulators.pages_host import PagesHost
from tests.simulators.twitter import TwitterSimulator
from tests.stories.one_night.engineer import Engineer


class NightClock:
    """The clock of the platforms: the moment that the story sets, and the time that really went by since."""

    def __init__(self, start: datetime) -> None:
        self.set(start)

    def __call__(self) -> datetime:
        """The moment, aware."""
        return datetime.fromtimestamp(self._start + monotonic() - self._since, self._zone)

    def set(self, moment: datetime) -> None:
        """It is that time now."""
        self._start, self._since, self._zone = moment.timestamp(), monotonic(), moment.tzinfo


class Platforms:
    """X in two languages, Facebook and a mailing list, each with its own rules, on this machine."""

    def __init__(self, clock: NightClock) -> None:
        self.clock = clock
        self.x, self.x_pl = TwitterSimulator(clock), TwitterSimulator(clock)
        self.x_pl.account = "example_status_pl"
        self.facebook, self.mail = FacebookSimulator(clock), EmailSimulator(clock)

    @property
    def all(self) -> tuple[TwitterSimulator | FacebookSimulator | EmailSimulator, ...]:
        """Every platform."""
        return (self.x, self.x_pl, self.facebook, self.mail)

    def settings(self) -> str:
        """The lines of sitegen.yaml that name the accounts; here nothing has to settle."""
        x, x_pl, facebook, mail = (platform.channel() for platform in self.all)
        return (
            "channels:\n"
            f"  twitter: {{account: {x.account}, api_url: '{x.api_url}', settle: 0m}}\n"
            f"  twitter-pl: {{kind: twitter, account: {x_pl.account}, language: pl, api_url: '{x_pl.api_url}',"
            " settle: 0m}\n"
            f"  facebook: {{page: '{facebook.account}', api_url: '{facebook.api_url}', settle: 0m}}\n"
            f"  email: {{to: {mail.account}, api_url: '{mail.api_url}'}}\n"
        )

    def secrets(self) -> Mapping[str, str]:
        """What a program needs to know to post on all of them."""
        polish = {name.replace("TWITTER", "TWITTER_PL"): value for name, value in self.x_pl.environment().items()}
        return {**self.x.environment(), **polish, **self.facebook.environment(), **self.mail.environment()}

    def counts(self) -> list[int]:
        """How many posts each has accepted."""
        return [len(platform.accepted) for platform in self.all]


class Team:
    """The team's repository with its workflows, the host of its pages, and its platforms."""

    def __init__(self, programs: Path, remote: Path, host: PagesHost, platforms: Platforms) -> None:
        self.programs, self.remote, self.host, self.platforms = programs, remote, host, platforms
        self._numbers = count(1)

    def engineer(self, name: str) -> Engineer:
        """Somebody of the team, with a clone and the secrets."""
        own = Engineer(self.programs, self.remote, self.remote.parent / name, self.platforms.clock.set)
        own.secrets = {**self.platforms.secrets(), **self.host.environment()}
        return own

    def run(self, checkout: Engineer, workflow: str, job: str, event: str, **inputs: str) -> Run:
        """The job of the workflow that the engineer's clone has, at the engineer's time of day."""
        moment = {"SOURCE_DATE_EPOCH": str(int(checkout.clock.timestamp()))}
        happened = Event(
            name=event,
            inputs=inputs,
            secrets=self.platforms.secrets(),
            machine={**moment, **self.host.environment()},
        )
        file = checkout.folder / ".github/workflows" / f"{workflow}.yml"
        folder = self.remote.parent / f"run-{next(self._numbers)}"
        return replay(file, job, happened, self.remote, folder, self.programs)

    def publish(self, checkout: Engineer) -> Run:
        """What a push to the main branch starts."""
        return self.run(checkout, "status-publish", "publish", "push")

    def publish_twice_at_once(self, checkout: Engineer) -> list[Run]:
        """Two pushes, and a machine for each."""
        with ThreadPoolExecutor() as pool:
            return [run.result() for run in [pool.submit(self.publish, checkout) for _ in range(2)]]


@contextmanager
def running_team(programs: Path, remote: Path, start: datetime) -> Iterator[Team]:
    """The team, with its host and platforms running."""
    with ExitStack() as servers:
        platforms = Platforms(NightClock(start))
        for platform in platforms.all:
            servers.enter_context(platform)
        host = servers.enter_context(PagesHost(remote))
        yield Team(programs, remote, host, platforms)
