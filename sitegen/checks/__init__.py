"""Rules over incidents: what is wrong with what they say, before customers read it; pure functions, all at once."""

from sitegen.checks.audience import audible, is_open
from sitegen.checks.exposure import check_settings, withhold_settings
from sitegen.checks.rendering import check_rendering
from sitegen.checks.rule import Context, Finding, Rule
from sitegen.checks.rules import RULES, RULES_OF_A_BUILD, check
from sitegen.checks.secrets import Secret, find_secrets, redact, withhold
from sitegen.checks.texts import Part, PlacedText, texts
from sitegen.checks.verdict import WITHHELD, Verdict, give_verdict

__all__ = [
    "RULES",
    "RULES_OF_A_BUILD",
    "WITHHELD",
    "Context",
    "Finding",
    "Part",
    "PlacedText",
    "Rule",
    "Secret",
    "Verdict",
    "audible",
    "check",
    "check_rendering",
    "check_settings",
    "find_secrets",
    "give_verdict",
    "is_open",
    "redact",
    "texts",
    "withhold",
    "withhold_settings",
]
