"""Whether hosts serve what the files say, looked at from anywhere: nothing but requests for pages, nothing changed."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import msgspec

from sitegen.channels.limits import Limits
from sitegen.freshness.builds import Builds
from sitegen.freshness.comparing import compare
from sitegen.freshness.fetching import LIMITS
from sitegen.freshness.finding import Finding, Rule
from sitegen.freshness.host import PATIENCE, Look, look_at
from sitegen.project import Project

__all__ = ["Finding", "Look", "Report", "Rule", "inspect"]


class Report(msgspec.Struct, frozen=True):
    """What was read at each host, in the order given, and everything that is wrong."""

    looks: tuple[Look, ...]
    findings: tuple[Finding, ...]

    def is_fresh(self, look: Look) -> bool:
        """Whether nothing is wrong at the host."""
        return not any(finding.host == look.host for finding in self.findings)


def inspect(
    project: Project,
    hosts: Iterable[str],
    moment: datetime,
    *,
    limits: Limits = LIMITS,
    patience: timedelta = PATIENCE,
) -> Report:
    """Compare the files that speak of now at each host (its home page's address) with the project at the moment.

    Hosts are read side by side, each no longer than about `patience`. Raises TemplateError for a template that can't
    be used.
    """
    builds, addresses = Builds(project, moment), tuple(dict.fromkeys(hosts))
    paths = builds.choose_files()
    with ThreadPoolExecutor(max_workers=max(1, len(addresses))) as pool:
        looks = tuple(pool.map(lambda host: look_at(host, paths, builds, limits, patience), addresses))
    return Report(looks, compare(looks, builds))
