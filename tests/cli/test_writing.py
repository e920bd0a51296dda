"""`new`, `update` and `resolve` with flags: what is written, what is printed, what is refused."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sitegen.languages import language
from tests.cli.running import sitegen
from tests.projects import INCIDENT, MOMENT, SETTINGS, URL, make_project

ID = "2026-11-23-card-payments"
NEWEST = f"{URL}/incidents/{ID}.html?u=20261123T1200Z#u-20261123T1200Z"


def text(root: Path, name: str = ID) -> str:
    return (root / f"incidents/{name}.yaml").read_text()


def files(root: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def refused(root: Path, *words: str, code: int = 4, at: datetime = MOMENT) -> str:
    """What is said by a run that writes nothing at all."""
    before = files(root)
    finished = sitegen(root, *words, code=code, at=at)
    assert files(root) == before
    assert finished.stdout == ""
    return finished.stderr


def test_a_new_incident_is_written_as_a_person_would(quiet: Path) -> None:
    told = sitegen(
        quiet,
        *("new", "Card payments fail", "-c", "checkout=major_outage", "-c", "api=degraded_performance"),
        *("--next-update-by", "30m", "--eta", "2h", "--started", "12:51", "--workaround", "Pay by bank transfer."),
        *("--by", "Ana", "-m", "Most card payments are failing."),
    )
    assert text(quiet, "2026-11-23-card-payments-fail") == (
        "title: Card payments fail\n"
        "components:\n"
        "  checkout: major_outage\n"
        "  api: degraded_performance\n"
        "started: 2026-11-23 12:51\n"
        "workaround: Pay by bank transfer.\n"
        "updates:\n"
        "  - at: 2026-11-23 13:00\n"
        "    eta: 2026-11-23 15:00\n"
        "    next_update_by: 2026-11-23 13:30\n"
        "    message: Most card payments are failing.\n"
        "    by: Ana\n"
    )
    path, address = told.stdout.splitlines()
    assert path == "incidents/2026-11-23-card-payments-fail.yaml"
    assert address == f"{URL}/incidents/2026-11-23-card-payments-fail.html?u=20261123T1200Z#u-20261123T1200Z"
    assert "Customers see it when you have committed and pushed it" in told.stderr


def test_an_entry_is_shown_as_its_page_will_show_it(quiet: Path) -> None:
    told = sitegen(
        quiet,
        *("new", "Card payments fail", "-c", "checkout=major_outage", "--next-update-by", "30m", "--eta", "2h"),
        *("--workaround", "Pay by **bank transfer**.", "--by", "Ana", "-m", "Most *card payments* are failing."),
    )
    for line in (
        "Card payments fail",
        "Investigating · Impact: Critical · 23 Nov 2026, 13:00 CET",
        "Checkout: Major outage",
        "What you can do now: Pay by bank transfer.",
        "Update 1 · 23 Nov 2026, 13:00 CET",
        "Most card payments are failing.",
        "– Ana",
        "Next update by 23 Nov 2026, 13:30 CET",
        "Expected to work again by 23 Nov 2026, 15:00 CET",
    ):
        assert f"\n  {line}\n" in told.stderr


def test_an_entry_is_shown_in_the_first_language_of_the_site(tmp_path: Path) -> None:
    root = make_project(tmp_path / "pl", settings=SETTINGS.replace("[en, pl]", "[pl, en]"))
    told = sitegen(
        root, "new", "Awaria płatności kartą", "-c", "api=major_outage", "-m", "Płatności kartą nie działają."
    )
    polish = language("pl").gettext
    assert (
        f"{polish('Investigating')} · {polish('Impact:')} {polish('Critical')} · 23 lis 2026, 13:00 CET" in told.stderr
    )
    assert f"API płatności: {polish('Major outage')}" in told.stderr
    assert "message: Płatności kartą nie działają.\n" in text(root, "2026-11-23-awaria-platnosci-karta")


def test_an_incident_that_names_no_component_says_so(quiet: Path) -> None:
    assert "No component is affected" in sitegen(quiet, "new", "Something is odd", "-m", "We are looking.").stderr
    assert "No component is affected" not in sitegen(quiet, "new", "New prices", "--notice", "-m", "From May.").stderr


def test_a_beginning_of_a_status_is_enough_where_it_is_the_only_one(root: Path) -> None:
    sitegen(root, "update", "-c", "checkout=degraded", "--status", "mon", "-m", "Most payments work again.")
    assert "status: monitoring\n    components: {checkout: degraded_performance}" in text(root)
    assert "`i` is not known" in refused(root, "update", "--status", "i", "-m", "…", code=2)


def test_maintenance_is_announced_with_its_window(quiet: Path) -> None:
    told = sitegen(
        quiet,
        *("new", "Database upgrade", "--maintenance", "--start", "2026-12-06 22:00", "--end", "3h"),
        *("-c", "checkout=under_maintenance", "-m", "Paying may take a minute longer."),
    )
    assert text(quiet, "2026-11-23-database-upgrade") == (
        "title: Database upgrade\n"
        "type: maintenance\n"
        "components: {checkout: under_maintenance}\n"
        "window:\n"
        "  start: 2026-12-06 22:00\n"
        "  end: 2026-12-07 01:00\n"
        "updates:\n"
        "  - at: 2026-11-23 13:00\n"
        "    message: Paying may take a minute longer.\n"
    )
    assert "Scheduled · 6 Dec 2026, 22:00 – 7 Dec 2026, 01:00 CET" in told.stderr
    assert "Services: Checkout" in told.stderr
    assert "Operational" not in told.stderr


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ((), "Maintenance needs --start and --end"),
        (("--start", "2026-12-06 22:00"), "Maintenance needs --start and --end"),
        (("--end", "2h"), "Maintenance needs --start and --end"),
        (("--start", "2026-12-06 22:00", "--end", "2026-12-06 21:00"), "ends before it begins"),
        (("--start", "2026-12-06", "--end", "2h"), "`2026-12-06` is not a time."),
        (("--start", "2026-03-29 02:30", "--end", "2h"), "does not exist in Europe/Warsaw"),
    ],
)
def test_maintenance_without_a_window_is_wrong_usage(words: tuple[str, ...], reason: str, quiet: Path) -> None:
    assert reason in refused(quiet, "new", "Upgrade", "--maintenance", *words, "-m", "Slow.", code=2)


def test_a_window_belongs_to_maintenance_only(quiet: Path) -> None:
    assert "--start and --end belong to --maintenance" in refused(
        quiet, "new", "Upgrade", "--start", "22:00", "-m", "Slow.", code=2
    )


def test_maintenance_ends_or_does_not_take_place(quiet: Path) -> None:
    for title, flags, status in (("First upgrade", (), "completed"), ("Second upgrade", ("--cancelled",), "cancelled")):
        window = ("--start", "2026-11-23 14:00", "--end", "2h")
        sitegen(quiet, "new", title, "--maintenance", *window, "-m", "Payments may be slow.")
        word = title.split()[0].lower()
        sitegen(quiet, "resolve", word, *flags, "-m", "All is as before.", at=MOMENT + timedelta(hours=2))
        assert f"    status: {status}\n" in text(quiet, f"2026-11-23-{word}-upgrade")


def test_only_maintenance_is_cancelled(root: Path) -> None:
    assert "--cancelled belongs to maintenance" in refused(root, "resolve", "--cancelled", "-m", "No.", code=2)


def test_a_notice_is_said_and_taken_back(quiet: Path) -> None:
    sitegen(quiet, "new", "Prices change in May", "--notice", "--until", "2026-12-01 00:00", "-m", "See the new list.")
    path = "2026-11-23-prices-change-in-may"
    assert text(quiet, path).startswith(
        "title: Prices change in May\ntype: notice\nuntil: 2026-12-01 00:00\nupdates:\n"
    )
    sitegen(quiet, "resolve", "-m", "The prices stay as they are.", at=MOMENT + timedelta(hours=1))
    assert "    status: resolved\n" in text(quiet, path)


def test_a_draft_is_marked_and_is_not_what_is_open(root: Path) -> None:
    told = sitegen(root, "new", "Search is slow", "--draft", "-m", "Results take ten seconds.")
    assert "A draft" in told.stderr
    assert text(root, "2026-11-23-search-is-slow").endswith("draft: true\n")
    assert sitegen(root, "update", "-m", "Half of the payments work.").stdout.startswith(f"incidents/{ID}.yaml")


def test_an_update_adds_its_lines_and_changes_no_other_byte(root: Path) -> None:
    (root / f"incidents/{ID}.yaml").write_bytes(
        b"# ours\r\n" + INCIDENT.replace("\n", "\r\n").encode() + b"# the end\r\n"
    )
    before = (root / f"incidents/{ID}.yaml").read_bytes()
    told = sitegen(root, "update", "--status", "identified", "-m", "We know the cause.")
    after = (root / f"incidents/{ID}.yaml").read_bytes()
    added = b"  - at: 13:00\r\n    status: identified\r\n    message: We know the cause.\r\n"
    assert after == before.replace(b"# the end", added + b"# the end")
    assert told.stdout.splitlines() == [f"incidents/{ID}.yaml", NEWEST]


def test_a_resolution_puts_everything_back(root: Path) -> None:
    told = sitegen(root, "resolve", "-m", "All card payments work.")
    assert text(root) == INCIDENT + "  - at: 13:00\n    status: resolved\n    message: All card payments work.\n"
    assert "Resolved · Impact: Critical" in told.stderr
    assert "Checkout: Operational" in told.stderr
    assert "Pay by bank transfer" not in told.stderr  # nobody needs the workaround any more


def test_a_resolution_promises_nothing_and_breaks_nothing(root: Path) -> None:
    for flag in ("--next-update-by", "--eta", "--component"):
        told = refused(root, "resolve", flag, "1h", "-m", "All works.", code=2)
        assert "No such option" in told
        assert flag in told


def test_an_incident_is_opened_again(root: Path) -> None:
    sitegen(root, "resolve", "-m", "All card payments work.")
    later = MOMENT + timedelta(minutes=20)
    assert "After `resolved` this update says `monitoring`" in refused(
        root, "update", ID, "--status", "monitoring", "-m", "They fail again.", at=later
    )
    again = ("--status", "investigating", "-c", "checkout=partial_outage")
    told = sitegen(root, "update", ID, *again, "-m", "They fail again.", at=later)
    assert "Checkout: Partial outage" in told.stderr
    assert ID in sitegen(root, "status", at=later).stdout


def test_two_updates_of_one_minute_have_ids_of_their_own(root: Path) -> None:
    addresses = [sitegen(root, "update", "-m", f"Word {number}.").stdout.splitlines()[1] for number in range(3)]
    assert [address.rpartition("#")[2] for address in addresses] == [
        "u-20261123T1200Z",
        "u-20261123T1200n2",
        "u-20261123T1200n3",
    ]
    assert text(root).count('    id: "20261123T1200n') == 2
    sitegen(root, "check")


def test_whose_clock_is_behind_speaks_after_the_last_word_all_the_same(root: Path) -> None:
    sitegen(root, "update", "-m", "The first word.", at=MOMENT + timedelta(minutes=3))
    sitegen(root, "update", "-m", "The second word.")
    assert '- at: 13:03\n    id: "20261123T1203n2"\n    message: The second word.' in text(root)


def test_any_unique_fragment_of_an_id_names_the_entry(root: Path) -> None:
    for fragment in ("card", "payments", ID, "CARD", f"incidents/{ID}.yaml"):
        assert sitegen(root, "update", fragment, "-m", "A word.").stdout.startswith(f"incidents/{ID}.yaml")


def test_a_whole_id_is_that_entry_and_not_the_longer_one(root: Path) -> None:
    (root / f"incidents/{ID}-2.yaml").write_text(INCIDENT)
    assert sitegen(root, "update", ID, "-m", "A word.").stdout.startswith(f"incidents/{ID}.yaml")


def test_several_entries_are_listed_with_their_titles_the_newest_first(root: Path) -> None:
    (root / "incidents/2026-11-20-search.yaml").write_text(
        INCIDENT.replace("Card payments fail", "Search finds nothing")
    )
    both = f"  {ID}  Card payments fail at checkout\n  2026-11-20-search  Search finds nothing at checkout\n"
    for words in (("update",), ("resolve",), ("update", "2026-11"), ("resolve", "2026")):
        assert f"Which one is meant?\n{both}" in refused(root, *words, "-m", "A word.", code=2)


def test_a_long_list_of_entries_is_cut(root: Path) -> None:
    for number in range(30):
        (root / f"incidents/2026-10-{number + 1:02}-search.yaml").write_text(INCIDENT)
    told = refused(root, "update", "search", "-m", "A word.", code=2)
    assert told.count("-search") == 10
    assert "and 20 more" in told


def test_what_is_not_open_is_not_taken_without_its_name(root: Path) -> None:
    sitegen(root, "new", "Upgrade", "--maintenance", "--start", "2026-12-06 22:00", "--end", "2h", "-m", "Slow.")
    assert sitegen(root, "resolve", "-m", "All works.").stdout.startswith(f"incidents/{ID}.yaml")
    assert "Nothing is open here. `git pull`" in refused(root, "resolve", "-m", "All works.", code=2)
    assert "No entry has `search` in its id." in refused(root, "update", "search", "-m", "All works.", code=2)


def test_an_open_entry_that_cannot_be_read_is_never_passed_over(root: Path) -> None:
    (root / "incidents/2026-11-23-search.yaml").write_text("title: [")
    assert "2026-11-23-search" in refused(root, "update", "-m", "A word.", code=2)
    assert "can't be read" in refused(root, "update", "search", "-m", "A word.")


@pytest.mark.parametrize("words", [("new",), ("new", "Search is slow"), ("new", "-m", "x"), ("update",), ("resolve",)])
def test_without_a_terminal_what_is_missing_is_wrong_usage_that_names_the_flags(
    words: tuple[str, ...], root: Path
) -> None:
    told = refused(root, *words, code=2)
    assert "-m " in told
    assert "'What" in told or '"What' in told


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("Odd", "This text has 3 characters; 5 to 120 are allowed."),
        ("", "5 to 120 are allowed."),
        ("x" * 121, "This text has 121 characters; 5 to 120 are allowed."),
        ("Two\nlines", "must stand on one line"),
        ("Red \x1b[31m letters", "U+001B"),
    ],
)
def test_a_title_that_is_none_is_refused(title: str, reason: str, quiet: Path) -> None:
    assert reason in refused(quiet, "new", title, "-m", "A message.")


@pytest.mark.parametrize("title", ["支付失败了吧", "!!!!!", "12345", "🎉🎉🎉🎉🎉"])
def test_a_title_without_a_latin_letter_still_gives_an_id(title: str, quiet: Path) -> None:
    told = sitegen(quiet, "new", title, "-c", "checkout=major_outage", "-m", "A message.").stdout
    assert told.startswith("incidents/2026-11-23-checkout.yaml\n")
    sitegen(quiet, "check")


def test_a_second_entry_of_one_title_and_day_has_an_id_of_its_own(quiet: Path) -> None:
    for suffix in ("", "-2", "-3"):
        told = sitegen(quiet, "new", "Search is slow", "-m", "Results take ten seconds.").stdout
        assert told.startswith(f"incidents/2026-11-23-search-is-slow{suffix}.yaml\n")


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("", "This text has 0 characters"),
        ("   \n ", "This text has 0 characters"),
        ("x" * 4097, "4097 characters"),
        ("We are working on [service].", "`[service]`"),
        ("The key is AKIAQ7RPZ4MLW2XK9VTB.", "withheld"),
        ("Red \x1b[31m letters", "U+001B"),
    ],
)
def test_a_message_that_must_not_be_published_is_refused(message: str, reason: str, root: Path) -> None:
    for words in (("new", "Search is slow"), ("update",), ("resolve",)):
        told = refused(root, *words, "-m", message)
        assert reason in told
        assert "AKIAQ7RPZ4MLW2XK9VTB" not in told


def test_an_old_mistake_in_the_file_stops_nobody_from_saying_more(root: Path) -> None:
    path = root / f"incidents/{ID}.yaml"
    path.write_text(INCIDENT.replace("Most card payments", "Most [service] payments"))
    sitegen(root, "check", code=1)
    sitegen(root, "update", "-m", "Half of the payments work.")
    assert "`[component]`" in refused(root, "update", "-m", "All of [component] works.")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("-c", "chekout=major_outage"), "`chekout` is not a component. Did you mean `checkout`?"),
        (("-c", "checkout"), "Say how much, e.g. `checkout=major_outage`."),
        (("-c", "checkout=down"), "`down` is not known here. Known are: operational"),
        (("-c", "checkout=unknown"), "`unknown` is not known here."),
        (("--next-update-by", "soon"), "Invalid value for --next-update-by: `soon` is not a time."),
        (("--eta", "25:00"), "Invalid value for --eta: `25:00` has no such time of day. Hours go to 23"),
        (("--at", "30m"), "Invalid value for --at"),
        (("--status", "fixed"), "`fixed` is not known here."),
    ],
)
def test_a_flag_that_makes_no_sense_is_wrong_usage(words: tuple[str, ...], reason: str, root: Path) -> None:
    assert reason in refused(root, "update", *words, "-m", "A word.", code=2)
    assert reason in refused(root, "new", "Search is slow", *words, "-m", "A word.", code=2)


def test_a_promise_before_the_update_is_refused(root: Path) -> None:
    assert "next_update_by is before this update" in refused(
        root, "update", "--next-update-by", "2026-11-23 12:00", "-m", "A word."
    )


def test_a_clock_time_over_twelve_hours_ahead_is_written_with_its_day(root: Path) -> None:
    sitegen(root, "update", "--next-update-by", "12:59", "-m", "Tomorrow we know more.")
    assert "next_update_by: 2026-11-24 12:59" in text(root)


def test_what_was_said_in_the_future_is_refused(root: Path) -> None:
    assert "ahead of the clock" in refused(root, "update", "--at", "2026-11-23 13:06", "-m", "A word.")
    assert "ahead of the clock" in refused(root, "new", "Search is slow", "--at", "2026-11-24 09:00", "-m", "A word.")
    sitegen(root, "update", "--at", "13:04", "-m", "A word.")
    assert "- at: 13:04\n" in text(root)


def test_what_was_said_before_the_last_word_is_refused(root: Path) -> None:
    assert "before the one above it" in refused(root, "update", "--at", "03:00", "-m", "A word.")


def test_a_clock_time_shortly_after_midnight_is_yesterdays(quiet: Path) -> None:
    after_midnight = datetime(2026, 11, 23, 23, 10, tzinfo=UTC)  # 00:10 on the 24th in Warsaw
    told = sitegen(quiet, "new", "Search is slow", "--at", "23:50", "-m", "Results take long.", at=after_midnight)
    assert told.stdout.startswith("incidents/2026-11-23-search-is-slow.yaml")
    assert "- at: 2026-11-23 23:50\n" in text(quiet, "2026-11-23-search-is-slow")
    sitegen(quiet, "update", "--at", "00:05", "-m", "Results take longer.", at=after_midnight)
    assert "- at: 2026-11-24 00:05\n" in text(quiet, "2026-11-23-search-is-slow")


def test_in_the_hour_that_comes_twice_times_say_which_one_they_mean(quiet: Path) -> None:
    second = datetime(2026, 10, 25, 1, 20, tzinfo=UTC)  # 02:20 CET in Warsaw, an hour after 02:20 CEST
    sitegen(quiet, "new", "Search is slow", "--next-update-by", "30m", "-m", "Results take long.", at=second)
    written = text(quiet, "2026-10-25-search-is-slow")
    assert "- at: 2026-10-25T02:20:00+01:00\n    next_update_by: 2026-10-25T02:50:00+01:00\n" in written
    told = refused(quiet, "update", "--at", "02:10", "-m", "Still slow.", code=2, at=second)
    assert "Write `2026-10-25T02:10+02:00` or `2026-10-25T02:10+01:00`" in told
    sitegen(quiet, "update", "--at", "2026-10-25T02:21+01:00", "-m", "Still slow.", at=second)
    sitegen(quiet, "check", at=second)


def test_a_time_that_the_clocks_skipped_is_wrong_usage_but_yesterdays_is_meant_before_it(quiet: Path) -> None:
    words = ("new", "Search is slow", "--at", "02:30", "-m", "Results take long.")
    before, after = datetime(2026, 3, 29, 0, 10, tzinfo=UTC), datetime(2026, 3, 29, 6, 0, tzinfo=UTC)
    assert "does not exist in Europe/Warsaw" in refused(quiet, *words, code=2, at=after)
    assert sitegen(quiet, *words, at=before).stdout.startswith("incidents/2026-03-28-search-is-slow.yaml")


def test_without_an_address_the_page_in_the_site_is_named(tmp_path: Path) -> None:
    root = make_project(tmp_path / "bare", settings="site: {name: X}\ncomponents: [{key: web, name: Web}]\n")
    told = sitegen(root, "new", "Search is slow", "-m", "Results take long.").stdout.splitlines()
    assert told[1] == "incidents/2026-11-23-search-is-slow.html#u-20261123T1200Z"
