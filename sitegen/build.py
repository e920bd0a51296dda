"""One build, assembled: a project at a moment becomes a site in a folder."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from sitegen import checks, config, history, load, output, pages
from sitegen.problems import Location, Problem, Severity, sort_problems
from sitegen.project import Project
from sitegen.render import Theme

TEMPLATES = "templates"


class Built(msgspec.Struct, frozen=True):
    """What came of a build: the files written, and every problem found on the way."""

    written: output.Written
    problems: tuple[Problem, ...]


def build(content: Project, out: Path, moment: datetime, *, drafts: bool = False) -> Built:
    """Render the project as it is at the moment (aware) into the folder.

    Raises TemplateError for a template that can't be used and OutputError for a folder that can't be written; then
    nothing has changed there. Problems of content never stop a build.
    """
    safe = withhold(content)
    site = scene(safe, moment, drafts=drafts)
    files, refused = pages.collect(site)
    problems = [*find_problems(content, moment), *(_no_room(str(path)) for path in refused)]
    return Built(output.write(out, files), sort_problems(problems))


def withhold(content: Project) -> Project:
    """The project with every text that holds a secret replaced by a note that says so (SECURITY.md, row 11)."""
    incidents = tuple(checks.withhold(incident, _WITHHELD) for incident in content.incidents)
    settings = checks.withhold_settings(content.settings, _WITHHELD)
    return msgspec.structs.replace(content, incidents=incidents, settings=settings)


def find_problems(content: Project, moment: datetime) -> Iterator[Problem]:
    """What a build says of the project: errors, and what its pages can't show."""
    yield from checks.check(content.incidents, checks.Context(content.settings, moment), checks.RULES_OF_A_BUILD)
    yield from checks.check_settings(content.settings)
    yield from checks.check_rendering(content.incidents, content.pictures.values())
    if not content.settings.site.url:
        yield _NO_URL


def scene(content: Project, moment: datetime, *, drafts: bool = False) -> pages.Scene:
    """Everything that the pages of one build show."""
    view = history.view(content.incidents, content.settings, moment, blind=bool(content.unread), drafts=drafts)
    own = content.root / TEMPLATES
    return pages.Scene(project=content, view=view, theme=Theme(own if own.is_dir() else None))


_WITHHELD = "This text was withheld: it seemed to hold a password or key."
_NO_URL = Problem(
    Location(config.FILE),
    "Without `site.url` there are no feeds, no API, and no page for addresses that lead nowhere.",
    "Add `url: https://status.example.com` under `site:`.",
    Severity.WARNING,
)


def _no_room(path: str) -> Problem:
    return Problem(
        Location(load.FOLDER),
        f"No copy can stand at the alias `{path}`: a page of the site is there.",
        "Drop the alias.",
        Severity.WARNING,
    )
