"""`check --translations`: every text that lacks a language of the site, the most pressing first, and a summary."""

import json
from pathlib import Path

import pytest

from tests.cli.running import sitegen
from tests.projects import make_project

SETTINGS = """\
site: {name: {en: Example Pay, pl: Przykład, de: Beispiel}, languages: [en, pl, de]}
components:
  - group: {en: Payments, de: Zahlungen}
    components: [{key: checkout, name: {en: Checkout, pl: Kasa}, description: Paying in shops}]
channels:
  twitter: {account: examplestatus}
"""
TITLE = "title: {en: Card payments fail, pl: Płatności kartą nie działają, de: Kartenzahlungen schlagen fehl}\n"
OPEN = f"""\
{TITLE}workaround: Pay by bank transfer.
updates:
  - at: 2026-11-21 03:09
    message: {{en: Most card payments fail., de: Die meisten Kartenzahlungen schlagen fehl.}}
    social: Card payments fail.
    twitter: {{en: Cards fail., pl: Karty nie działają., de: Karten gehen nicht.}}
  - at: 2026-11-21 03:31
    retracted: That was wrong.
    message: {{pl: Wygasł certyfikat., de: Ein Zertifikat ist abgelaufen.}}
"""
OVER = """\
title: Payouts were late
updates:
  - at: 2026-11-{day} 06:00
    status: resolved
    message: {{en: All payouts are out., pl: Wypłaty są w drodze., de: Alle Auszahlungen sind unterwegs.}}
"""
EDITED = "    edited: {at: 2026-11-20 07:00, note: A typing error}\n"
POSTMORTEM = """\
---
published: 2026-11-20
image: load.png
alt: Load over time
actions:
  - {text: Watch the date, owner: Payments lead, due: 2026-12-01}
---
A certificate expired.
"""


@pytest.fixture
def untranslated(tmp_path: Path) -> Path:
    """A project with an open incident that is older than the newer of two others."""
    incidents = {
        "2026-11-21-cards": OPEN,
        "2026-11-19-payouts": OVER.format(day=19) + EDITED,
        "2026-11-19-payouts.md": POSTMORTEM,
        "2026-11-22-payouts": OVER.format(day=22),
    }
    return make_project(tmp_path / "status", SETTINGS, incidents)


def test_each_text_is_named_with_the_languages_it_lacks_and_the_open_incident_comes_first(untranslated: Path) -> None:
    cards, newer, older = (f"incidents/2026-11-{name}" for name in ("21-cards", "22-payouts", "19-payouts"))
    assert sitegen(untranslated, "check", "--translations").stdout.splitlines() == [
        f"{cards}.yaml:1:1: advice: The workaround is not in `pl`, `de`.",
        f"{cards}.yaml:4:5: advice: The message of update 1 is not in `pl`.",
        f"{cards}.yaml:4:5: advice: The social text of update 1 is not in `pl`, `de`.",
        f"{cards}.yaml:8:5: advice: The message of update 2 is not in `en`.",
        f"{cards}.yaml:8:5: advice: The reason of the retraction of update 2 is not in `pl`, `de`.",
        "sitegen.yaml: advice: The name of group 1 is not in `pl`.",
        "sitegen.yaml: advice: The name of `checkout` is not in `de`.",
        "sitegen.yaml: advice: The description of `checkout` is not in `pl`, `de`.",
        f"{newer}.yaml:1:1: advice: The title is not in `pl`, `de`.",
        f"{older}.yaml:1:1: advice: The title is not in `pl`, `de`.",
        f"{older}.yaml:3:5: advice: The note on the edit of update 1 is not in `pl`, `de`.",
        f"{older}.md:8:1: advice: The post-mortem is not in `pl`, `de`.",
        f"{older}.md:8:1: advice: The description of the picture is not in `pl`, `de`.",
        f"{older}.md:8:1: advice: The text of action 1 is not in `pl`, `de`.",
    ]


def test_an_incident_that_is_over_at_the_moment_waits_its_turn(untranslated: Path) -> None:
    with (untranslated / "incidents/2026-11-21-cards.yaml").open("a") as file:
        file.write("  - at: 2026-11-22 09:00\n    status: resolved\n    message: All card payments work.\n")
    told = [
        sitegen(untranslated, "check", "--translations", "--as-of", f"2026-11-22T{hour}:00Z") for hour in ("08", "10")
    ]
    first, second = ([line.partition(":")[0] for line in one.stdout.splitlines()] for one in told)
    assert (first[0], second[0]) == ("incidents/2026-11-21-cards.yaml", "sitegen.yaml")
    assert second.index("incidents/2026-11-22-payouts.yaml") < second.index("incidents/2026-11-21-cards.yaml")


def test_the_summary_counts_each_language_and_nothing_fails(untranslated: Path) -> None:
    told = sitegen(untranslated, "check", "--translations", code=0)
    assert told.stderr == "en: 18 of 19 texts.\npl: 7 of 19 texts.\nde: 8 of 19 texts.\n"


def test_json_and_annotations_are_those_of_check(untranslated: Path) -> None:
    listed = json.loads(sitegen(untranslated, "check", "--translations", "--format", "json").stdout)
    assert len(listed) == 14
    assert listed[1] == {
        "path": "incidents/2026-11-21-cards.yaml",
        "line": 4,
        "column": 5,
        "severity": "advice",
        "rule": "translation",
        "what": "The message of update 1 is not in `pl`.",
        "hint": "",
    }
    lines = sitegen(untranslated, "check", "--translations", "--format", "github").stdout.splitlines()
    assert lines[5] == "::notice file=sitegen.yaml,line=1,col=1::The name of group 1 is not in `pl`."


def test_a_translation_beside_a_post_mortem_is_one(untranslated: Path) -> None:
    (untranslated / "incidents/2026-11-19-payouts.pl.md").write_text("Wygasł certyfikat.\n")
    assert "The post-mortem is not in `de`." in sitegen(untranslated, "check", "--translations").stdout


def test_a_site_that_says_everything_in_its_languages_lists_nothing(quiet: Path) -> None:
    (quiet / "sitegen.yaml").write_text("site: {name: Mill}\ncomponents: [{key: wheel, name: Wheel}]\n")
    told = sitegen(quiet, "check", "--translations")
    assert (told.stdout, told.stderr) == ("", "en: 2 of 2 texts.\n")


def test_what_cannot_be_read_is_not_taken_for_translated(untranslated: Path) -> None:
    (untranslated / "incidents/2026-11-23-broken.yaml").write_text("title: [")
    (untranslated / "incidents/2026-11-23 broken.yaml").write_text("title: x")
    told = sitegen(untranslated, "check", "--translations")
    assert "`sitegen check` says why." in told.stderr


@pytest.mark.parametrize("other", [["--live"], ["--base", "HEAD"], ["--schema"]])
def test_it_is_asked_alone(untranslated: Path, other: list[str]) -> None:
    assert "say it alone" in sitegen(untranslated, "check", "--translations", *other, code=2).stderr


def test_settings_that_give_no_project_are_told(quiet: Path) -> None:
    (quiet / "sitegen.yaml").write_text("site: {}\n")
    assert "sitegen.yaml can't be used" in sitegen(quiet, "check", "--translations", code=4).stderr
