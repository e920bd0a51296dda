"""One build, assembled: a project at a moment becomes a site in a folder."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import msgspec

from sitegen import checks, config, history, load, output, pages
from sitegen.cache import Cache, Shelf, digest, digest_all
from sitegen.model import Incident, Settings
from sitegen.problems import Location, Problem, Severity, sort_problems
from sitegen.project import Project
from sitegen.render import Theme
from sitegen.surroundings import TEMPLATES, Surroundings, digest_pictures, survey
from sitegen.timeline import find_stage
from sitegen.workers import spread


class Built(msgspec.Struct, frozen=True):
    """What came of a build: the files written, and every problem found on the way."""

    written: output.Written
    problems: tuple[Problem, ...]


class Verdict(msgspec.Struct, frozen=True, array_like=True):
    """What the rules say of one incident as long as its files stay as they are; `safe` where a text is withheld."""

    problems: tuple[Problem, ...]
    safe: Incident | None = None


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
    verdicts = _judge(content, cache, jobs)
    safe = _withhold(content, verdicts)
    around = None if cache is None else survey(content, cache, drafts=drafts)
    files, refused = pages.collect(scene(safe, moment, drafts=drafts, surroundings=around))
    problems = (*_find_problems(content, moment, verdicts), *(_no_room(str(path)) for path in refused))
    return Prepared(files, sort_problems(problems))


def withhold(content: Project) -> Project:
    """The project with every text that holds a secret replaced by a note that says so (SECURITY.md, row 11)."""
    incidents = tuple(checks.withhold(incident, _WITHHELD) for incident in content.incidents)
    return msgspec.structs.replace(content, incidents=incidents, settings=_withhold_settings(content))


def scene(
    content: Project, moment: datetime, *, drafts: bool = False, surroundings: Surroundings | None = None
) -> pages.Scene:
    """Everything that the pages of one build show."""
    view = history.view(content.incidents, content.settings, moment, blind=bool(content.unread), drafts=drafts)
    own = content.root / TEMPLATES
    states = {} if surroundings is None else dict(_find_states(content, view))
    return pages.Scene(
        project=content,
        view=view,
        theme=Theme(own if own.is_dir() else None, pages.names(view)),
        surroundings=surroundings,
        states=states,
        whole=None if surroundings is None else _digest_whole(content, states.values()),
    )


def _find_states(content: Project, view: history.View) -> Iterator[tuple[str, bytes]]:
    """By the id of each visible incident whose files are known the digest of these, and of how far it has come."""
    known = {} if content.digests is None else content.digests.incidents
    for line in view.timelines:
        own = known.get(line.incident.id)
        if own is not None:
            yield line.incident.id, digest(own, *find_stage(line.incident, view.moment))


def _digest_whole(content: Project, states: Iterable[bytes]) -> bytes | None:
    """The digest of all files, shown or not, and of how far each entry has come; None where a file is not known."""
    known = {} if content.digests is None else content.digests.incidents
    if len(known) < len(content.incidents):
        return None
    return digest(digest_all(known.values()), digest_all(states), *map(str, content.unread))


def _judge(content: Project, cache: Cache | None, jobs: int | None) -> dict[str, Verdict]:
    """What the rules say of each incident, by its id."""
    shelf = None if cache is None or content.digests is None else cache.shelf("verdicts", Verdict)
    keys = _find_keys(content)
    known = {name: shelf.recall(name, key) for name, key in keys.items()} if shelf is not None else {}
    unknown = [one for one in content.incidents if known.get(one.id) is None]
    found = zip(unknown, spread(unknown, partial(_find_verdict, content), jobs), strict=True)
    verdicts = {one.id: _keep(shelf, keys.get(one.id), one.id, verdict) for one, verdict in found}
    return {**{name: verdict for name, verdict in known.items() if verdict is not None}, **verdicts}


def _find_keys(content: Project) -> Mapping[str, bytes]:
    """What a verdict depends on, by the id of each incident whose files are known."""
    shown = digest_pictures(content.pictures.values())
    own = {} if content.digests is None else content.digests.incidents
    return {one.id: digest(own[one.id], shown) for one in content.incidents if one.id in own}


def _keep(shelf: Shelf[Verdict] | None, key: bytes | None, name: str, verdict: Verdict) -> Verdict:
    return verdict if shelf is None or key is None else shelf.keep(name, key, verdict)


def _find_verdict(content: Project, incident: Incident) -> Verdict:
    lasting = tuple(rule for rule in checks.RULES_OF_A_BUILD if not rule.timely)
    context = checks.Context(content.settings, _NEVER)
    problems = checks.check((incident,), context, lasting)
    markdown = checks.check_rendering((incident,), content.pictures.values())
    safe = checks.withhold(incident, _WITHHELD)
    return Verdict((*problems, *markdown), None if safe is incident else safe)


def _withhold(content: Project, verdicts: Mapping[str, Verdict]) -> Project:
    incidents = tuple(verdicts[one.id].safe or one for one in content.incidents)
    return msgspec.structs.replace(content, incidents=incidents, settings=_withhold_settings(content))


def _withhold_settings(content: Project) -> Settings:
    return checks.withhold_settings(content.settings, _WITHHELD)


def _find_problems(content: Project, moment: datetime, verdicts: Mapping[str, Verdict]) -> Iterator[Problem]:
    """What a build says of the project: errors, and what its pages can't show."""
    context = checks.Context(content.settings, moment)
    timely = tuple(rule for rule in checks.RULES_OF_A_BUILD if rule.timely)
    for incident in content.incidents:
        yield from verdicts[incident.id].problems
        for rule in timely:
            yield from rule(incident, context)
    yield from checks.check_settings(content.settings)
    if not content.settings.site.url:
        yield _NO_URL


# The rules that this stands in for do not look at the moment.
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
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
