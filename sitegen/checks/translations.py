"""Which texts lack a language of the site."""

from collections.abc import Iterable, Iterator

import msgspec

from sitegen import config
from sitegen.checks.rule import Context, Finding
from sitegen.checks.texts import Part
from sitegen.model import Incident, Postmortem, Settings, Text, Update
from sitegen.problems import Location, Problem, Severity

RULE = "translation"
# Other wordings for channels may lack a language, so the rules leave them out (FORMAT.md, `social`).
_ON_THE_PAGE = frozenset({Part.TITLE, Part.WORKAROUND, Part.MESSAGE, Part.POSTMORTEM})


class Translatable(msgspec.Struct, frozen=True):
    """One text for readers, where it stands, what it is, and to what it belongs ("update 2"; "" for the entry)."""

    text: Text
    where: Location
    part: str
    of: str = ""

    def lacks(self, languages: Iterable[str]) -> tuple[str, ...]:
        """Those of the languages that it is not in."""
        return tuple(language for language in languages if language not in self.text.variants)


def translatable(incident: Incident) -> Iterator[Translatable]:
    """Every text of an entry, in the order of its file; the post-mortem comes last."""
    yield Translatable(incident.title, incident.where, Part.TITLE)
    if incident.workaround is not None:
        yield Translatable(incident.workaround, incident.where, Part.WORKAROUND)
    for number, update in enumerate(incident.updates, 1):
        yield from (Translatable(text, update.where, part, f"update {number}") for part, text in _of_update(update))
    if incident.postmortem is not None:
        yield from _of_postmortem(incident.postmortem)


def translatable_settings(settings: Settings) -> Iterator[Translatable]:
    """Every text of `sitegen.yaml` that pages show."""
    where = Location(config.FILE)
    yield Translatable(settings.site.name, where, "name", "the site")
    for number, name in enumerate((group.name for group in settings.groups if group.name is not None), 1):
        yield Translatable(name, where, "name", f"group {number}")
    for component in settings.components:
        yield Translatable(component.name, where, "name", f"`{component.key}`")
        if component.description is not None:
            yield Translatable(component.description, where, "description", f"`{component.key}`")


def find_lacks(texts: Iterable[Translatable], languages: tuple[str, ...]) -> Iterator[Problem]:
    """One piece of advice for each text that is not in all of the languages, in the order of the texts."""
    for one in texts:
        if lacks := one.lacks(languages):
            name = f"{one.part} of {one.of}" if one.of else one.part
            what = f"The {name} is not in {', '.join(f'`{language}`' for language in lacks)}."
            yield Problem(one.where, what, severity=Severity.ADVICE, rule=RULE)


def look_for_default_language(incident: Incident, context: Context) -> Iterable[Finding]:
    """Texts that the page of the default language must borrow from another one."""
    default = context.settings.site.default_language
    for one in _on_the_page(incident):
        if one.lacks((default,)):
            what = f"The {one.part} lacks the site's default language, `{default}`."
            instead = next(iter(one.text.variants))
            yield Finding(one.where, what, f"Add `{default}:`; until then readers get `{instead}`.")


def look_for_translations(incident: Incident, context: Context) -> Iterable[Finding]:
    """For each other language of the site, the texts that lack it: one finding for the whole entry."""
    for language in context.settings.site.languages[1:]:
        lacking = [one.part for one in _on_the_page(incident) if one.lacks((language,))]
        if lacking:
            names = ", ".join(f"{name} ({lacking.count(name)})" for name in dict.fromkeys(lacking))
            what = f"Not translated into `{language}`: {names}."
            yield Finding(incident.where, what, "Readers of that language get the default one, marked.")


def _on_the_page(incident: Incident) -> Iterator[Translatable]:
    return (one for one in translatable(incident) if one.part in _ON_THE_PAGE)


def _of_update(update: Update) -> Iterator[tuple[Part, Text]]:
    yield Part.MESSAGE, update.message
    for part, text in ((Part.SOCIAL, update.social), *((Part.OVERRIDE, one) for one in update.overrides.values())):
        if isinstance(text, Text):
            yield part, text
    if update.retracted is not None:
        yield Part.RETRACTION, update.retracted
    if update.edited is not None:
        yield Part.EDIT, update.edited.note


def _of_postmortem(postmortem: Postmortem) -> Iterator[Translatable]:
    yield Translatable(postmortem.body, postmortem.where, Part.POSTMORTEM)
    if postmortem.alt is not None:
        yield Translatable(postmortem.alt, postmortem.where, Part.PICTURE)
    for number, action in enumerate(postmortem.actions, 1):
        yield Translatable(action.text, postmortem.where, "text", f"action {number}")
