"""An incident's file, put before the rules."""

from datetime import UTC, datetime
from pathlib import PurePosixPath

import msgspec

from sitegen import config
from sitegen.checks import Context, check
from sitegen.load import read_incident
from sitegen.model import Incident, Postmortem, Settings, Text
from sitegen.problems import Location, Problem

MOMENT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PATH = PurePosixPath("incidents/2026-11-23-checkout-payments.yaml")
SETTINGS = """\
site:
  name: Example Pay
  url: https://status.example-pay.eu
  languages: [en, pl]
  support: mailto:help@example-pay.eu
components:
  - {key: checkout, name: {en: Checkout, pl: Kasa}}
  - {key: api, name: Payments API}
  - {key: git, name: git.example-pay.eu}
channels:
  twitter: {account: examplestatus}
"""
MONOLINGUAL = SETTINGS.replace("[en, pl]", "[en]").replace(", pl: Kasa", "")


def settings(text: str = SETTINGS) -> Settings:
    """The settings of the text, which must be right."""
    read = config.read(text.encode())
    assert read.settings is not None
    assert not read.problems
    return read.settings


def incident(text: str, of: Settings | None = None) -> Incident:
    """The incident of a file's text, which must be well formed."""
    entry = read_incident(PATH, text.encode(), of or settings())
    assert not entry.problems, [str(problem) for problem in entry.problems]
    return entry.incident


def saying(message: str, **fields: str) -> str:
    """An incident's file with one update that says the message; `fields` are further lines of it."""
    more = "".join(f"    {name}: {value}\n" for name, value in fields.items())
    block = "".join(f"      {line}\n" for line in message.split("\n"))
    return (
        "title: Card payments fail\ncomponents: {checkout: major_outage}\nupdates:\n"
        f"  - at: 2026-11-23 03:09\n{more}    message: |\n{block}"
    )


def with_postmortem(body: str, language: str = "en", **fields: object) -> Incident:
    """An incident with a post-mortem of that body."""
    postmortem = Postmortem(body=Text({language: body}), where=Location(PATH.with_suffix(".md"), 1, 1))
    return msgspec.structs.replace(
        incident(saying("Card payments fail.")), postmortem=msgspec.structs.replace(postmortem, **fields)
    )


def problems(one: Incident | str, rule: str, of: Settings | None = None, moment: datetime = MOMENT) -> list[Problem]:
    """What one rule says of an incident, or of the file whose text it is."""
    of = of or settings()
    found = check([incident(one, of) if isinstance(one, str) else one], Context(of, moment))
    return [problem for problem in found if problem.rule == rule]
