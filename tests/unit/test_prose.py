"""What is kept as rendered is what is checked as Markdown: two modules list an entry's texts, and agree."""

from datetime import UTC, datetime
from pathlib import PurePosixPath

from sitegen.checks import check_rendering
from sitegen.model import Action, Edited, Incident, Postmortem, Text, Update
from sitegen.problems import Location
from sitegen.timeline import list_prose

AT = datetime(2026, 11, 23, 3, 9, tzinfo=UTC)
WHERE = Location(PurePosixPath("incidents/2026-11-23-x.yaml"), 1, 1)


def wrong(name: str) -> Text:
    """A text with one mistake, in two languages."""
    return Text({code: f"{name} ({code}): [see](javascript:{name})" for code in ("en", "pl")})


def test_every_text_that_is_checked_as_markdown_is_listed_and_no_other() -> None:
    update = Update(
        id="20261123T0309Z",
        at=AT,
        message=wrong("message"),
        where=WHERE,
        social=wrong("social"),
        overrides={"twitter": wrong("override")},
        by="[me](javascript:by)",
        retracted=wrong("retracted"),
        edited=Edited(AT, wrong("edited")),
    )
    account = Postmortem(
        body=wrong("account"), where=WHERE, alt=wrong("alt"), actions=(Action(wrong("action"), "Ops"),)
    )
    entry = Incident(
        id="2026-11-23-x",
        where=WHERE,
        title=wrong("title"),
        workaround=wrong("workaround"),
        updates=(update,),
        postmortem=account,
    )
    listed = {text.partition(" ")[0] for text in list_prose(entry)}
    assert listed == {"message", "workaround", "retracted", "edited", "account"}
    assert len(list(check_rendering((entry,), ()))) == len(list(list_prose(entry))) == 2 * len(listed)
