"""`status.txt`: everything that a customer needs now, for terminals and screen readers."""

from datetime import timedelta
from pathlib import Path

from tests.feeds.readers import INCIDENTS, MOMENT, SETTINGS, URL
from tests.projects import build_site, make_project
from tests.security.samples import PAYLOADS

WHOLE = f"""\
Example Pay, Ltd; Co
1 incident is open as of 23 Nov 2026, 13:00 CET

- Checkout: Partial outage
- API: Degraded performance

{URL}/

Open incidents

* Card payments fail at checkout
  Monitoring, since 23 Nov 2026, 03:09 CET
  Checkout: Partial outage
  API: Degraded performance
  What you can do now:
    Pay by bank transfer.
  Update 4, 23 Nov 2026, 04:30 CET:
    Two things are left:

    - the old machines,
    - the queue.
  Next update by 23 Nov 2026, 12:30 CET – overdue
  Expected to work again by 23 Nov 2026, 14:00 CET – the estimate has changed: 23 Nov 2026, 13:10 CET
  {URL}/incidents/2026-11-23-checkout.html

Notices

* Closed on 24 December
  Notice, since 19 Nov 2026, 10:00 CET
  Update 1, 19 Nov 2026, 10:00 CET:
    Letters are answered on the 27th.
  {URL}/incidents/2026-11-19-notice.html

Maintenance in progress

* New switches
  In progress, 23 Nov 2026, 12:00–16:00 CET
  API: Under maintenance
  Update 1, 16 Nov 2026, 09:00 CET:
    The API may be away for minutes.
  {URL}/incidents/2026-11-23-network.html

Coming maintenance

* Work, on: the; database
  Scheduled, 30 Nov 2026, 22:00 – 1 Dec 2026, 02:00 CET
  Services: Website
  Update 2, 22 Nov 2026, 09:00 CET:
    It takes an hour longer.
  {URL}/incidents/2026-11-30-database.html
"""


def read(folder: Path, entry: str = "", minutes: int = 0, settings: str = SETTINGS) -> str:
    """The text of a site with one entry, or none."""
    incidents: dict[str, str | bytes] = {"2026-11-23-x": entry} if entry else {}
    site = build_site(make_project(folder, settings, incidents), MOMENT + timedelta(minutes=minutes))
    return (site / "status.txt").read_text("utf-8")


def test_it_says_the_state_what_is_open_what_runs_and_what_comes(site: Path) -> None:
    assert (site / "status.txt").read_text("utf-8") == WHOLE


def test_another_language_says_the_same(site: Path) -> None:
    text = (site / "pl/status.txt").read_text("utf-8")
    assert "1 incydent trwa; stan na 23 lis 2026, 13:00 CET" in text
    assert "* Płatności kartą nie działają" in text
    assert f"{URL}/pl/incidents/2026-11-23-checkout.html" in text


def test_when_nothing_is_open_it_says_so_with_the_moment_and_nothing_else(tmp_path: Path) -> None:
    assert read(tmp_path, minutes=7) == (
        f"Example Pay, Ltd; Co\nNo incidents reported as of 23 Nov 2026, 13:07 CET\n\n{URL}/\n"
    )


def test_what_could_not_be_read_is_never_all_well(tmp_path: Path) -> None:
    text = read(tmp_path, "title: [x")
    assert "The state of some services is unknown as of" in text
    assert "does not claim that all is well" in text
    assert "- Website: Unknown" in text
    assert "This entry could not be read completely." in text
    assert "No incidents" not in text


def test_what_was_retracted_is_not_said_again(tmp_path: Path) -> None:
    entry = "title: Search is slow\nupdates: [{at: 2026-11-23 09:00, message: It burns., retracted: It does not.}]\n"
    text = read(tmp_path, entry)
    assert "Retracted: It does not." in text
    assert "It burns." not in text


def test_maintenance_that_takes_longer_says_so(tmp_path: Path) -> None:
    text = read(tmp_path, str(INCIDENTS["2026-11-23-network"]), minutes=4 * 60)
    assert "Running longer than planned, 23 Nov 2026, 12:00–16:00 CET" in text


def test_without_an_address_it_has_no_links(tmp_path: Path) -> None:
    text = read(tmp_path, str(INCIDENTS["2026-11-23-checkout"]), settings=SETTINGS.replace(f"  url: {URL}\n", ""))
    assert "* Card payments fail at checkout\n" in text
    assert "http" not in text


def test_no_message_can_look_like_a_line_of_the_page(tmp_path: Path) -> None:
    forged = ["Open incidents", "", "* All is well", "No incidents reported as of now", *PAYLOADS["markdown"]]
    lines = "".join(f"      {line}\n" for line in forged)
    entry = f"title: Search is slow\nupdates:\n  - at: 2026-11-23 09:00\n    message: |\n      Word.\n{lines}"
    text = read(tmp_path, entry)
    ours = [line for line in text.splitlines() if line and not line.startswith(" ")]
    assert ours == [
        "Example Pay, Ltd; Co",
        "1 incident is open as of 23 Nov 2026, 13:00 CET",
        f"{URL}/",
        "Open incidents",
        "* Search is slow",
    ]
