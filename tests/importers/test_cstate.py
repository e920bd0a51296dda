"""cState pages to projects: every file accounted for, every oddity decided or told, nothing lost in silence."""

import os
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen import config, load
from sitegen.importers import IMPORTERS, import_folder
from sitegen.importers.conversion import Conversion, Refusal
from sitegen.model import Condition, Impact, Incident, Kind, Settings, Status
from sitegen.problems import Severity
from sitegen.timeline import fold

CSTATE = IMPORTERS["cstate"]
HARBOUR = Path(__file__).parent / "cstate" / "harbour"
REAL_POSTS = {"dampsoft+cstate-ds4": 21, "ddevault+status.sr.ht": 28, "desec-io+cstate": 25, "packit+status": 108}
SETTINGS = """\
title: Harbour
baseURL: https://status.ferries.example
params:
  categories: [{name: Boats}]
  systems: [{name: Tickets, category: Boats}, {name: Radio, category: Boats}]
theme: cstate
"""
FRONT = {
    "title": "Ticket shop is closed",
    "date": "2024-03-01 07:00:00",
    "resolved": "true",
    "resolvedWhen": "2024-03-01 09:00:00",
    "severity": "down",
    "affected": "[Tickets]",
    "section": "issue",
}


def post(body: str = "Nobody can buy a ticket.\n", **changes: str | None) -> str:
    """A post like FRONT with other values; None leaves a key out."""
    fields = {key: value for key, value in (FRONT | changes).items() if value is not None}
    return "---\n" + "".join(f"{key}: {value}\n" for key, value in fields.items()) + f"---\n\n{body}"


def convert(*texts: str | bytes, name: str = "2024-03-01-shop.md", settings: str = SETTINGS) -> Conversion:
    """What the importer makes of a page with these posts; the first has the name."""
    files = {PurePosixPath("config.yml"): settings.encode()}
    for number, text in enumerate(texts):
        path = PurePosixPath("content/issues", name if not number else f"2024-03-{number + 10}-other.md")
        files[path] = text if isinstance(text, bytes) else text.encode()
    outcome = CSTATE.convert(files)
    assert isinstance(outcome, Conversion), outcome
    return outcome


def load_all(conversion: Conversion) -> tuple[Settings, dict[str, Incident]]:
    """The project as our own loader reads it: without a single problem."""
    configuration = config.read(conversion.settings_yaml)
    assert configuration.problems == ()
    assert configuration.settings is not None
    incidents = {}
    for path, content in conversion.incidents.items():
        entry = load.read_incident(path, content, configuration.settings)
        assert entry.problems == ()
        incidents[path.stem] = entry.incident
    assert load.find_collisions(incidents.values()) == ()
    return configuration.settings, incidents


def convert_one(text: str | bytes, name: str = "2024-03-01-shop.md", settings: str = SETTINGS) -> Incident:
    """The only incident that a page with this post gives."""
    (incident,) = load_all(convert(text, name=name, settings=settings))[1].values()
    return incident


def messages(incident: Incident) -> list[str]:
    return [update.message.read("en", "en") for update in incident.updates]


def statuses(incident: Incident) -> list[Status | None]:
    return [update.status for update in incident.updates]


def clocks(incident: Incident) -> list[str]:
    return [f"{update.at:%d %H:%M}" for update in incident.updates]


def told(conversion: Conversion, words: str) -> list[str]:
    """Where the report says something with these words."""
    return [f"{one.where.path.name}:{one.where.line}" for one in conversion.problems if words in one.what]


def test_a_page_becomes_a_project_that_loads_and_every_file_is_accounted_for() -> None:
    conversion = import_folder(CSTATE, HARBOUR)
    assert isinstance(conversion, Conversion)
    settings, incidents = load_all(conversion)
    assert conversion.files_read == 7
    assert sorted(incidents) == ["2024-03-01-ticket-shop-down", "2024-03-09-radio", "2024-04-01-summer-timetable"]
    assert {str(one.path): one.reason for one in conversion.skipped} == {
        "content/issues/2024-05-02-unread.md": "It has no front matter.",
        "content/issues/_index.md": "It is a section's own page, not an incident.",
        "content/pages/about.md": "It is a page, not an incident (no `section: issue`).",
    }
    assert set(conversion.origins) == set(conversion.incidents)
    lost = [str(one.where) for one in conversion.problems if one.severity is Severity.ERROR]
    assert lost == ["content/issues/2024-05-02-unread.md"]
    assert settings.site.url == "https://status.ferries.example"


def test_updates_stand_oldest_first_with_their_words_and_the_links_they_use() -> None:
    conversion = import_folder(CSTATE, HARBOUR)
    assert isinstance(conversion, Conversion)
    incident = load_all(conversion)[1]["2024-03-01-ticket-shop-down"]
    assert messages(incident) == [
        "**Investigating**:\nThe ticket shop shows an empty page.",
        "**Identified**:\nThe shop's database ran out of space.",
        "**Open again**:\nThe shop sells tickets since 09:05. Nobody was charged twice, see [the log][log].\n\n\n"
        "[log]: https://ferries.example/log",
    ]
    assert statuses(incident) == [Status.INVESTIGATING, Status.IDENTIFIED, Status.RESOLVED]
    assert incident.started == datetime(2024, 3, 1, 7, 0, tzinfo=UTC)
    assert incident.components == {"ticket-shop": Condition.MAJOR_OUTAGE}
    assert incident.aliases == ("issues/2024-03-01-ticket.shop-down/",)


def test_settings_keep_names_groups_and_their_order_and_say_what_they_leave_out() -> None:
    conversion = import_folder(CSTATE, HARBOUR)
    assert isinstance(conversion, Conversion)
    settings, _ = load_all(conversion)
    groups = [
        (group.name and group.name.read("en", "en"), [one.key for one in group.components]) for group in settings.groups
    ]
    assert groups == [("Boats", ["ticket-shop", "boat-radio"]), (None, ["timetable"]), ("Other", ["lighthouse"])]
    description = settings.components[0].description
    assert description is not None
    assert description.read("en", "en") == "Selling tickets: on the web and at the pier"
    for words in ("has no description", "`link`", "`Empty shelf` has no system", "brand"):
        assert told(conversion, words), words


def test_a_system_in_the_wrong_case_is_the_declared_one_and_an_unknown_one_becomes_a_component() -> None:
    conversion = convert(post(affected="[tickets, Lighthouse, lighthouse]"), post(affected="[Lighthouse]"))
    incidents = load_all(conversion)[1]
    assert list(incidents["2024-03-01-shop"].components) == ["tickets", "lighthouse"]
    assert list(incidents["2024-03-11-other"].components) == ["lighthouse"]
    assert told(conversion, "is written `Tickets`") == ["2024-03-01-shop.md:7"]
    assert len(told(conversion, "not among the systems")) == 3


@pytest.mark.parametrize(
    ("severity", "condition"),
    [
        ("down", Condition.MAJOR_OUTAGE),
        ("disrupted", Condition.PARTIAL_OUTAGE),
        ("notice", Condition.UNDER_MAINTENANCE),
        (None, Condition.DEGRADED_PERFORMANCE),
        ("purple", Condition.DEGRADED_PERFORMANCE),
    ],
)
def test_a_severity_is_a_condition_of_the_systems_named(severity: str | None, condition: Condition) -> None:
    assert convert_one(post(severity=severity)).components == {"tickets": condition}


def test_an_unknown_or_missing_severity_is_told() -> None:
    assert told(convert(post(severity="purple")), "`purple` is not a severity") == ["2024-03-01-shop.md:6"]
    assert told(convert(post(severity=None)), "It has no severity")


def test_without_systems_the_severity_is_the_impact() -> None:
    incident = convert_one(post(affected=None, severity="disrupted"))
    assert (incident.impact, incident.components) == (Impact.MAJOR, {})


def test_an_informational_post_is_a_notice_that_touches_no_state_and_ends_when_it_says() -> None:
    incident = convert_one(post(informational="true", severity=None))
    assert incident.kind is Kind.NOTICE
    assert incident.components == {"tickets": Condition.OPERATIONAL}
    assert incident.until == datetime(2024, 3, 1, 9, 0, tzinfo=UTC)
    assert statuses(incident) == [None]


@pytest.mark.parametrize(("pin", "until"), [("true", None), (None, datetime(2024, 3, 1, 7, 0, tzinfo=UTC))])
def test_a_notice_without_an_end_stays_current_only_where_it_was_pinned(
    pin: str | None, until: datetime | None
) -> None:
    conversion = convert(post(informational="true", pin=pin, resolved=None, resolvedWhen=None))
    (incident,) = load_all(conversion)[1].values()
    assert incident.until == until
    assert told(conversion, "ends") == ["2024-03-01-shop.md:1"]


def test_severity_notice_without_systems_is_a_notice_and_this_is_told() -> None:
    conversion = convert(post(severity="notice", affected=None))
    (incident,) = load_all(conversion)[1].values()
    assert incident.kind is Kind.NOTICE
    assert told(conversion, "became a notice") == ["2024-03-01-shop.md:6"]


def test_a_post_without_times_says_one_thing_and_the_added_end_is_told() -> None:
    conversion = convert(post())
    (incident,) = load_all(conversion)[1].values()
    assert messages(incident) == ["Nobody can buy a ticket.", "Resolved."]
    assert clocks(incident) == ["01 07:00", "01 09:00"]
    assert statuses(incident) == [Status.INVESTIGATING, Status.RESOLVED]
    assert told(conversion, "An update “Resolved.” was added at 2024-03-01 09:00 UTC") == ["2024-03-01-shop.md:5"]


def test_an_end_before_the_beginning_gives_way_to_the_newest_text() -> None:
    tracked = 'Sold again.\n{{< track "2024-03-01 08:30" >}}\n\nClosed.\n{{< track "2024-03-01 07:00" >}}\n'
    conversion = convert(post(tracked, resolvedWhen="2024-02-01 09:00:00"), post(resolvedWhen="2023-03-01"))
    first, other = load_all(conversion)[1].values()
    assert (clocks(first), statuses(first)[-1]) == (["01 07:00", "01 08:30"], Status.RESOLVED)
    assert (clocks(other), statuses(other)) == (["01 07:00"], [Status.RESOLVED])
    assert len(told(conversion, "before it begins")) == 2


def test_texts_that_go_on_after_the_end_move_it() -> None:
    tracked = 'Now really.\n{{< track "2024-03-02 08:30" >}}\n\nClosed.\n{{< track "2024-03-01 07:00" >}}\n'
    conversion = convert(post(tracked))
    (incident,) = load_all(conversion)[1].values()
    assert (clocks(incident), statuses(incident)[-1]) == (["01 07:00", "02 08:30"], Status.RESOLVED)
    assert told(conversion, "go on until 2024-03-02 08:30") == ["2024-03-01-shop.md:5"]


def test_an_account_written_after_the_end_leaves_the_downtime_as_it_was() -> None:
    conversion = convert(post('The shop was closed for two hours.\n{{< track "2024-03-05 10:00" >}}\n'))
    (incident,) = load_all(conversion)[1].values()
    assert statuses(incident) == [Status.RESOLVED, None]
    (span,) = fold(incident, datetime(2024, 4, 1, tzinfo=UTC)).spans
    assert (span.start, span.end) == (datetime(2024, 3, 1, 7, tzinfo=UTC), datetime(2024, 3, 1, 9, tzinfo=UTC))


def test_an_announcement_does_not_make_the_downtime_begin_earlier() -> None:
    tracked = 'We will close the shop.\n{{< track "2024-02-27 12:00" >}}\n'
    conversion = convert(post(tracked))
    (incident,) = load_all(conversion)[1].values()
    (span,) = fold(incident, datetime(2024, 4, 1, tzinfo=UTC)).spans
    assert span.start == datetime(2024, 3, 1, 7, tzinfo=UTC)
    assert told(conversion, "before its `date`") == ["2024-03-01-shop.md:11"]


def test_what_is_not_resolved_stays_open() -> None:
    conversion = convert(post(resolved="false", resolvedWhen=None))
    (incident,) = load_all(conversion)[1].values()
    assert statuses(incident) == [Status.INVESTIGATING]
    assert told(conversion, "stays open") == ["2024-03-01-shop.md:4"]


def test_a_text_without_a_time_of_its_own_is_kept_at_the_next_older_one() -> None:
    body = (
        '**Sold again**\nAll works.\n{{< track "2024-03-01 09:00" >}}\n\n'
        "**Second try**\nStill closed.\n\n"
        '**Closed**:\nNobody can buy.\n{{< track "2024-03-01 07:00" >}}\n'
    )
    conversion = convert(post(body))
    (incident,) = load_all(conversion)[1].values()
    assert clocks(incident) == ["01 07:00", "01 07:00", "01 09:00"]
    assert messages(incident)[1] == "**Second try**\nStill closed."
    assert told(conversion, "no time of its own") == ["2024-03-01-shop.md:15"]


def test_an_account_above_the_updates_stays_apart_from_the_newest() -> None:
    body = (
        "*Post-mortem*\n\nA rat ate the cable.\n\n---\n\n"
        '*Update* - Sold again. {{< track "2024-03-01 09:00:00" >}}\n\n'
        '*Monitoring* - Repaired. {{< track "2024-03-01 08:50:00" >}}\n\n'
        '*Investigating* - Closed. {{< track "2024-03-01 07:00:00" >}}\n'
    )
    incident = convert_one(post(body))
    assert messages(incident)[2:] == ["*Update* - Sold again.", "*Post-mortem*\n\nA rat ate the cable."]
    assert statuses(incident)[1] is Status.MONITORING


def test_a_post_whose_times_stand_above_the_texts_or_oldest_first_is_understood() -> None:
    above = '{{< track "2024-03-01 09:00" >}}\nOpen.\n\n{{< track "2024-03-01 07:00" >}}\nClosed.\n'
    upwards = 'Closed.\n{{< track "2024-03-01 07:00" >}}\n\nOpen.\n{{< track "2024-03-01 09:00" >}}\n'
    for body in (above, upwards):
        incident = convert_one(post(body))
        assert (messages(incident), clocks(incident)) == (["Closed.", "Open."], ["01 07:00", "01 09:00"])


def test_updates_of_one_minute_keep_their_order_and_get_ids() -> None:
    body = 'Begun.\n{{< track "2024-03-01 07:00" >}}\n\nAnnounced.\n{{< track "2024-03-01 07:00" >}}\n'
    incident = convert_one(post(body))
    assert messages(incident)[:2] == ["Announced.", "Begun."]
    assert len({update.id for update in incident.updates}) == 3


def test_a_broken_time_never_loses_its_text() -> None:
    body = 'Open.\n{{< track "2024-03-01 09:00" >}}\n\nLost?\n{{< track "tomorrow" >}}\n'
    conversion = convert(post(body))
    (incident,) = load_all(conversion)[1].values()
    assert messages(incident) == ["Lost?", "Open."]
    assert told(conversion, "`tomorrow` is not a time") == ["2024-03-01-shop.md:15"]


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("2024-03-01 9:05:00", 9),
        ("2024-03-01T9:05:00+01:00", 8),
        ('"2024-03-01T09:05:00Z"', 9),
        ("2024-03-01T09:05:00.25+0100", 8),
        ("2024-03-01T009:05:00+02:00", 7),
        ("2024-3-1 09:05", 9),
    ],
)
def test_times_are_read_as_hugo_reads_them(written: str, hour: int) -> None:
    incident = convert_one(post(date=written, resolvedWhen="2024-03-02"))
    assert incident.updates[0].at == datetime(2024, 3, 1, hour, 5, tzinfo=UTC)


def test_odd_times_are_told() -> None:
    assert told(convert(post(date="2024-03-01T007:00:00")), "an hour of three digits") == ["2024-03-01-shop.md:3"]
    mixed = convert(post(resolvedWhen="2024-03-01T09:00:00+01:00"))
    assert told(mixed, "this one does not") == ["2024-03-01-shop.md:3"]


def test_times_without_a_zone_follow_the_zone_of_the_settings() -> None:
    conversion = convert(post(), settings=f"timeZone: Europe/Berlin\n{SETTINGS}")
    settings, incidents = load_all(conversion)
    assert settings.site.zone.key == "Europe/Berlin"
    assert incidents["2024-03-01-shop"].updates[0].at == datetime(2024, 3, 1, 6, 0, tzinfo=UTC)
    assert told(convert(post()), "No `timeZone` is set")


def test_a_bad_or_missing_date_gives_way_to_the_day_of_the_name() -> None:
    for date in ("2024-02-30", "soon", None, "0001-01-01"):
        conversion = convert(post(date=date))
        (incident,) = load_all(conversion)[1].values()
        assert incident.updates[0].at == datetime(2024, 3, 1, tzinfo=UTC)
        assert told(conversion, "begins with the day in its name")


def test_a_post_without_any_day_is_named_as_lost() -> None:
    conversion = convert(post(date=None), post(), name="shop.md")
    assert len(conversion.incidents) == 1
    assert [str(one.path) for one in conversion.skipped] == ["content/issues/shop.md"]
    assert told(conversion, "No incident was made") == ["shop.md:0"]


@pytest.mark.parametrize(
    ("name", "incident_id", "alias"),
    [
        ("2024-03-01-git.sr.ht_Shop.md", "2024-03-01-git-sr-ht-shop", "issues/2024-03-01-git.sr.ht_shop/"),
        ("2024_02_29_shop.md", "2024-02-29-shop", "issues/2024_02_29_shop/"),
        ("2024-02-30 Zażółć  Überfahrt!.md", "2024-03-01-zazolc-uberfahrt", "issues/2024-02-30-zażółć-überfahrt/"),
        ("2024-07-56-shop.md", "2024-03-01-shop", "issues/2024-07-56-shop/"),
        ("Shop.en.md", "2024-03-01-shop", "issues/shop/"),
        ("2024/2024-03-01-shop/index.md", "2024-03-01-shop", "issues/2024/2024-03-01-shop/"),
        ("2024-03-01-!!!.md", "2024-03-01-ticket-shop-is-closed", "issues/2024-03-01-/"),
    ],
)
def test_names_become_ids_and_old_addresses_lead_on(name: str, incident_id: str, alias: str) -> None:
    incident = convert_one(post(), name=name)
    assert (incident.id, incident.aliases) == (incident_id, (alias,))


def test_front_matter_that_moves_a_page_moves_the_alias() -> None:
    assert convert_one(post(url="/closed.html")).aliases == ("closed.html",)
    assert convert_one(post(slug="Closed Shop", aliases="[/old/, /older]")).aliases == (
        "issues/closed-shop/",
        "old/",
        "older",
    )


def test_an_address_that_no_file_can_have_is_told_instead_of_kept() -> None:
    conversion = convert(post(aliases="['/../up', '/a b']"))
    (incident,) = load_all(conversion)[1].values()
    assert incident.aliases == ("issues/2024-03-01-shop/",)
    assert len(told(conversion, "links to it will break")) == 2


def test_twins_get_names_of_their_own_and_share_no_alias() -> None:
    conversion = convert(post(aliases="[/same/]"), post(aliases="[/same/]"), name="2024-03-11.other.md")
    incidents = load_all(conversion)[1]
    assert sorted(incidents) == ["2024-03-11-other", "2024-03-11-other-2"]
    assert told(conversion, "this one became `2024-03-11-other-2`")
    assert told(conversion, "leads to")


def test_windows_line_ends_a_byte_order_mark_and_a_missing_first_fence_are_read() -> None:
    plain = convert(post()).incidents
    windows = b"\xef\xbb\xbf" + post().replace("\n", "\r\n").encode()
    assert convert(windows).incidents == plain
    unopened = convert(post().removeprefix("---\n"))
    assert unopened.incidents == plain
    assert told(unopened, "above the front matter is missing") == ["2024-03-01-shop.md:1"]


def test_front_matter_that_yaml_cannot_hold_keeps_what_stands_above() -> None:
    conversion = convert(post(section="issue\nnote: a: b"))
    assert list(load_all(conversion)[1]) == ["2024-03-01-shop"]
    assert told(conversion, "`: ` inside a text") == ["2024-03-01-shop.md:9"]


def test_a_file_that_is_no_text_or_never_ends_its_front_matter_is_named_as_lost() -> None:
    for broken in (
        b"---\ntitle: \xff\xfe\n---\n",
        "---\ntitle: Shop\n",
        "",
        "+++\ntitle = 'Shop'\n+++\n",
        "---\n- a\n---\n",
    ):
        conversion = convert(broken, post())
        assert len(conversion.incidents) == 1
        assert told(conversion, "No incident was made") == ["2024-03-01-shop.md:0"]


def test_html_and_template_code_stay_as_they_were_and_a_picture_becomes_a_link_all_told() -> None:
    body = (
        "<b>Closed</b> since `<today>`, see <https://ferries.example>.\n"
        "![Chart](/images/chart.png)\n"
        "{{< youtube 12 >}} {{7*7}}\n"
    )
    conversion = convert(post(body))
    (incident,) = load_all(conversion)[1].values()
    linked = body.replace("![Chart](/", "[Chart](https://status.ferries.example/").strip()
    assert messages(incident)[0] == linked
    assert told(conversion, "is HTML") == ["2024-03-01-shop.md:11"]
    assert told(conversion, "The picture") == ["2024-03-01-shop.md:12"]
    assert told(conversion, "template code") == ["2024-03-01-shop.md:13"]


def test_characters_that_no_page_may_hold_are_taken_out_and_told() -> None:
    conversion = convert(post("Closed\u202e today.\x07\n", title='"Shop\u202e is closed"'))
    (incident,) = load_all(conversion)[1].values()
    assert messages(incident)[0] == "Closed today."
    assert incident.title.read("en", "en") == "Shop is closed"
    assert len(told(conversion, "invisible character")) == 2


def test_a_post_without_text_says_its_title() -> None:
    conversion = convert(post("\n"))
    (incident,) = load_all(conversion)[1].values()
    assert messages(incident)[0] == "Ticket shop is closed"
    assert told(conversion, "It has no text")


def test_a_text_too_long_for_one_update_goes_on_in_another() -> None:
    paragraphs = [f"Paragraph {number} says what happened next." for number in range(200)]
    incident = convert_one(post("\n\n".join(paragraphs)))
    assert "\n\n".join(messages(incident)[:-1]) == "\n\n".join(paragraphs)
    assert all(len(message) <= 4096 for message in messages(incident))


def test_titles_too_long_too_short_or_missing_are_made_to_fit_and_told() -> None:
    long = "The ticket shop at the old pier " * 5
    incident = convert_one(post(title=long))
    assert len(incident.title.read("en", "en")) <= 120
    assert messages(incident)[0].startswith(long.strip())
    assert convert_one(post(title="DNS")).title.read("en", "en") == "DNS – 2024-03-01"
    assert convert_one(post(title=None), name="2024-03-01-shop_is-shut.md").title.read("en", "en") == "shop is shut"


def test_what_yaml_takes_for_a_comment_behind_a_title_is_told() -> None:
    assert told(convert(post(title="Shop #42 is shut")), "comment to YAML") == ["2024-03-01-shop.md:2"]


def test_keys_without_a_counterpart_are_told() -> None:
    assert told(convert(post(section="issue\nauthor: Ferry crew")), "`author` has no counterpart") == [
        "2024-03-01-shop.md:9"
    ]


def test_drafts_stay_drafts() -> None:
    assert convert_one(post(draft="true")).draft


def test_texts_in_a_language_that_pages_do_not_speak_stay_as_they_are() -> None:
    conversion = convert(post("Geschlossen.\n"), settings=f"languageCode: de\n{SETTINGS}")
    settings, incidents = load_all(conversion)
    assert settings.site.languages in (("en",), ("de",))
    assert [one.message.read("de", "en") for one in incidents["2024-03-01-shop"].updates] == ["Geschlossen.", "Gelöst."]


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({}, "no `config.yml`"),
        ({"config.toml": "title = 'x'"}, "TOML"),
        ({"config.yml": "title: A blog\ntheme: paper"}, "no `params.systems`"),
        ({"config.yml": SETTINGS.replace("theme: cstate", "theme: paper")}, "No post"),
        ({"config.yml": SETTINGS, "content/en/issues/a.md": post(max_severity="down")}, "clearstatus"),
        ({"config.yml": "params: {systems: [{name: ''}]}\ntheme: cstate"}, "None of its systems"),
    ],
)
def test_what_is_no_cstate_page_is_refused_with_the_reason(files: dict[str, str], reason: str) -> None:
    outcome = CSTATE.convert({PurePosixPath(path): text.encode() for path, text in files.items()})
    assert isinstance(outcome, Refusal)
    assert reason in outcome.reason


def test_links_pipes_and_huge_files_are_neither_read_nor_forgotten(tmp_path: Path) -> None:
    issues = tmp_path / "content" / "issues"
    issues.mkdir(parents=True)
    (tmp_path / "config.yml").write_text(SETTINGS)
    (issues / "2024-03-01-shop.md").write_text(post())
    (issues / "2024-03-02-link.md").symlink_to(issues / "2024-03-01-shop.md")
    (issues / "2024-03-03-big.md").write_bytes(b"x" * 300_000)
    os.mkfifo(issues / "2024-03-04-pipe.md")
    (tmp_path / "content" / "round").symlink_to(tmp_path / "content")
    outcome = import_folder(CSTATE, tmp_path)
    assert isinstance(outcome, Conversion)
    assert [path.stem for path in outcome.incidents] == ["2024-03-01-shop"]
    unread = [one.path.name for one in outcome.unread]
    assert unread == ["2024-03-02-link.md", "2024-03-03-big.md", "2024-03-04-pipe.md", "round"]


def test_a_linked_content_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "config.yml").write_text(SETTINGS)
    (tmp_path / "content").symlink_to(HARBOUR / "content")
    outcome = import_folder(CSTATE, tmp_path)
    assert isinstance(outcome, Conversion)
    assert [str(one.path) for one in outcome.unread] == ["content"]
    assert not outcome.incidents


_PIECES = st.sampled_from(
    [
        *("---\n", "title: Shop shut\n", "title: [a\n", "date: 2024-03-01 07:00\n", "date: 9999-12-31T23:59-99:99\n"),
        *("resolved: yes\n", "resolved: maybe\n", "resolvedWhen: 2024-02-31\n", "affected:\n- Tickets\n- {a: b}\n"),
        *("affected: Täxi\n", "severity: down\n", "informational: true\n", "section: issue\n", "url: //x\n"),
        *("\n", "**Closed**\n", '{{< track "2024-03-01 07:00" >}}', "{{% track '12:00' %}}\n", "```\n", "<br>\n"),
        *("[a]: b\n", "[a]\n", "\x00", "\u2028", "\r\n", "x" * 5000, "a: &b\n", "***\n"),
    ]
)


@given(
    posts=st.lists(st.lists(_PIECES | st.text(max_size=8), max_size=14).map("".join), max_size=3),
    name=st.text(st.characters(exclude_characters="/\x00", exclude_categories=["Cs"]), min_size=1, max_size=20),
    settings=st.lists(_PIECES | st.text(max_size=8), max_size=4).map("".join),
)
def test_whatever_stands_in_the_files_every_one_is_accounted_for(posts: list[str], name: str, settings: str) -> None:
    files = {PurePosixPath("config.yml"): (SETTINGS + settings).encode()}
    files |= {PurePosixPath("content/issues", f"{n}{name}.md"): text.encode() for n, text in enumerate(posts)}
    outcome = CSTATE.convert(files)
    if isinstance(outcome, Refusal):
        return
    load_all(outcome)
    assert outcome.files_read == len(files) == 1 + len(outcome.incidents) + len(outcome.skipped)
    assert CSTATE.convert(files) == outcome


@pytest.mark.parametrize(("page", "posts"), REAL_POSTS.items())
def test_real_pages_arrive_whole(page: str, posts: int, real_data: Path) -> None:
    outcome = import_folder(CSTATE, real_data / "cstate" / page)
    assert isinstance(outcome, Conversion)
    load_all(outcome)
    assert len(outcome.incidents) == posts
    assert outcome.files_read == 1 + posts + len(outcome.skipped)
    assert not [one for one in outcome.problems if one.severity is Severity.ERROR]


PAGES_AT = {
    "packit+status": "https://status.packit.dev",
    "desec-io+cstate": "https://desec-status.net",
    "dampsoft+cstate-ds4": "https://status.ds4.dampsoft.de",
    "ddevault+status.sr.ht": "https://status.sr.ht",
}


@pytest.mark.parametrize("page", REAL_POSTS)
def test_every_word_of_real_posts_arrives(page: str, real_data: Path) -> None:
    root = real_data / "cstate" / page
    outcome = import_folder(CSTATE, root)
    assert isinstance(outcome, Conversion)
    incidents = load_all(outcome)[1]
    for path, origin in outcome.origins.items():
        body = re.split(r"^---[ \t]*$", (root / origin).read_text(), maxsplit=2, flags=re.MULTILINE)[-1]
        linked = re.sub(r"!(\[[^\]]*\])\(/", r"\1(" + PAGES_AT[page] + "/", body)
        written = Counter(re.sub(r"\{\{< track .*?>\}\}", "", linked).split())
        said = Counter(" ".join(messages(incidents[path.stem])).split())
        added = list((said - written).elements())
        assert not written - said, origin
        assert added in ([], ["Resolved."], ["Gelöst."]), origin


def test_the_real_look_alike_is_refused_by_its_keys(real_data: Path) -> None:
    outcome = import_folder(CSTATE, real_data / "clearstatus-not-cstate" / "weeblrpress+clearstatus")
    assert isinstance(outcome, Refusal)
    assert "current_severity" in outcome.reason
