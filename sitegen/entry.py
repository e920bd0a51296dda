"""The declared format of an incident's file and of a post-mortem's front matter: fields, forms and meanings."""

from typing import Literal

from sitegen.fields import Field, ListOf, MapOf, Record, Schema, Shape, Vocabulary
from sitegen.model import STATUSES, WRITABLE_CONDITIONS, Impact, Kind, Text
from sitegen.shapes import Choice, Day, Declared, Flag, Line, Moment, OrFalse, SitePath, Translated

ID_PATTERN = r"\d{4}-\d{2}-\d{2}-[a-z0-9-]{1,60}"
UPDATE_ID_PATTERN = r"[A-Za-z0-9]{4,16}"
ALIAS_PATTERN = r"(?!.*(?:^|/)\.)[^\s/\\:*?\"<>|#%&{}$!'`=+@~][^\s\\:*?\"<>|#%&{}$!'`=+@]{0,199}"
MAX_MESSAGE = 4096

_STATUS_WORDS = tuple(dict.fromkeys(status for statuses in STATUSES.values() for status in statuses))
_PROSE = Translated(Line(1, MAX_MESSAGE, prose=True))
_SHORT = Translated(Line(1, 500, prose=True))
_OTHER_WORDS: Shape[Text | Literal[False]] = OrFalse(_PROSE)
_COMPONENT_MAP = MapOf(Declared("components"), Choice(WRITABLE_CONDITIONS))

EDITED_AT = Field("at", Moment(), "When the text was changed.", required=True)
EDITED_NOTE = Field("note", _SHORT, "What was changed, and why.", required=True)
EDITED = Record((EDITED_AT, EDITED_NOTE))

UPDATE_AT = Field(
    "at",
    Moment(relative=True),
    "When this is said: `2026-11-23 03:09` in the site's zone, `…T03:09Z`, or `03:09` after the update above.",
    required=True,
)
MESSAGE = Field("message", _PROSE, "What customers need to know now, in Markdown.", required=True)
UPDATE_ID = Field(
    "id",
    Line(4, 16, UPDATE_ID_PATTERN, "4 to 16 letters and digits"),
    "Keeps the update's address when `at` is corrected; unique in the file.",
)
STATUS = Field("status", Choice(_STATUS_WORDS), "How far the work has come; absent: as before.")
CHANGES = Field("components", _COMPONENT_MAP, "Changes since the update above; they carry forward.")
NEXT_UPDATE_BY = Field("next_update_by", Moment(relative=True), "When the next update comes: a time, or `30m`.")
ETA = Field("eta", Moment(relative=True), "When it should work again: a time, or `2h`.")
SOCIAL = Field("social", _OTHER_WORDS, "Other words for social channels; `false`: nothing there.")
BY = Field("by", Line(1, 60), "A short signature, such as `Ana`.")
RETRACTED = Field("retracted", _SHORT, "Why this is no longer true; the text stays, struck out.")
EDITED_FIELD = Field("edited", EDITED, "The text was changed after publication.")
UPDATE = Record(
    (UPDATE_AT, STATUS, MESSAGE, CHANGES, NEXT_UPDATE_BY, ETA, SOCIAL, BY, RETRACTED, EDITED_FIELD, UPDATE_ID),
    extra="channels",
    extra_shape=_OTHER_WORDS,
)

WINDOW_START = Field("start", Moment(), "When the maintenance begins.", required=True)
WINDOW_END = Field("end", Moment(relative=True), "When it should be over.", required=True)
WINDOW = Record((WINDOW_START, WINDOW_END))

TITLE = Field(
    "title", Translated(Line(5, 120)), "What customers see, in a few words (5–120 characters).", required=True
)
TYPE = Field("type", Choice(tuple(Kind)), "`incident` (default), `maintenance` or `notice`.")
COMPONENTS = Field("components", _COMPONENT_MAP, "What is affected, and how much.")
IMPACT = Field("impact", Choice(tuple(Impact)), "Overrides the impact that follows from the components.")
STARTED = Field("started", Moment(), "When customers were first hit; default: the first update.")
WORKAROUND = Field("workaround", _SHORT, "What customers can do now.")
UPDATES = Field("updates", ListOf(UPDATE), "What was said, oldest first.", required=True)
CAUSE = Field("cause", ListOf(Declared("causes"), lenient=True), "What it came from.")
WINDOW_FIELD = Field("window", WINDOW, "Planned start and end of a maintenance.")
UNTIL = Field("until", Moment(), "When a notice stops being shown as current.")
DRAFT = Field("draft", Flag(unclear=True), "`true`: shown only in the preview.")
ALIASES = Field(
    "aliases",
    ListOf(SitePath(Line(1, 200, ALIAS_PATTERN, "an old id or a path inside the site"))),
    "Old ids or paths that lead here.",
)
INCIDENT = Record(
    (
        *(TITLE, TYPE, COMPONENTS, IMPACT, STARTED, WINDOW_FIELD, UNTIL, WORKAROUND, UPDATES),
        *(CAUSE, DRAFT, ALIASES),
    )
)

ACTION_TEXT = Field("text", _SHORT, "What will be done.", required=True)
OWNER = Field("owner", Line(1, 60), "The role that does it.", required=True)
DUE = Field("due", Day(), "Until when.")
DONE = Field("done", Day(), "When it was done.")
ACTION = Record((ACTION_TEXT, OWNER, DUE, DONE))
PUBLISHED = Field("published", Moment(), "When it appears; absent: a draft.")
IMAGE = Field("image", Line(1, 100), "A picture beside this file.")
ALT = Field("alt", _SHORT, "What the picture shows, for those who can't see it.")
ACTIONS = Field("actions", ListOf(ACTION), "What follows from it.")
POSTMORTEM = Record((PUBLISHED, IMAGE, ALT, ACTIONS))


def schema(vocabulary: Vocabulary) -> Schema:
    """The JSON Schema of an incident's file, with the words that this project declares."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "An incident of sitegen",
        **INCIDENT.schema(vocabulary),
    }
