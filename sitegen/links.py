"""Where everything lives in the site: file names, anchors and permalinks, fixed for ever."""

import re
from pathlib import PurePosixPath

from sitegen.entry import ID_PATTERN
from sitegen.model import Channel, Incident, Site, Update

HOME = PurePosixPath("index.html")
ARCHIVE = PurePosixPath("history.html")
# Hosts show the folder for `/history`, as hosted pages call the archive: the months stand in it.
ARCHIVE_FOLDER = PurePosixPath("history", "index.html")
MAINTENANCE = PurePosixPath("maintenance.html")
FOLLOW = PurePosixPath("follow.html")
NOT_FOUND = PurePosixPath("404.html")
UPDATES_FEED = PurePosixPath("updates.atom")
UPDATES_JSON = PurePosixPath("updates.json")
HISTORY_ATOM = PurePosixPath("history.atom")
HISTORY_RSS = PurePosixPath("history.rss")
CALENDAR = PurePosixPath("maintenance.ics")
BADGE = PurePosixPath("badge.svg")
SHIELD = PurePosixPath("badge.json")
STATUS_TEXT = PurePosixPath("status.txt")
NOW = PurePosixPath("now.json")
EMBED = PurePosixPath("embed.js")


def incident_page(incident_id: str) -> PurePosixPath:
    """The page of an incident."""
    return PurePosixPath(incident_name(incident_id))


def incident_name(incident_id: str) -> str:
    """The same path as text."""
    return f"incidents/{incident_id}.html"


def component_page(key: str) -> PurePosixPath:
    """The page of a component."""
    return PurePosixPath("components", f"{key}.html")


def component_feed(key: str) -> PurePosixPath:
    """The feed of the updates that speak of a component."""
    return PurePosixPath("components", f"{key}.atom")


def component_badge(key: str) -> PurePosixPath:
    """The badge of a component."""
    return PurePosixPath("components", f"{key}.svg")


def component_shield(key: str) -> PurePosixPath:
    """What a service that draws badges asks about a component."""
    return PurePosixPath("components", f"{key}.json")


def month_page(year: int, month: int) -> PurePosixPath:
    """The page of the archive that lists one month."""
    return PurePosixPath("history", f"{year:04d}-{month:02d}.html")


def year_page(key: str, year: int) -> PurePosixPath:
    """The page of all entries of one year that touched a component.

    Not below `components/KEY/`: some hosts asked for `/components/KEY` would show that folder, not the component.
    """
    return PurePosixPath("history", f"{year:04d}", f"{key}.html")


def picture_file(name: str) -> PurePosixPath:
    """The file of a picture."""
    return PurePosixPath("media", name)


def api_file(name: str) -> PurePosixPath:
    """One file of the API that consumers of a hosted Statuspage read: `summary`, `incidents/unresolved`."""
    return PurePosixPath("api", "v2", f"{name}.json")


def anchor(update: Update) -> str:
    """The fragment of an update on its incident's page."""
    return f"u-{update.id}"


def in_language(path: PurePosixPath, language: str, site: Site) -> PurePosixPath:
    """The same page in a language: the first at the root, the others in a folder of their own."""
    return PurePosixPath(name_in_language(str(path), language, site))


def name_in_language(name: str, language: str, site: Site) -> str:
    """The same for a path as text."""
    return name if language == site.default_language else f"{language}/{name}"


def root_from(path: PurePosixPath) -> str:
    """The way from a page up to the site's root, as a prefix of links: empty or `../…`."""
    return "../" * (len(path.parts) - 1)


def absolute(site: Site, path: PurePosixPath) -> str:
    """The address of a file for other machines; only where the site has a url. The home page is its folder."""
    text = str(path)
    return f"{site.url}/{text.removesuffix('index.html') if path.name == 'index.html' else text}"


def permalink(site: Site, incident: Incident, update: Update, language: str) -> str:
    """The address of one update; its id is asked for as well, so that no cached older page is shown."""
    page = in_language(incident_page(incident.id), language, site)
    return f"{absolute(site, page)}?u={update.id}#{anchor(update)}"


def postmortem_link(site: Site, incident: Incident, language: str) -> str:
    """The address of an incident's post-mortem, asked for like an update's."""
    page = in_language(incident_page(incident.id), language, site)
    return f"{absolute(site, page)}?u=postmortem#postmortem"


def alias_page(alias: str) -> PurePosixPath:
    """The file that stands at an old path: an old id among the incidents, else the path itself (FORMAT.md)."""
    if re.fullmatch(ID_PATTERN, alias):
        return incident_page(alias)
    path = PurePosixPath(alias.strip("/"))
    return path if path.suffix in (".html", ".htm") else path / "index.html"


def file_history(source: str, path: PurePosixPath) -> str:
    """Where a repository's host lists the changes of one file; of hosts not known here, the repository itself."""
    if source.startswith("https://github.com/"):
        return f"{source}/commits/HEAD/{path}"
    if "gitlab" in source.split("/")[2]:
        return f"{source}/-/commits/HEAD/{path}"
    return source


def account(channel: Channel) -> tuple[str, str] | None:
    """The name and address of a channel that customers can follow in public, None for one that they can't."""
    match channel.kind:
        case "twitter" if channel.account:
            return f"X: @{channel.account}", f"https://x.com/{channel.account}"
        case "facebook" if channel.account:
            return "Facebook", f"https://www.facebook.com/{channel.account}"
        case "mastodon" if channel.account.count("@") == 1:
            user, host = channel.account.split("@")
            return f"Mastodon: @{channel.account}", f"https://{host}/@{user}"
    return None
