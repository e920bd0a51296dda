"""`check --schema`: what editors go by says the same as the loader."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.cli.running import sitegen
from tests.projects import INCIDENT, MOMENT, SETTINGS, make_project

ID = "2026-11-23-card-payments"
EVERYTHING = """\
title: {en: Card payments fail at checkout, pl: Płatności kartą nie działają}
components:
  checkout: major_outage
  api: degraded_performance
impact: major
started: 2026-11-23 03:02
workaround: Pay by bank transfer.
updates:
  - at: 2026-11-23 03:09
    status: investigating
    next_update_by: 30m
    message: |
      Most card payments are failing. Orders paid by bank transfer work.
    by: Ana
  - at: 03:31
    status: identified
    eta: 04:30
    next_update_by: 04:00
    message:
      en: |
        We found the cause: a certificate expired.
      pl: |
        Znamy przyczynę: wygasły certyfikat.
    social: |
      Card payments still fail: a certificate expired.
    twitter: false
  - at: 04:02
    id: 20261123T0301Z
    status: monitoring
    components: {checkout: degraded_performance, api: operational}
    message: Card payments work again for most customers.
    social: false
    edited: {at: 2026-11-23 05:00, note: The time was wrong.}
  - at: 04:47
    status: resolved
    message: All card payments work. No payment was taken twice.
    retracted: It is not over.
cause: [certificate, unknown]
aliases: [issues/card-payments/, 2026-11-22-card-payments]
draft: true
"""
WINDOW = "type: maintenance\nwindow: {start: 2026-12-01 22:00, end: 23:30}\n"
TWITTER = SETTINGS + "channels:\n  twitter: {account: examplestatus}\n"
TYPOS = [
    ("message:", "mesage:"),
    ("title:", "titel:"),
    ("checkout:", "chekout:"),
    ("major_outage", "major"),
    ("title: Card payments fail at checkout\n", ""),
    ("title: Card payments fail at checkout", "title: Odd"),
    ("workaround:", "status: resolved\nworkaround:"),
    ("    next_update_by:", "    status: fixed\n    next_update_by:"),
    ("    next_update_by:", "    id: a-b\n    next_update_by:"),
    ("updates:", "type: incidence\nupdates:"),
    ("updates:", "cause: gremlins\nupdates:"),
    ("updates:", "impact: huge\nupdates:"),
    ("updates:", "draft: 'maybe'\nupdates:"),
    ("workaround: Pay by bank transfer.", "workaround: {fr: Payez par virement.}"),
]


class Core(yaml.SafeLoader):
    """Reads as an editor's YAML 1.2 does, where a time is a text."""


Core.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in resolvers if tag == "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def schema_of(root: Path) -> jsonschema.Draft202012Validator:
    schema: dict[str, Any] = json.loads(sitegen(root, "check", "--schema").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    return jsonschema.Draft202012Validator(schema)


def mistakes(validator: jsonschema.Draft202012Validator, text: str) -> list[str]:
    return [error.message for error in validator.iter_errors(yaml.load(text, Core))]


def test_what_the_loader_reads_the_schema_accepts(tmp_path: Path) -> None:
    maintenance = INCIDENT.replace("updates:", f"{WINDOW}updates:")
    notice = INCIDENT.replace("updates:", "type: notice\nuntil: 2026-12-01 00:00\nupdates:")
    texts = {"everything": EVERYTHING, "least": INCIDENT, "maintenance": maintenance, "notice": notice}
    root = make_project(tmp_path, TWITTER, {f"2026-11-23-{name}": text for name, text in texts.items()})
    validator = schema_of(root)
    assert {name: mistakes(validator, text) for name, text in texts.items()} == {name: [] for name in texts}
    problems = json.loads(sitegen(root, "check", "--format", "json").stdout)
    assert [problem for problem in problems if problem["severity"] == "error"] == []


def test_what_the_loader_complains_of_the_schema_rejects(tmp_path: Path) -> None:
    typos = {f"2026-11-23-typo-{number}": INCIDENT.replace(*typo) for number, typo in enumerate(TYPOS)}
    root = make_project(tmp_path, TWITTER, typos)
    validator = schema_of(root)
    assert [typo for typo, text in zip(TYPOS, typos.values(), strict=True) if not mistakes(validator, text)] == []
    problems = json.loads(sitegen(root, "check", "--format", "json", code=1).stdout)
    refused = {Path(problem["path"]).stem for problem in problems if problem["severity"] == "error"}
    assert refused == typos.keys()


@pytest.mark.parametrize("settings", [None, "site: {nam: X}\n"])
def test_without_settings_any_well_formed_word_will_do(settings: str | None, tmp_path: Path) -> None:
    if settings is not None:
        make_project(tmp_path, settings)
    validator = schema_of(tmp_path)
    assert mistakes(validator, INCIDENT.replace("checkout:", "anything:")) == []
    assert mistakes(validator, INCIDENT.replace("message:", "mesage:")) != []


def test_what_new_writes_the_schema_accepts(quiet: Path) -> None:
    words = ("-c", "api=major_outage", "--eta", "2h", "--by", "Ana", "--workaround", "Wait: it # helps.")
    sitegen(quiet, "new", "Search is slow: 10 s", *words, "-m", "Results take\n\nlong.", at=MOMENT)
    assert mistakes(schema_of(quiet), next((quiet / "incidents").iterdir()).read_text()) == []
