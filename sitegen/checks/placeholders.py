"""Blanks of a template that nobody filled in."""

import re
from collections.abc import Iterable

from sitegen.checks.prose import prose
from sitegen.checks.rule import Context, Finding, quote
from sitegen.checks.texts import texts
from sitegen.model import Incident

_BLANK = re.compile(
    r"(?<![\w\[\]!])(?i:\[(?:…|\.{2,3}|_{1,80}|\?{1,9}"
    r"|(?:insert|enter|fill|describe|specify|add|your|wstaw|wpisz|podaj|opisz)\b[^\[\]\n]{0,80}+"
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


def look_for_placeholders(incident: Incident, context: Context) -> Iterable[Finding]:
    """Blanks such as `[service]`, `TODO`, `<name>`, `{name}` or `____`, outside of code."""
    for placed in texts(incident):
        blanks = dict.fromkeys(_find_blanks(placed.text)) if _may_have_blanks(placed.text) else {}
        if blanks:
            found = ", ".join(quote(blank) for blank in list(blanks)[:5])
            yield Finding(placed.where, f"The {placed.name} has a blank that nobody filled in: {found}.", "Fill it in.")


def _may_have_blanks(text: str) -> bool:
    """A cheap look: nearly every text has no sign of a blank."""
    return any(sign in text for sign in _SIGNS) or "lorem" in text.lower()


def _find_blanks(text: str) -> Iterable[str]:
    for line in prose(text).split("\n"):
        if _RULER.match(line):
            continue
        for blank in _BLANK.finditer(line):
            if not _HTML.match(blank[0]):
                yield blank[0]
