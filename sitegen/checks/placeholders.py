"""Blanks of a template that nobody filled in."""

import re
from collections.abc import Iterable

import msgspec

from sitegen.checks.prose import prose
from sitegen.checks.rule import Context, Finding, quote
from sitegen.checks.texts import Part, PlacedText, texts
from sitegen.model import Incident
from sitegen.problems import Location

_BLANK = re.compile(
    r"(?<![\w\[\]!])(?i:\[(?:…|\.{2,3}|_{1,80}|\?{1,9}"
    r"|(?:insert|enter|fill|describe|specify|add|your|wstaw|wpisz|podaj|opisz)\b[^\[\]\n]{0,80}+"
    r"|[^\[\]\n]{3,200}\?"
    r"|(?:the )?(?:service|component|product|customer|company|time|date|number|name|cause|reason|impact|eta"
    r"|link|url|x{2,9}|usługa|komponent|czas|data|liczba|nazwa)(?: (?:name|here|number|time|zone))?)\])(?![(\[:\w])"
    r"|(?<!\w)(?:TODO|FIXME|XXX|XX:XX|HH:MM)(?!\w)"
    r"|(?<![\w<])<[a-zA-Z][\w -]{0,40}+>"
    r"|(?<!\w)\{\{?\s?[a-zA-Z_][\w.]{0,40}+\s?\}\}?(?!\w)"
    r"|(?<![\w\\])_{4,}+(?![\w])"
    r"|(?i:\blorem ipsum\b)"
)
_SIGNS = ("[", "<", "{", "____", "TODO", "FIXME", "XXX", "XX:XX", "HH:MM")
_RULER = re.compile(r"[\s_]*+\Z")
# Raw HTML is shown as text; that is ugly, but it is no blank.
_HTML = re.compile(
    r"<(?:a|abbr|b|blockquote|body|br|center|code|d[dlt]|del|details|div|em|font|h[1-6r]|head|html|i|iframe|img|input|ins|kbd"
    r"|li|link|mark|meta|[ou]l|p|pre|s|samp|script|small|span|strike|strong|style|su[bp]|summary|svg|table|tbody|t[dhrt]|u)\b",
    re.IGNORECASE,
)

# What a link is called is no blank, though it may be a question.
_LINK = re.compile(r"\[([^\[\]\n]{1,300}+)\](?=[(\[])")


def look_for_placeholders(incident: Incident, context: Context) -> Iterable[Finding]:
    """Blanks such as `[service]`, `[How many?]`, `TODO`, `<name>`, `{name}` or `____`, outside of code.

    The draft of a post-mortem may have them until it has a day on which it is published.
    """
    account = incident.postmortem
    is_draft = account is not None and account.published is None
    for placed in texts(msgspec.structs.replace(incident, postmortem=None) if is_draft else incident):
        blanks = dict.fromkeys(_find_blanks(placed.text)) if _may_have_blanks(placed.text) else {}
        if blanks:
            found = ", ".join(quote(blank) for blank in list(blanks)[:5])
            where = _place(placed, next(iter(blanks)))
            yield Finding(where, f"The {placed.name} has a blank that nobody filled in: {found}.", "Fill it in.")


def _place(placed: PlacedText, blank: str) -> Location:
    """Where the blank stands: of a post-mortem the line is known, of other texts their update."""
    line = placed.text.count("\n", 0, max(0, placed.text.find(blank))) if placed.part is Part.POSTMORTEM else 0
    return Location(placed.where.path, placed.where.line + line, placed.where.column)


def _may_have_blanks(text: str) -> bool:
    """A cheap look: nearly every text has no sign of a blank."""
    return any(sign in text for sign in _SIGNS) or "lorem" in text.lower()


def _find_blanks(text: str) -> Iterable[str]:
    for line in prose(_LINK.sub(r"\1", text)).split("\n"):
        if _RULER.match(line):
            continue
        for blank in _BLANK.finditer(line):
            if not _HTML.match(blank[0]):
                yield blank[0]
