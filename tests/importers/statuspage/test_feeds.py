"""History feeds of Statuspage and LambStatus: times without a year, planned events, numbers of entries."""

from datetime import date
from html import escape

import pytest

from sitegen.importers.conversion import Refusal
from sitegen.model import Impact, Incident, Kind, Status, Window
from tests.importers.reading import clocks, load_all, losses, messages, moment, statuses, told
from tests.importers.statuspage.saved import convert, outcome


def said(when: str, status: str, text: str) -> str:
    """One update as hosted pages write it: the day and the time in `var`."""
    month, day, clock, zone = when.replace(",", "").split()
    date = f"{month} <var data-var='date'>{day}</var>, <var data-var='time'>{clock}</var> {zone}"
    return f"<p><small>{date}</small><br><strong>{status}</strong> - {text}</p>"


def atom(*updates: str, updated: str = "2022-01-02T09:00:00Z", number: str = "8938651", above: str = "") -> str:
    """`history.atom` with one entry."""
    return f"""\
<?xml version="1.0" encoding="UTF-8"?>
<feed xml:lang="en-US" xmlns="http://www.w3.org/2005/Atom">
  <id>tag:status.ferries.example,2005:/history</id>
  <link rel="self" href="https://status.ferries.example/history.atom"/>
  <link rel="alternate" type="text/html" href="https://status.ferries.example"/>
  <title>Harbour Status - Incident History</title>
  <entry>
    <id>tag:status.ferries.example,2005:Incident/{number}</id>
    <published>{updated}</published>
    <updated>{updated}</updated>
    <link rel="alternate" type="text/html" href="https://status.ferries.example/incidents/c0de00000001"/>
    <title>Ticket shop is closed</title>
    <content type="html">{escape(above + "".join(updates))}</content>
  </entry>
</feed>
"""


def rss(*updates: str, dated: str, home: str = "https://s.example", path: str = "/incidents/c0de") -> str:
    """`history.rss` with one item."""
    return f"""\
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Harbour Status - Incident History</title><link>{home}</link>
<item><title><![CDATA[Ticket shop is closed]]></title><link>{home}{path}</link><guid>{home}{path}</guid>
<pubDate>{dated}</pubDate><content:encoded><![CDATA[{"".join(updates)}]]></content:encoded></item>
</channel></rss>
"""


def only(feed: str) -> Incident:
    (found,) = load_all(convert({"history.xml": feed}))[1].values()
    return found


def test_an_entry_keeps_its_updates_its_address_and_its_number() -> None:
    found = only(
        atom(said("Jan 2, 09:00 UTC", "Resolved", "Sold."), said("Jan 2, 08:00 UTC", "Investigating", "A &lt;1% loss."))
    )
    assert messages(found) == ["A <1% loss.", "Sold."]
    assert clocks(found) == ["02 08:00", "02 09:00"]
    assert statuses(found) == [Status.INVESTIGATING, Status.RESOLVED]
    assert found.aliases == ("incidents/c0de00000001", "Incident/8938651")


def test_the_year_is_the_one_nearest_to_the_neighbour() -> None:
    found = only(
        atom(
            said("Jan 2, 09:00 UTC", "Resolved", "Sold."),
            said("Dec 30, 23:00 UTC", "Update", "Still closed."),
            said("May 3, 08:00 UTC", "Investigating", "Closed."),
        )
    )
    assert [one.at.isoformat()[:10] for one in found.updates] == ["2021-05-03", "2021-12-30", "2022-01-02"]
    assert statuses(found) == [Status.INVESTIGATING, None, Status.RESOLVED]


@pytest.mark.parametrize(
    ("dated", "when", "clock"),
    [
        ("Wed, 01 Jan 2014 09:09:00 -0800", "Jan 1, 09:09 PST", "01 17:09"),
        # Seen: a page that calls its summer time PST all year; the offset beside it is right.
        ("Mon, 28 Oct 2013 14:48:00 -0700", "Oct 28, 14:48 PST", "28 21:48"),
        ("Fri, 13 Oct 2017 06:41:14 GMT", "Oct 13, 06:41 UTC", "13 06:41"),
        ("Fri, 13 Oct 2017 06:41:14 GMT", "Oct 13, 08:41 CEST", "13 06:41"),
        ("Fri, 13 Oct 2017 08:41:14 +0200", "Oct 13, 06:41 UTC", "13 06:41"),
    ],
)
def test_the_clock_is_the_pages(dated: str, when: str, clock: str) -> None:
    assert clocks(only(rss(said(when, "Resolved", "Sold."), dated=dated))) == [clock]


def test_a_planned_event_has_its_window_and_a_post_mortem_its_file() -> None:
    above = (
        "<p><strong>THIS IS A SCHEDULED EVENT Jan <var data-var='date'> 2</var>, <var data-var='time'>22:00</var> - "
        "<var data-var='time'>01:30</var> UTC</strong></p>"
    )
    report = said("Jan 5, 10:00 UTC", "Postmortem", "# Why<br />A fuse.")
    found = only(atom(said("Jan 1, 09:00 UTC", "Scheduled", "We will."), above=above))
    assert found.window == Window(moment("2022-01-02T22:00:00Z"), moment("2022-01-03T01:30:00Z"))
    assert messages(found) == ["We will."]
    made = convert({"history.atom": atom(report, said("Jan 2, 09:00 UTC", "Resolved", "Sold."))})
    assert list(made.postmortems.values()) == [b"---\npublished: 2022-01-05T10:00:00Z\n---\n\n# Why\nA fuse.\n"]
    longer = above.replace("<var data-var='time'>01:30", "Jan <var data-var='date'>4</var>, <var data-var='time'>01:30")
    found = only(atom(said("Jan 1, 09:00 UTC", "Scheduled", "We will."), above=longer))
    assert found.window == Window(moment("2022-01-02T22:00:00Z"), moment("2022-01-04T01:30:00Z"))


def test_lambstatus_writes_the_year_and_has_a_home_below_the_host() -> None:
    update = "<p><small>Oct 13, 2017, 06:50 UTC</small><br><strong>Scheduled</strong> - We will.</p>"
    feed = rss(update, dated="Fri, 13 Oct 2017 06:50:38 GMT", home="https://l.example/demo", path="/maintenances/7pE")
    found = only(feed)
    assert (found.kind, found.aliases) == (Kind.NOTICE, ("maintenances/7pE",))
    assert clocks(found) == ["13 06:50"]


def test_a_date_beside_the_text_that_is_far_from_the_entrys_own_is_told() -> None:
    update = "<p><small>May 13, 2017, 06:50 UTC</small><br><strong>Resolved</strong> - Sold.</p>"
    made = convert({"f.rss": rss(update, dated="Fri, 13 Oct 2017 06:50:38 GMT")})
    assert told(made, "Its newest text is of 2017-05-13 06:50 UTC, the entry of 2017-10-13") == ["f.rss:3:1"]


def test_what_has_not_the_usual_form_is_kept_and_told() -> None:
    made = convert({"history.atom": atom("<p>Something broke &amp; was mended.</p>")})
    (found,) = load_all(made)[1].values()
    assert messages(found) == ["Something broke & was mended."]
    assert told(made, "has not the form of an update")


def test_an_entry_without_a_date_is_lost_aloud() -> None:
    made = convert({"history.atom": atom(updated="some day")})
    assert losses(made) == ["“Ticket shop is closed” has no date, so it was left out."]


def test_entries_of_the_api_have_no_number_and_this_is_told() -> None:
    one = said("Jan 2, 09:00 UTC", "Resolved", "Sold.")
    two = rss(
        one, dated="Sun, 02 Jan 2022 09:00:00 +0000", home="https://status.ferries.example", path="/incidents/0ther"
    )
    made = convert({"history.atom": atom(one), "history.rss": two})
    assert told(made, "1 entries stand in no saved Atom feed")


@pytest.mark.parametrize(
    "content",
    [
        '<!DOCTYPE feed [<!ENTITY a "b">]><feed>&a;</feed>',
        '<!DOCTYPE feed SYSTEM "file:///etc/passwd"><feed/>',
        "<feed>" * 60,
        "<html><body>Sign in</body></html>",
        "<feed",
        '<?xml version="1.0" encoding="nonsense"?><feed/>',
    ],
)
def test_what_is_no_feed_is_refused_and_nothing_in_it_is_expanded(content: str) -> None:
    assert isinstance(outcome({"history.atom": content}), Refusal)


def test_an_outage_of_which_only_a_feed_tells_is_not_said_to_have_had_no_impact() -> None:
    made = convert({"history.atom": atom(said("Jan 2, 09:00 UTC", "Resolved", "Sold."))})
    settings, incidents = load_all(made)
    (found,) = incidents.values()
    assert found.impact is Impact.MINOR
    assert told(made, "1 incidents stand in a feed only")
    (component,) = settings.components
    assert component.since == date(2022, 1, 2)
