"""Which texts lack a language of the site."""

from collections.abc import Iterable, Iterator

from sitegen.checks.rule import Context, Finding
from sitegen.model import Incident, Text
from sitegen.problems import Location


def look_for_default_language(incident: Incident, context: Context) -> Iterable[Finding]:
    """Texts that the page of the default language must borrow from another one."""
    default = context.settings.site.default_language
    for name, text, where in _shown(incident):
        if default not in text.variants:
            what = f"The {name} lacks the site's default language, `{default}`."
            yield Finding(where, what, f"Add `{default}:`; until then readers get `{next(iter(text.variants))}`.")


def look_for_translations(incident: Incident, context: Context) -> Iterable[Finding]:
    """For each other language of the site, the texts that lack it: one finding for the whole entry."""
    for language in context.settings.site.languages[1:]:
        lacking = [name for name, text, _ in _shown(incident) if language not in text.variants]
        if lacking:
            names = ", ".join(f"{name} ({lacking.count(name)})" for name in dict.fromkeys(lacking))
            what = f"Not translated into `{language}`: {names}."
            yield Finding(incident.where, what, "Readers of that language get the default one, marked.")


def _shown(incident: Incident) -> Iterator[tuple[str, Text, Location]]:
    """The texts of the pages; other wordings for channels may lack a language (FORMAT.md, `social`)."""
    yield "title", incident.title, incident.where
    if incident.workaround:
        yield "workaround", incident.workaround, incident.where
    for update in incident.updates:
        yield "message", update.message, update.where
    if incident.postmortem:
        yield "post-mortem", incident.postmortem.body, incident.postmortem.where
