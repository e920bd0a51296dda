"""What has to be seen at a target's address before it counts as published."""

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import msgspec

from sitegen import links
from sitegen.live import Proof, equals
from sitegen.model import Site, Target
from sitegen.publish.built import BuiltSite


def expect(built: BuiltSite, target: Target, site: Site, linked: Iterable[str]) -> Mapping[str, Proof]:
    """By address at the target, that the page there is what was built: home, and every page behind the `linked`.

    These are addresses at `site.url`, as posts have them.
    """
    paths = {links.HOME: None} | dict.fromkeys(_path(link, site) for link in linked)
    there = msgspec.structs.replace(site, url=target.url or site.url)
    return {links.absolute(there, path): equals(built.read(path)) for path in paths if path in built.paths}


def serves_primary(target: Target, site: Site) -> bool:
    """Whether the target is read at the site's own address."""
    return target.url in ("", site.url)


def _path(link: str, site: Site) -> PurePosixPath:
    """The file of the site behind an address."""
    path = urlsplit(link).path.removeprefix(urlsplit(site.url).path).lstrip("/")
    return PurePosixPath(path) if path else links.HOME
