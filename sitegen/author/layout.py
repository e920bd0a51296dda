"""Incidents and updates as lines of YAML: which field stands where, and in which form."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from sitegen import entry, load, moments
from sitegen.author.lines import Lines, below, fields, item, line, prose, texts, word
from sitegen.model import Condition, Edited, Incident, Kind, Status, Text, Update, Window

# A clock time alone reaches no further (FORMAT.md, `next_update_by`); a longer promise is written with its date.
_CLOCK_REACH = timedelta(hours=12)


class Layout(msgspec.Struct, frozen=True):
    """How a site writes: local times in its zone, and a text without a map in its first language."""

    zone: ZoneInfo
    language: str

    def incident(self, incident: Incident) -> Lines:
        """The lines of a whole file, in the order of FORMAT.md; what goes without saying is left out."""
        kind, causes = incident.kind, incident.causes
        return fields(
            (entry.TITLE, self._text(incident.title, line)),
            (entry.TYPE, None if kind is Kind.INCIDENT else word(kind)),
            (entry.COMPONENTS, _conditions(incident.components)),
            (entry.IMPACT, word(incident.impact)),
            (entry.STARTED, self._moment(incident.started)),
            (entry.WINDOW_FIELD, self._window(incident.window)),
            (entry.UNTIL, self._moment(incident.until)),
            (entry.WORKAROUND, self._text(incident.workaround)),
            (entry.UPDATES, self._updates(incident)),
            (entry.CAUSE, line(causes[0]) if len(causes) == 1 else texts(causes)),
            (entry.DRAFT, ("true",) if incident.draft else None),
            (entry.ALIASES, texts(incident.aliases)),
        )

    def _updates(self, incident: Incident) -> Lines | None:
        assumed = Status.INVESTIGATING if incident.kind is Kind.INCIDENT else None
        lines: list[str] = []
        for number, update in enumerate(incident.updates):
            lines += item(self.update(update, assumed=None if number else assumed), 2)
        return below(lines) if lines else None

    def update(self, update: Update, after: datetime | None = None, assumed: Status | None = None) -> Lines:
        """The lines of one update.

        With `after`, the moment of the update above, times of the same day are written without the date. `assumed`
        is the status that goes without saying.
        """
        said = None if after is None else update.at
        return fields(
            (entry.UPDATE_AT, self._moment(update.at, after)),
            (entry.UPDATE_ID, None if update.id == load.default_update_id(update.at) else line(update.id)),
            (entry.STATUS, None if update.status is assumed else word(update.status)),
            (entry.CHANGES, _conditions(update.components)),
            (entry.ETA, self._moment(update.eta, said, _CLOCK_REACH)),
            (entry.NEXT_UPDATE_BY, self._moment(update.next_update_by, said, _CLOCK_REACH)),
            (entry.MESSAGE, self._text(update.message)),
            (entry.SOCIAL, self._wording(update.social)),
            *((channel, self._wording(wording)) for channel, wording in update.overrides.items()),
            (entry.BY, line(update.by) if update.by else None),
            (entry.RETRACTED, self._text(update.retracted)),
            (entry.EDITED_FIELD, self._edited(update.edited)),
        )

    def _edited(self, edited: Edited | None) -> Lines | None:
        if edited is None:
            return None
        at, note = self._moment(edited.at), self._text(edited.note)
        return below(fields((entry.EDITED_AT, at), (entry.EDITED_NOTE, note)))

    def _window(self, window: Window | None) -> Lines | None:
        if window is None:
            return None
        start, end = self._moment(window.start), self._moment(window.end)
        return below(fields((entry.WINDOW_START, start), (entry.WINDOW_END, end)))

    def _wording(self, wording: Text | Literal[False] | None) -> Lines | None:
        # The text "false" is never mistaken for the answer: it is written as a literal, which ends with a line break.
        return ("false",) if wording is False else self._text(wording)

    def _text(self, text: Text | None, write: Callable[[str], Lines] = prose) -> Lines | None:
        if text is None:
            return None
        if [*text.variants] == [self.language]:
            return write(text.variants[self.language])
        return _translations(text, write)

    def _moment(
        self, at: datetime | None, after: datetime | None = None, reach: timedelta | None = None
    ) -> Lines | None:
        """A moment as local time, with its offset where that alone says which is meant.

        On the day of `after`, and within `reach` of it, the time of day alone.
        """
        if at is None:
            return None
        local = at.astimezone(self.zone)
        forms = [local.replace(tzinfo=None).isoformat(" ", "minutes")]
        midnight = local.replace(hour=0, minute=0, second=0, fold=0)
        if after and midnight <= after <= at and (reach is None or at - after <= reach):
            forms.insert(0, local.strftime("%H:%M"))
        sufficient = (form for form in forms if self._resolve(form, after or at) == at)
        return (next(sufficient, local.isoformat(timespec="seconds")),)

    def _resolve(self, form: str, after: datetime) -> datetime | None:
        try:
            return moments.resolve_after(moments.parse(form), self.zone, after)
        except moments.MomentError:
            return None


def _conditions(conditions: Mapping[str, Condition]) -> Lines | None:
    """A map from components to conditions: one alone in braces, more below each other."""
    pairs = fields(*((key, word(condition)) for key, condition in conditions.items()))
    if not pairs:
        return None
    return (f"{{{pairs[0]}}}",) if len(pairs) == 1 else below(pairs)


def _translations(text: Text, write: Callable[[str], Lines]) -> Lines:
    return below(fields(*((language, write(variant)) for language, variant in text.variants.items())))
