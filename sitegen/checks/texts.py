"""Every text of an incident that people will read, with the place where it stands."""

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import TypeVar

import msgspec

from sitegen.model import Action, Edited, Incident, Postmortem, Text, Update
from sitegen.problems import Location

T = TypeVar("T")


class Part(StrEnum):
    """What a text is to its entry."""

    TITLE = "title"
    WORKAROUND = "workaround"
    MESSAGE = "message"
    SOCIAL = "social text"
    OVERRIDE = "channel's text"
    SIGNATURE = "signature"
    RETRACTION = "reason of the retraction"
    EDIT = "note on the edit"
    POSTMORTEM = "post-mortem"
    PICTURE = "description of the picture"
    ACTION = "action"
    OWNER = "owner of an action"


class PlacedText(msgspec.Struct, frozen=True):
    """One text in one language ("" for a person or role, which has none); `name` is for messages: "message (pl)".

    `where` is its update, post-mortem or file; `update` is the one it belongs to, if any.
    """

    text: str
    language: str
    where: Location
    part: Part
    name: str
    update: Update | None = None


def texts(incident: Incident) -> Iterator[PlacedText]:
    """Everything that was written for readers, in the order of the file, the post-mortem last."""
    yield from _variants(incident.title, Part.TITLE, incident.where)
    yield from _variants(incident.workaround, Part.WORKAROUND, incident.where)
    for update in incident.updates:
        yield from update_texts(update)
    if incident.postmortem is not None:
        yield from _postmortem_texts(incident.postmortem)


def update_texts(update: Update) -> Iterator[PlacedText]:
    """The texts of one update."""
    where = update.where
    yield from _variants(update.message, Part.MESSAGE, where, update)
    yield from _variants(update.social or None, Part.SOCIAL, where, update)
    for _, words in sorted(update.overrides.items()):
        yield from _variants(words or None, Part.OVERRIDE, where, update)
    if update.by:
        yield PlacedText(update.by, "", where, Part.SIGNATURE, Part.SIGNATURE, update)
    yield from _variants(update.retracted, Part.RETRACTION, where, update)
    yield from _variants(update.edited.note if update.edited else None, Part.EDIT, where, update)


def _postmortem_texts(postmortem: Postmortem) -> Iterator[PlacedText]:
    yield from _variants(postmortem.body, Part.POSTMORTEM, postmortem.where)
    yield from _variants(postmortem.alt, Part.PICTURE, postmortem.where)
    for action in postmortem.actions:
        yield from _variants(action.text, Part.ACTION, postmortem.where)
        yield PlacedText(action.owner, "", postmortem.where, Part.OWNER, Part.OWNER)


def _variants(text: Text | None, part: Part, where: Location, update: Update | None = None) -> Iterator[PlacedText]:
    variants = text.variants if text else {}
    for language, words in variants.items():
        name = f"{part} ({language})" if len(variants) > 1 else str(part)
        yield PlacedText(words, language, where, part, name, update)


def reword(incident: Incident, change: Callable[[str], str]) -> Incident:
    """The incident with each of its `texts` put through `change`."""
    postmortem = incident.postmortem
    return msgspec.structs.replace(
        incident,
        title=_reword(incident.title, change),
        workaround=_if_there(incident.workaround, change),
        updates=tuple(_reword_update(update, change) for update in incident.updates),
        postmortem=None if postmortem is None else _reword_postmortem(postmortem, change),
    )


def _reword(text: Text, change: Callable[[str], str]) -> Text:
    return Text({language: change(words) for language, words in text.variants.items()})


def _if_there(text: Text | T, change: Callable[[str], str]) -> Text | T:
    return _reword(text, change) if isinstance(text, Text) else text


def _reword_update(update: Update, change: Callable[[str], str]) -> Update:
    edited = update.edited
    return msgspec.structs.replace(
        update,
        message=_reword(update.message, change),
        social=_if_there(update.social, change),
        overrides={channel: _if_there(words, change) for channel, words in update.overrides.items()},
        by=change(update.by),
        retracted=_if_there(update.retracted, change),
        edited=None if edited is None else Edited(edited.at, _reword(edited.note, change)),
    )


def _reword_postmortem(postmortem: Postmortem, change: Callable[[str], str]) -> Postmortem:
    return msgspec.structs.replace(
        postmortem,
        body=_reword(postmortem.body, change),
        alt=_if_there(postmortem.alt, change),
        actions=tuple(
            Action(_reword(action.text, change), change(action.owner), action.due, action.done)
            for action in postmortem.actions
        ),
    )
