"""What readers of a post-mortem look for, and whether it is there."""

import re
from collections.abc import Iterable, Iterator

from sitegen.checks.phrases import Topic, find_topic, phrases
from sitegen.checks.rule import Context, Finding
from sitegen.model import Incident, Postmortem

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|sty|lut|kwi|maj|cze|lip|sie|wrz|paź|lis|gru)[^\W\d]{0,10}"
_DAY = r"\d{1,2}(?:st|nd|rd|th|\.)?"
_TIMES = re.compile(
    rf"\b(?:\d{{4}}-\d\d-\d\d|\d{{1,2}}:\d\d|{_DAY} (?:of )?{_MONTH}|{_MONTH} {_DAY}(?!\d))(?: \d{{4}})?", re.IGNORECASE
)
_NUMBER = re.compile(r"\d")


def look_at_postmortem(incident: Incident, context: Context) -> Iterable[Finding]:
    """A post-mortem without what happened, its impact in numbers, why, what changes, or an apology."""
    postmortem = incident.postmortem
    if postmortem is None:
        return
    default = context.settings.site.default_language
    language = postmortem.body.language(default, default)
    for lacking, hint in _find_gaps(postmortem, postmortem.body.variants[language], language):
        yield Finding(postmortem.where, f"This post-mortem does not say {lacking}.", hint)


def _find_gaps(postmortem: Postmortem, body: str, language: str) -> Iterator[tuple[str, str]]:
    if phrases(language) is None:
        return
    if not find_topic(body, language, Topic.HAPPENED):
        yield "what happened", "Begin with a summary or a timeline."
    if not any(
        _NUMBER.search(_TIMES.sub("", block)) and find_topic(block, language, Topic.AFFECTED) for block in _blocks(body)
    ):
        yield "in numbers how customers were hit", "Say how many, how long, what they saw."
    if not find_topic(body, language, Topic.WHY):
        yield "why it happened", "Name the cause."
    if not postmortem.actions and not find_topic(body, language, Topic.CHANGES):
        yield "what changes", "List `actions` with an owner's role and a date."
    if not find_topic(body, language, Topic.APOLOGY):
        yield "that you are sorry", "Above all else, people look for that."


def _blocks(body: str) -> Iterator[str]:
    """The paragraphs, each with the heading above it."""
    heading = ""
    for block in re.split(r"\n\s*\n", body):
        yield f"{heading}\n{block}"
        heading = block if block.startswith("#") else ""


def look_at_picture(incident: Incident, context: Context) -> Iterable[Finding]:
    """A post-mortem's picture that nobody described; those inside the texts are looked at where they are rendered."""
    postmortem = incident.postmortem
    if postmortem is not None and postmortem.image and postmortem.alt is None:
        yield Finding(postmortem.where, "The picture has no `alt`.", "Say what it shows, for those who can't see it.")
