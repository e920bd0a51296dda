"""One build, assembled: a project at a moment becomes a site in a folder."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import msgspec

from sitegen import checks, config, history, load, output, pages
from sitegen.cache import Cache, digest, digest_all
from sitegen.entries import Entries
from sitegen.model import Incident
from sitegen.problems import Location, Problem, Severity, sort_problems
from sitegen.project import Project
from sitegen.render import Theme
from sitegen.surroundings import TEMPLATES, survey
from sitegen.workers import spread


class Built(msgspec.Struct, frozen=True):
    """What came of a build: the files written, and every problem found on the way."""

    written: output.Written
    problems: tuple[Problem, ...]


class Prepared(msgspec.Struct, frozen=True):
    """A build before anything is rendered: every page still to be made, and every problem found so far."""

    pages: tuple[pages.Page, ...]
    problems: tuple[Problem, ...]


def build(
    content: Project,
    out: Path,
    moment: datetime,
    *,
    drafts: bool = False,
    cache: Cache | None = None,
    jobs: int | None = None,
) -> Built:
    """Render the project as it is at the moment (aware) into the folder.

    Raises TemplateError for a template that can't be used and OutputError for a folder that can't be written; then
    nothing has changed there. Problems of content never stop a build. With the cache that the project was read with,
    what is as it was is not made again; the files and the problems are the same. `jobs` is the most processes that
    share the work (None: see workers).
    """
    prepared = prepare(content, moment, drafts=drafts, cache=cache, jobs=jobs)
    written = output.write(out, prepared.pages, None if cache is None else cache.made(out), jobs=jobs)
    if cache is not None:
        cache.save()
    return Built(written, prepared.problems)


def prepare(
    content: Project,
    moment: datetime,
    *,
    drafts: bool = False,
    cache: Cache | None = None,
    jobs: int | None = None,
) -> Prepared:
    """The pages of the project at the moment (aware), none of them rendered yet, and its problems; see `build`."""
    moment = moment.astimezone(UTC)
    if content.entries is None or cache is None:
        verdicts = spread(content.incidents, partial(_judge, content), jobs)
        lasting = tuple(problem for verdict in verdicts for problem in verdict.problems)
        safe = tuple(verdict.safe or one for verdict, one in zip(verdicts, content.incidents, strict=True))
        site = scene(_replace(content, safe), moment, drafts=drafts)
    else:
        lasting = content.entries.verdict
        site = _go_on(content, content.entries, cache, moment, drafts=drafts)
    files, refused = pages.collect(site)
    problems = (*lasting, *_find_problems(content, moment), *(_no_room(str(path)) for path in refused))
    return Prepared(files, sort_problems(problems))


def withhold(content: Project) -> Project:
    """The project with every text that holds a secret replaced by a note that says so (SECURITY.md, row 11)."""
    return _replace(content, tuple(checks.withhold(incident, checks.WITHHELD) for incident in content.incidents))


def scene(content: Project, moment: datetime, *, drafts: bool = False) -> pages.Scene:
    """Everything that the pages of one build show, for a project whose secrets are withheld."""
    view = history.view(content.incidents, content.settings, moment, blind=bool(content.unread), drafts=drafts)
    return pages.Scene(project=content, view=view, theme=_find_theme(content, view))


def _go_on(content: Project, entries: Entries, cache: Cache, moment: datetime, *, drafts: bool) -> pages.Scene:
    """The scene of a project of which all is known, with what tells whether a page is still as it was."""
    found = tuple(entries.timelines(moment, drafts=drafts))
    safe, blind = _replace(content, entries), bool(content.unread)
    view = history.arrange((line for line, _ in found), safe.settings, moment, blind=blind)
    return pages.Scene(
        project=safe,
        view=view,
        theme=_find_theme(content, view),
        surroundings=survey(content, cache, drafts=drafts),
        states={line.id: state for line, state in found},
        whole=digest(entries.state, digest_all(state for _, state in found), *map(str, content.unread)),
    )


def _find_theme(content: Project, view: history.View) -> Theme:
    own = content.root / TEMPLATES
    return Theme(own if own.is_dir() else None, pages.names(view))


def _judge(content: Project, incident: Incident) -> checks.Verdict:
    return checks.give_verdict(incident, content.settings, content.pictures.values())


def _replace(content: Project, safe: Sequence[Incident]) -> Project:
    """The project with these incidents, and settings that hold no secret."""
    settings = checks.withhold_settings(content.settings, checks.WITHHELD)
    return msgspec.structs.replace(content, incidents=safe, settings=settings)


def _find_problems(content: Project, moment: datetime) -> Iterator[Problem]:
    """What a build says of the project at the moment: errors, and what its pages can't show."""
    context = checks.Context(content.settings, moment)
    timely = tuple(rule for rule in checks.RULES_OF_A_BUILD if rule.timely)
    for incident in content.unsettled(moment):
        for rule in timely:
            yield from rule(incident, context)
    yield from checks.check_settings(content.settings)
    if not content.settings.site.url:
        yield _NO_URL


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
