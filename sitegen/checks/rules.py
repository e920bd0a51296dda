"""The rules, in the order of this project's concern, and what runs them."""

from collections.abc import Iterable

import msgspec

from sitegen.checks import copies, facts, mentions, placeholders, postmortems, privacy, structure, translations, wording
from sitegen.checks.rule import Context, Rule
from sitegen.checks.secrets import look_for_secrets, withhold
from sitegen.model import Incident
from sitegen.problems import Problem, Severity, sort_problems

ERROR, WARNING, ADVICE = Severity.ERROR, Severity.WARNING, Severity.ADVICE
SECRET = Rule("secret", ERROR, look_for_secrets)
AHEAD = Rule("ahead-of-clock", ERROR, structure.look_ahead, timely=True)
RULES: tuple[Rule, ...] = (
    SECRET,
    Rule("personal-data", WARNING, privacy.look_for_personal_data),
    Rule("placeholder", ERROR, placeholders.look_for_placeholders),
    Rule("other-facts", ERROR, facts.look_for_other_facts),
    AHEAD,
    Rule("after-the-end", ERROR, structure.look_at_order),
    Rule("ends-before-start", ERROR, structure.look_at_start),
    Rule("broken-after-the-end", WARNING, structure.look_at_components_after_the_end),
    Rule("reopened-without-components", WARNING, structure.look_at_reopening),
    Rule("late-start", WARNING, structure.look_at_late_start),
    Rule("forgotten-maintenance", WARNING, structure.look_for_forgotten_maintenance, timely=True),
    Rule("draft", WARNING, structure.look_at_draft),
    Rule("first-word-is-the-end", ADVICE, structure.look_at_first_status),
    Rule("short-notice", ADVICE, structure.look_at_announcement, timely=True),
    Rule("default-language", WARNING, translations.look_for_default_language),
    Rule("translation", ADVICE, translations.look_for_translations),
    Rule("blame", WARNING, wording.look_for_blame),
    Rule("promise", WARNING, wording.look_for_promises),
    Rule("minimising", ADVICE, wording.look_for_minimising),
    Rule("filler", ADVICE, wording.look_for_filler),
    Rule("relative-time", ADVICE, wording.look_for_relative_times),
    Rule("long-sentence", ADVICE, wording.look_for_long_sentences),
    Rule("data-loss", ADVICE, wording.look_for_word_on_data),
    Rule("copy", ADVICE, copies.look_for_copies),
    Rule("stock-phrase", ADVICE, copies.look_for_stock_phrases),
    Rule("mention", ADVICE, mentions.look_for_mentions),
    Rule("postmortem", ADVICE, postmortems.look_at_postmortem),
    Rule("picture", WARNING, postmortems.look_at_picture),
)
# What a build tells: errors alone, and a clock that is ahead stops nothing (FORMAT.md, `at`).
RULES_OF_A_BUILD: tuple[Rule, ...] = tuple(
    msgspec.structs.replace(rule, severity=WARNING) if rule is AHEAD else rule
    for rule in RULES
    if rule.severity is ERROR
)


def check(incidents: Iterable[Incident], context: Context, rules: tuple[Rule, ...] = RULES) -> tuple[Problem, ...]:
    """Every problem that the rules see in the incidents, ordered by file and line; no message repeats a secret."""
    return sort_problems(problem for incident in incidents for problem in _check_one(incident, context, rules))


def _check_one(incident: Incident, context: Context, rules: tuple[Rule, ...]) -> Iterable[Problem]:
    leaks = tuple(SECRET(incident, context))
    # The others quote what they find, so they get to see only what may be published.
    safe = withhold(incident, "-") if leaks else incident
    for rule in rules:
        yield from leaks if rule is SECRET else rule(safe, context)
