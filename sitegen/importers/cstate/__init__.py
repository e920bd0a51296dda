"""A cState status page, as it stands in git, to a project: its posts to incidents, its systems to components.

What is decided by rule, in the words of the two tools:

- Files: every Markdown file under `content/issues/`, and every other one under `content/` with `section: issue`, is a
  post. A page (`content/pages/…`, `_index.md`) is no incident and is named as such.
- Severity: `down` is a major outage. `disrupted` is a partial outage: it is the middle one of cState's three, and
  "degraded" would turn what did not work for some into no downtime at all. `notice` with systems is maintenance on
  them, which is the word cState showed beside each; it does not count as downtime. Without a severity systems are
  degraded. Where no system is named, `impact` says it instead.
- A notice (`type: notice`) is made of every informational post, and of severity `notice` without systems. It leaves
  components as they are and is shown until `resolvedWhen`; pinned and without an end, until someone writes `until`;
  neither, it is over at once, since cState kept it in the history only. Nothing becomes a planned maintenance: cState
  has none, and its titles are not taken for one.
- Times without a zone are UTC, or in Hugo's `timeZone` where that is set.
- Updates: the text above each `{{< track >}}` was said at that time; a post that begins with one has it above the
  text. Oldest first; at one minute, the lower in the file is the older. A text without a time of its own stands at
  that of the next older text. A post without any is one update at `date`. The first line of a text stays in it; if
  it is just Investigating, Identified, Monitoring or Reopened, it is the status as well.
- The end: `resolvedWhen`, unless it is before `date`; then the newest text's time. A text at that moment resolves the
  incident. If none is so late, the word that cState shows there is added as one ("Resolved."), and named in the
  report. If texts go on after it the newest one resolves; if all are from after it they follow the added one as notes.
- `started` is `date` where the first update is not: announced before, or told afterwards.
- Names: an id has the day of the file's name, else of `date`. A system that the settings do not declare becomes a
  component in a last group; one in the wrong case is the declared one. Ids and keys are ASCII, twins get `-2`.
- Too long a text goes on in another update of that minute, too long a title is cut and stands whole above the text,
  too short a one gets the day, a missing one the file's name; a missing text, the title.
- HTML and other template code stay in the text as they are; a picture becomes a link to where it was.
- Old addresses become `aliases` (see `addresses`).
"""

from collections.abc import Mapping
from pathlib import PurePosixPath

import msgspec

from sitegen import author, config, load, source
from sitegen.importers.conversion import Conversion, Findings, Importer, Refusal, Skipped
from sitegen.importers.cstate.addresses import CONTENT, old_addresses
from sitegen.importers.cstate.document import Document, find, read_document
from sitegen.importers.cstate.incidents import make_incident
from sitegen.importers.cstate.posts import Post, read_post
from sitegen.importers.cstate.settings import Page, Systems, read_page, read_systems, write_settings
from sitegen.model import Incident
from sitegen.problems import Location, sort_problems
from sitegen.source import Node, Sequence

ISSUES = CONTENT / "issues"
_SETTINGS = tuple(
    PurePosixPath(folder, name)
    for folder in ("", "config/_default")
    for name in ("config.yml", "config.yaml", "hugo.yml", "hugo.yaml", "config.toml", "hugo.toml")
)
# What posts of clearstatus, a theme made after cState's, have in place of `severity`, `resolved` and `resolvedWhen`.
_FOREIGN = ("current_severity", "max_severity", "resolved_on")


def convert(files: Mapping[PurePosixPath, bytes]) -> Conversion | Refusal:
    """The project that these files of a cState page make, or why they are none. Pure: no clock, no files.

    Everything in `settings_yaml` and `incidents` loads without a problem.
    """
    findings = Findings()
    settings_file = next((path for path in _SETTINGS if path in files), None)
    if settings_file is None:
        return Refusal("There is no `config.yml` here.", "Name the folder that holds it and `content/`.")
    if settings_file.suffix == ".toml":
        return Refusal(f"`{settings_file}` is TOML; only YAML is read.", "Convert it with `hugo` or by hand first.")
    settings = source.read(settings_file, files[settings_file])
    findings.soften([*settings.problems])
    documents, skipped = _read_documents(files, settings_file, findings)
    if (refusal := _recognise(settings.root, documents, findings)) is not None:
        return refusal
    assert settings.root is not None  # `_recognise` has seen its systems.
    return _Converter(settings.root, settings_file, documents, skipped, findings).convert(len(files))


def _read_documents(
    files: Mapping[PurePosixPath, bytes], settings_file: PurePosixPath, findings: Findings
) -> tuple[tuple[Document, ...], list[Skipped]]:
    """The posts, sorted by path, and every other file with the reason why it is none."""
    documents: list[Document] = []
    skipped: list[Skipped] = []
    for path in sorted(files):
        if path == settings_file:
            continue
        about_it = Findings()
        found = _read_post_file(path, files[path], settings_file, about_it)
        if isinstance(found, Document):
            findings.problems += about_it.problems
            documents.append(found)
            continue
        skipped.append(Skipped(path, found))
        if _is_post_path(path):
            findings.problems += about_it.problems
            findings.lose(Location(path), f"No incident was made: {found}", "Correct the file and repeat.")
    return tuple(documents), skipped


def _is_post_path(path: PurePosixPath) -> bool:
    return path.is_relative_to(ISSUES) and path.suffix == ".md" and path.stem != "_index"


def _read_post_file(
    path: PurePosixPath, content: bytes, settings_file: PurePosixPath, findings: Findings
) -> Document | str:
    if path in _SETTINGS:
        return f"The settings were read from `{settings_file}`."
    if path.suffix != ".md":
        return "It is not Markdown."
    if path.stem == "_index":
        return "It is a section's own page, not an incident."
    document = read_document(path, content, findings)
    if isinstance(document, str) or _is_post_path(path):
        return document
    section = document.scalar("section")
    return document if section and section.text == "issue" else "It is a page, not an incident (no `section: issue`)."


def _recognise(root: Node | None, documents: tuple[Document, ...], findings: Findings) -> Refusal | None:
    """Why these files are no cState page; None where they are one."""
    problems = sort_problems(findings.problems)
    foreign = [(key, document.place(key)) for document in documents for key in _FOREIGN if document.node(key)]
    if foreign:
        keys = ", ".join(f"`{key}`" for key in dict(foreign))
        reason = f"This is clearstatus or another relative of cState: posts have {keys} ({foreign[0][1]})."
        return Refusal(reason, "cState has `severity`, `resolved` and `resolvedWhen`.", problems)
    systems = find(root, "params", "systems")
    if not isinstance(systems, Sequence) or not systems.items:
        return Refusal("The settings have no `params.systems`, so this is no cState page.", "", problems)
    theme = find(root, "theme")
    if not documents and (theme is None or "cstate" not in str(theme).casefold()):
        return Refusal("No post has `section: issue` and the theme is not cState.", "", problems)
    return None


class _Converter:
    """Makes one project of a page that was recognised."""

    def __init__(
        self,
        root: Node,
        settings_file: PurePosixPath,
        documents: tuple[Document, ...],
        skipped: list[Skipped],
        findings: Findings,
    ) -> None:
        self.root, self.settings_file, self.documents = root, settings_file, documents
        self.skipped, self.findings = skipped, findings
        self.page: Page = read_page(root, findings)
        self.systems: Systems = read_systems(root, findings)
        self.claimed: dict[str, PurePosixPath] = {}

    def convert(self, files_read: int) -> Conversion | Refusal:
        """The whole of it: posts first, since they may name systems that the settings lack."""
        posts = [post for document in self.documents if (post := self._post(document)) is not None]
        settings_yaml = write_settings(self.page, self.systems, self.root, self.settings_file)
        settings = config.read(settings_yaml).settings
        if settings is None:
            return Refusal("None of its systems has a name.", "", sort_problems(self.findings.problems))
        incidents: dict[PurePosixPath, bytes] = {}
        origins: dict[PurePosixPath, PurePosixPath] = {}
        for post in posts:
            incident = self._incident(post)
            try:
                content = author.dump_incident(incident, settings)
            except author.Refused as refused:
                self._lose(post.document, str(refused))
                continue
            path = load.FOLDER / f"{incident.id}.yaml"
            incidents[path], origins[path] = content, post.document.path
        return Conversion(
            settings_yaml=settings_yaml,
            incidents=incidents,
            origins=origins,
            skipped=tuple(sorted(self.skipped, key=lambda one: one.path)),
            problems=sort_problems(self.findings.problems),
            files_read=files_read,
        )

    def _post(self, document: Document) -> Post | None:
        post = read_post(document, self.page, self.systems, self.findings)
        if isinstance(post, Post):
            return post
        self._lose(document, post)
        return None

    def _lose(self, document: Document, reason: str) -> None:
        self.skipped.append(Skipped(document.path, reason))
        self.findings.lose(Location(document.path), f"No incident was made: {reason}", "Correct the file and repeat.")

    def _incident(self, post: Post) -> Incident:
        """The incident with its id, free without regard to case, and its old addresses."""
        found = author.new_id(post.day, post.name, self.claimed, (post.title,))
        if found != (usual := author.new_id(post.day, post.name, (), (post.title,))):
            what = f"`{usual}` was made of {self.claimed[usual]}; this one became `{found}`."
            self.findings.warn(Location(post.document.path), what)
        self.claimed[found] = post.document.path
        incident = make_incident(post, self.page, self.findings)
        return msgspec.structs.replace(incident, id=found, aliases=self._aliases(post.document))

    def _aliases(self, document: Document) -> tuple[str, ...]:
        """The old addresses that no other post has taken."""
        kept = []
        for alias in old_addresses(document, self.page.language, self.findings):
            owner = self.claimed.setdefault(alias.strip("/").casefold(), document.path)
            if owner == document.path:
                kept.append(alias)
            else:
                self.findings.warn(document.place("aliases"), f"`{alias}` leads to {owner} already; it was left out.")
        return tuple(kept)


IMPORTER = Importer("cState", (*_SETTINGS, CONTENT), convert)
