"""What the words of the formats are called on the pages, in English; the catalogues translate them."""

from enum import StrEnum

from sitegen.model import Condition, Impact, Kind, Status


def N_(message: str) -> str:  # noqa: N802 - the name by which extractors know a message
    """Mark a message for the catalogues without translating it here."""
    return message


LABELS: dict[type[StrEnum], dict[StrEnum, str]] = {
    Condition: {
        Condition.OPERATIONAL: N_("Operational"),
        Condition.UNDER_MAINTENANCE: N_("Under maintenance"),
        Condition.UNKNOWN: N_("Unknown"),
        Condition.DEGRADED_PERFORMANCE: N_("Degraded performance"),
        Condition.PARTIAL_OUTAGE: N_("Partial outage"),
        Condition.MAJOR_OUTAGE: N_("Major outage"),
    },
    Status: {
        Status.INVESTIGATING: N_("Investigating"),
        Status.IDENTIFIED: N_("Identified"),
        Status.MONITORING: N_("Monitoring"),
        Status.RESOLVED: N_("Resolved"),
        Status.SCHEDULED: N_("Scheduled"),
        Status.IN_PROGRESS: N_("In progress"),
        Status.VERIFYING: N_("Verifying"),
        Status.COMPLETED: N_("Completed"),
        Status.CANCELLED: N_("Cancelled"),
    },
    Impact: {
        Impact.NONE: N_("No impact"),
        Impact.MINOR: N_("Minor"),
        Impact.MAJOR: N_("Major"),
        Impact.CRITICAL: N_("Critical"),
    },
    Kind: {
        Kind.INCIDENT: N_("Incident"),
        Kind.MAINTENANCE: N_("Maintenance"),
        Kind.NOTICE: N_("Notice"),
    },
}


def label(word: StrEnum) -> str:
    """The English name of a status, condition, impact or kind."""
    return LABELS[type(word)][word]
