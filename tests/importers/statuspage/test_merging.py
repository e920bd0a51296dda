"""The same incident in several files: the newest counts, and nothing that only another one has goes in silence."""

import pytest

from sitegen.model import Status
from tests.importers.reading import clocks, load_all, losses, messages, statuses, told
from tests.importers.statuspage.saved import DOWN, PAGE, SOLD, Json, convert, incident, planned, summary, update

FEED = """\
<rss version="2.0"><channel><title>Harbour Status - Incident History</title><link>https://status.ferries.example</link>
<item><title>Ticket shop is closed</title><link>https://status.ferries.example/incidents/c0de00000001</link>
<pubDate>Fri, 01 Mar 2024 11:00:00 +0100</pubDate><description>{}</description></item></channel></rss>
"""
LATER = (
    "&lt;p&gt;&lt;small&gt;Mar &lt;var data-var='date'&gt; 1&lt;/var&gt;, &lt;var data-var='time'&gt;11:00&lt;/var&gt; "
    "CET&lt;/small&gt;&lt;br&gt;&lt;strong&gt;Resolved&lt;/strong&gt; - Sold at last.&lt;/p&gt;"
)
FIRST = LATER.replace("11:00", "07:00").replace("Resolved", "Investigating").replace("Sold at last", "Nobody can buy")


def test_the_newest_capture_counts_and_the_others_are_named() -> None:
    made = convert({"a.json": summary(incident(DOWN)), "b.json": summary(incident(SOLD, DOWN))})
    (found,) = load_all(made)[1].values()
    assert statuses(found)[-1] is Status.RESOLVED
    assert told(made, "was saved 2 times, in 2 files") == ["b.json:35:4"]
    assert [str(one.path) for one in made.skipped] == ["a.json"]
    assert told(made, "1 entries: 0 became files, 1 count as another file has them, 0 were lost.") == ["a.json"]
    assert made.origins[next(iter(made.incidents))].name == "b.json"


def test_an_update_that_the_newer_capture_lacks_is_told_with_its_words() -> None:
    gone = update("identified", "08:00", "It was the fuse.")
    made = convert({"a.json": summary(incident(gone, DOWN)), "b.json": summary(incident(SOLD, DOWN))})
    assert told(made, "was left out: “It was the fuse.”")
    assert losses(made) == []


def test_a_feed_that_was_saved_later_goes_on_where_the_api_ends() -> None:
    made = convert({"a.json": summary(incident(DOWN)), "history.rss": FEED.format(LATER + FIRST)})
    (found,) = load_all(made)[1].values()
    assert messages(found) == ["Nobody can buy.", "Sold at last."]
    assert (clocks(found), statuses(found)[-1]) == (["01 06:00", "01 10:00"], Status.RESOLVED)
    assert told(made, "1 updates of “Ticket shop is closed” were taken from the feed")
    assert list(found.components) == ["tickets"]


def test_the_post_mortem_comes_from_whichever_file_has_it() -> None:
    entry = incident(SOLD, DOWN)
    private = entry | {"postmortem_body": "A fuse.", "postmortem_published_at": "2024-03-04T10:00:00Z"}
    made = convert({"page-1.json": [private], "z.json": {"page": PAGE, "incidents": [entry]}})
    load_all(made)
    assert [path.suffix for path in made.postmortems] == [".md"]


def test_files_of_two_pages_are_told() -> None:
    other = {"page": {**PAGE, "url": "https://status.trains.example"}, "incidents": [incident(SOLD, id="0ther")]}
    made = convert({"a.json": summary(incident(SOLD, DOWN)), "b.json": other})
    assert told(made, "of several pages (status.ferries.example, status.trains.example)")


def lists_open(*incidents: Json, on: str, plans: tuple[Json, ...] = ()) -> Json:
    """`summary.json` of a later day, with all that is open then."""
    later = summary(*incidents, planned=plans)
    return later | {"page": later["page"] | {"updated_at": f"{on}T08:00:00Z"}}


def test_what_a_later_summary_no_longer_lists_is_over_and_says_so() -> None:
    made = convert({"one.json": summary(incident(DOWN)), "two.json": lists_open(on="2024-03-05")})
    (found,) = load_all(made)[1].values()
    assert statuses(found) == [Status.INVESTIGATING, Status.RESOLVED]
    assert messages(found)[-1].startswith("Over by 2024-03-05 08:00 UTC, when it was no longer listed.")
    assert found.updates[-1].at == found.updates[0].at
    assert told(made, "but not among what two.json lists as open")


@pytest.mark.parametrize(
    "later",
    [
        lists_open(incident(DOWN), on="2024-03-05"),
        lists_open(on="2024-02-05"),
        {key: value for key, value in lists_open(on="2024-03-05").items() if key != "scheduled_maintenances"},
    ],
    ids=["it is still listed", "the summary is older", "the list is of the newest entries"],
)
def test_what_nothing_says_is_over_stays_open(later: Json) -> None:
    made = convert({"one.json": summary(incident(DOWN)), "two.json": later})
    (found,) = load_all(made)[1].values()
    assert Status.RESOLVED not in statuses(found)


def test_a_maintenance_that_is_no_longer_listed_is_completed() -> None:
    plan = planned(update("scheduled", "07:00", "We will."))
    made = convert({"one.json": summary(planned=[plan]), "two.json": lists_open(on="2024-03-05")})
    (found,) = load_all(made)[1].values()
    assert statuses(found) == [Status.SCHEDULED, Status.COMPLETED]
