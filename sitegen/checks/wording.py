"""How a text sounds to customers: blame, belittling, filler, promises, long sentences, times that go stale."""

from collections.abc import Callable, Iterable

from sitegen.checks.phrases import Topic, find_topic, phrases
from sitegen.checks.prose import prose, sentences, words
from sitegen.checks.rule import Context, Finding, quote
from sitegen.checks.texts import texts
from sitegen.model import Incident, Kind, Status

MOST_WORDS = 25
Look = Callable[[Incident, Context], Iterable[Finding]]


def _look_for_phrases(topic: Topic, complaint: str, hint: str) -> Look:
    """A look for some phrases in every text: one finding per text, naming what was found."""

    def look(incident: Incident, context: Context) -> Iterable[Finding]:
        for placed in texts(incident):
            if not find_topic(placed.text, placed.language, topic):
                continue
            found = dict.fromkeys(map(str.casefold, find_topic(prose(placed.text), placed.language, topic)))
            if found:
                quoted = ", ".join(quote(phrase) for phrase in list(found)[:5])
                yield Finding(placed.where, f"The {placed.name} {complaint}: {quoted}.", hint)

    return look


look_for_blame = _look_for_phrases(
    Topic.BLAME, "sounds like blame", "Say what happened and what helps; never whose fault it is."
)
look_for_minimising = _look_for_phrases(
    Topic.MINIMISING, "plays the trouble down", "Say who is affected, in numbers if you have them."
)
look_for_filler = _look_for_phrases(
    Topic.FILLER, "has filler", "Leave it out, or say what you mean: what broke, or that you are sorry."
)
look_for_promises = _look_for_phrases(Topic.PROMISES, "promises what nobody can know", "Say what you changed instead.")
look_for_relative_times = _look_for_phrases(
    Topic.RELATIVE,
    "has a time that goes stale",
    "Write the time with its zone: the text is read later, and elsewhere.",
)


def look_for_long_sentences(incident: Incident, context: Context) -> Iterable[Finding]:
    """Sentences of more than 25 words: one finding per text, showing the first."""
    for placed in texts(incident):
        if len(placed.text.split()) <= MOST_WORDS:
            continue
        long = [sentence for sentence in sentences(placed.text) if len(words(sentence)) > MOST_WORDS]
        if long:
            count = "1 sentence" if len(long) == 1 else f"{len(long)} sentences"
            what = f"The {placed.name} has {count} of over {MOST_WORDS} words: {quote(long[0])}."
            yield Finding(placed.where, what, "Make two of one; people read this in a hurry.")


def look_for_word_on_data(incident: Incident, context: Context) -> Iterable[Finding]:
    """A resolution that leaves open whether data was lost."""
    ends = [update for update in incident.updates if update.status is Status.RESOLVED]
    if not ends or incident.kind is not Kind.INCIDENT:
        return
    for language, message in ends[-1].message.variants.items():
        if phrases(language) and not find_topic(message, language, Topic.DATA):
            hint = "Say so, also when nothing was."
            yield Finding(ends[-1].where, f"This resolution (`{language}`) does not say whether data was lost.", hint)
