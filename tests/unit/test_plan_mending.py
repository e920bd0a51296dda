"""What a run does after the fact: mended words, corrected times, retractions, and the one post that is edited."""

import pytest

from sitegen.mirror.plan import Deed, Item
from sitegen.mirror.said import standing
from sitegen.model import Channel, DeliveryState
from tests.unit.telling import (
    BEGIN,
    CAUSE,
    CHANNELS,
    EMAIL,
    END,
    FACEBOOK,
    MASTODON,
    TWITTER,
    at,
    connected,
    decisions,
    deliveries,
    entry_of,
    make_plan,
    make_settings,
    run,
    story,
    with_account,
)

FIRST, SECOND, THIRD, LAST = (f"20261123T{clock}Z" for clock in ("0300", "0320", "0340", "0400"))
POSTS = CHANNELS["facebook-posts"]
EDITED = ", edited: {at: 2026-11-23 03:30, note: A typo}"
DELETING = make_settings("policy: {retraction: delete}\n")


def text(item: Item) -> str:
    assert item.draft is not None
    return item.draft.text


@pytest.mark.parametrize("channel", [TWITTER, FACEBOOK, MASTODON, EMAIL], ids=lambda channel: channel.name)
def test_a_typo_mended_without_a_word_posts_nothing(channel: Channel) -> None:
    known = run(connected(channel), story(BEGIN), "03:01", channel)
    assert make_plan(known, story(BEGIN.replace("failing", "broken")), "03:30", channel) == ()


def test_a_mended_update_posts_nothing_where_posts_can_not_be_edited() -> None:
    known = run(connected(), story(BEGIN), "03:01")
    assert make_plan(known, story(BEGIN.replace("failing", "broken") + EDITED), "03:31") == ()


def test_a_mended_update_is_edited_in_place_once_where_posts_can_be() -> None:
    known = run(connected(POSTS), story(BEGIN), "03:01", POSTS)
    known = run(known, story(BEGIN, CAUSE), "03:21", POSTS)
    mended = story(BEGIN.replace("failing", "broken") + EDITED, CAUSE)
    [item] = [item for item in make_plan(known, mended, "03:31", POSTS) if item.speaks]
    assert (item.deed, item.targets) == (Deed.EDIT, standing(known.deliveries.values())[:1])
    assert text(item).startswith("Orders fail at checkout.\n\nCard payments are broken.")
    assert make_plan(run(known, mended, "03:31", POSTS), mended, "03:32", POSTS) == ()


def test_an_update_can_be_mended_again() -> None:
    known = run(connected(POSTS), story(BEGIN), "03:01", POSTS)
    mended = story(BEGIN.replace("failing", "broken") + EDITED)
    known = run(known, mended, "03:31", POSTS)
    again = story(BEGIN.replace("failing", "down") + EDITED.replace("03:30", "03:50"))
    [item] = [item for item in make_plan(known, again, "03:51", POSTS) if item.speaks]
    assert "payments are down" in text(item)


def test_an_edit_that_changes_nothing_for_the_channel_is_not_made() -> None:
    known = run(connected(POSTS), story(BEGIN), "03:01", POSTS)
    [_, item] = make_plan(known, story(BEGIN + EDITED), "03:31", POSTS)
    assert (item.decision, item.reason, item.recorded) == ("skip", "nothing changes on this channel", True)


def test_the_one_post_is_edited_and_at_the_end_says_that_all_is_well() -> None:
    incident, known = story(BEGIN, CAUSE, END), connected(MASTODON)
    known = run(known, incident, "03:01", MASTODON)
    [first] = known.deliveries.values()
    known = run(known, incident, "03:21", MASTODON)
    [item] = [item for item in make_plan(known, incident, "04:01", MASTODON) if item.speaks]
    assert (item.deed, item.targets, item.cost) == (Deed.EDIT, (first,), 0.0)
    assert text(item).startswith("Resolved: Orders fail at checkout. All payments work.")
    assert "Card payments are failing" not in text(item)
    after = run(known, incident, "04:01", MASTODON)
    assert {entry.remote_id for entry in after.deliveries.values()} == {first.remote_id}


def test_where_there_are_comments_the_news_stand_below_the_one_post_as_well() -> None:
    incident, known = story(BEGIN, CAUSE, END), connected(FACEBOOK)
    known = run(known, incident, "03:01", FACEBOOK)
    [first] = known.deliveries.values()
    known = run(known, incident, "03:21", FACEBOOK)
    [item] = [item for item in make_plan(known, incident, "04:01", FACEBOOK) if item.speaks]
    assert (item.deed, item.targets, item.below) == (Deed.COMMENT, (first,), first)
    assert text(item).startswith("Resolved: Orders fail at checkout.\n\nAll payments work.")
    after = run(known, incident, "04:01", FACEBOOK)
    assert [entry.reply_to for entry in standing(after.deliveries.values())] == ["", first.remote_id, first.remote_id]


def test_a_mended_word_is_mended_in_the_comment_and_in_the_post_that_shows_it() -> None:
    known = run(connected(FACEBOOK), story(BEGIN), "03:01", FACEBOOK)
    known = run(known, story(BEGIN, CAUSE), "03:21", FACEBOOK)
    first, comment = standing(known.deliveries.values())
    edited = EDITED.replace("03:30", "03:35")
    [item] = [
        i
        for i in make_plan(known, story(BEGIN, CAUSE.replace("expired", "ran out") + edited), "03:36", FACEBOOK)
        if i.speaks
    ]
    assert (item.deed, item.targets) == (Deed.EDIT, (comment, first))
    [item] = [
        i
        for i in make_plan(known, story(BEGIN.replace("failing", "broken") + edited, CAUSE), "03:36", FACEBOOK)
        if i.speaks
    ]
    assert (item.deed, item.targets) == (Deed.EDIT, (first,))


def test_what_a_comment_says_is_taken_back_in_a_comment() -> None:
    known = run(connected(FACEBOOK), story(BEGIN), "03:01", FACEBOOK)
    retracted = BEGIN + ", retracted: This was a drill."
    known = run(known, story(BEGIN, CAUSE), "03:21", FACEBOOK)
    first, _ = standing(known.deliveries.values())
    [item] = [one for one in make_plan(known, story(retracted, CAUSE), "03:30", FACEBOOK) if one.speaks]
    assert (item.deed, item.targets, item.below) == (Deed.COMMENT, (), first)


def test_a_postmortem_is_a_post_of_its_own() -> None:
    known = run(connected(FACEBOOK), story(BEGIN), "03:01", FACEBOOK)
    known = run(known, story(BEGIN, END), "04:01", FACEBOOK)
    incident = with_account(story(BEGIN, END), "26 10:00")
    assert deliveries(make_plan(known, incident, "26 10:01", FACEBOOK)) == [("postmortem", "send")]


def test_the_edited_post_shows_a_mended_word_only_while_it_says_it() -> None:
    known = run(connected(MASTODON), story(BEGIN), "03:01", MASTODON)
    mended = BEGIN.replace("failing", "broken") + EDITED
    assert deliveries(make_plan(known, story(mended), "03:31", MASTODON)) == [(f"{FIRST}@20261123T033000Z", "edit")]
    known = run(known, story(BEGIN, CAUSE), "03:21", MASTODON)
    [*_, item] = make_plan(known, story(mended, CAUSE), "03:31", MASTODON)
    assert (item.decision, item.reason) == ("skip", "the post does not say it any more")


def test_a_retraction_is_a_correcting_post() -> None:
    known = run(connected(), story(BEGIN, CAUSE), "03:21")
    incident = story(BEGIN + ", retracted: This was a drill.", CAUSE)
    [item] = [item for item in make_plan(known, incident, "03:30") if item.speaks]
    assert (item.deed, item.targets, item.announcement.saying) == (Deed.SEND, (), "retraction")
    assert text(item).startswith("Correction: Orders fail at checkout. This was a drill.")
    assert make_plan(run(known, incident, "03:30"), incident, "03:31") == ()


def test_a_retraction_deletes_where_the_policy_says_so_and_the_channel_can() -> None:
    known = run(connected(), story(BEGIN), "03:01")
    incident = story(BEGIN + ", retracted: This was a drill.")
    [item] = [item for item in make_plan(known, incident, "03:30", settings=DELETING) if item.speaks]
    assert (item.deed, item.draft, item.cost) == (Deed.DELETE, None, 0.0)
    assert item.targets == tuple(known.deliveries.values())
    mail = run(connected(EMAIL), story(BEGIN), "03:01", EMAIL)
    assert deliveries(make_plan(mail, incident, "03:30", EMAIL, DELETING)) == [(FIRST, "send")]


def test_nothing_is_retracted_twice_because_the_policy_changed() -> None:
    known = run(connected(), story(BEGIN), "03:01")
    incident = story(BEGIN + ", retracted: This was a drill.")
    corrected = run(known, incident, "03:30")
    assert make_plan(corrected, incident, "03:40", settings=DELETING) == ()


def test_a_deleted_post_does_not_stand_any_more() -> None:
    known = run(connected(POSTS), story(BEGIN), "03:01", POSTS)
    incident = story(BEGIN + ", retracted: This was a drill.", CAUSE)
    deleted = run(known, incident, "03:10", POSTS, DELETING)
    assert standing(deleted.deliveries.values()) == ()
    (after,) = standing(run(deleted, incident, "03:21", POSTS, DELETING).deliveries.values())
    assert after.part == SECOND


def test_the_edited_post_takes_back_what_it_says_itself() -> None:
    known = run(connected(MASTODON), story(BEGIN), "03:01", MASTODON)
    retracted = BEGIN + ", retracted: This was a drill."
    for settings in (make_settings(), DELETING):
        [item] = [one for one in make_plan(known, story(retracted), "03:10", MASTODON, settings) if one.speaks]
        assert item.deed is Deed.EDIT
        assert text(item).startswith("Correction: Orders fail at checkout. This was a drill.")
    known = run(known, story(BEGIN, CAUSE), "03:21", MASTODON)
    [_, item, _] = make_plan(known, story(retracted, CAUSE), "03:30", MASTODON)
    assert (item.decision, item.reason) == ("skip", "the post does not say it any more")


def test_what_was_retracted_before_it_was_said_is_not_said_and_not_taken_back() -> None:
    incident = story(BEGIN + ", retracted: This was a drill.")
    assert decisions(make_plan(connected(), incident, "03:01")) == [
        (FIRST, "skip", "retracted before it was said here")
    ]
    follows = story(BEGIN + ", retracted: Wrong service.", CAUSE)
    items = make_plan(connected(), follows, "03:21")
    assert [item.decision.value for item in items] == ["skip", "deliver"]
    assert items[1].announcement.stage == "first"


@pytest.mark.parametrize("channel", [TWITTER, FACEBOOK, EMAIL], ids=lambda channel: channel.name)
def test_an_update_whose_time_was_corrected_is_the_same_and_not_said_again(channel: Channel) -> None:
    known = connected(channel)
    for clock in ("03:01", "03:21"):
        known = run(known, story(BEGIN, CAUSE, END), clock, channel)
    moved = story(BEGIN.replace("03:00", "02:50"), CAUSE.replace("03:20", "03:15"), END)
    items = make_plan(known, moved, "03:30", channel)
    assert decisions(items) == [
        ("20261123T0250Z", "skip", _same(FIRST)),
        ("20261123T0315Z", "skip", _same(SECOND)),
    ]
    assert all(item.recorded for item in items)
    known = run(known, moved, "03:30", channel)
    rewritten = story(BEGIN.replace("03:00", "02:50").replace("failing", "broken"), END)
    assert [part for part, _ in deliveries(make_plan(known, rewritten, "04:01", channel))] == [LAST]


def _same(part: str) -> str:
    return f"the same update as {part}, before its time was corrected: that was posted already"


def test_a_new_update_is_no_twin_of_one_that_was_removed() -> None:
    known = run(connected(), story(BEGIN, CAUSE), "03:21")
    other = story(BEGIN, "at: 03:25, message: We are installing a new certificate.")
    assert [part for part, _ in deliveries(make_plan(known, other, "03:30"))] == ["20261123T0325Z"]


def test_the_same_words_twice_are_two_updates_while_both_are_there() -> None:
    incident = story(BEGIN, "at: 03:10, message: Still at it.", "at: 03:25, message: Still at it.")
    known = run(connected(), incident, "03:11")
    assert deliveries(make_plan(known, incident, "03:30")) == [("20261123T0325Z", "send")]


def test_a_twin_in_doubt_is_finished_under_its_own_key() -> None:
    known = connected()
    [item] = make_plan(known, story(BEGIN), "03:01")
    claimed = entry_of(item, DeliveryState.CLAIMED, owner="a", attempt=1, lease=at("03:10"))
    [again] = make_plan(known.following((claimed,), "tip"), story(BEGIN.replace("03:00", "02:50")), "03:30")
    assert (again.decision, again.key, again.entry) == ("take-over", claimed.key, claimed)


def test_a_twin_can_be_taken_back() -> None:
    known = run(connected(), story(BEGIN, CAUSE), "03:21")
    moved = BEGIN.replace("03:00", "02:50")
    known = run(known, story(moved, CAUSE), "03:30")
    retracted = story(moved + ", retracted: This was a drill.", CAUSE)
    assert deliveries(make_plan(known, retracted, "03:40")) == [("20261123T0250Z", "send")]


def test_the_end_is_heard_though_an_earlier_end_was_taken_back() -> None:
    early = "at: 03:40, status: resolved, message: All payments work."
    known = run(connected(), story(BEGIN), "03:01")
    known = run(known, story(BEGIN, early), "03:41")
    incident = story(BEGIN, early + ", retracted: Some still fail.", END)
    assert deliveries(make_plan(known, incident, "04:01")) == [(THIRD, "send"), (LAST, "send")]
