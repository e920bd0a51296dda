"""Each difference between what was said and what stands is found, named once, and nothing else is."""

from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest

from sitegen.channels import CHANNELS
from sitegen.channels.credentials import collect
from sitegen.ledger import Snapshot
from sitegen.mirror.fates import find_abandoned
from sitegen.mirror.finding import Finding, Rule
from sitegen.mirror.inspection import Inspection, Visit, inspect
from sitegen.model import DeliveryState, Gap, Incident
from sitegen.problems import Severity
from tests.mirror.places import Place, place
from tests.simulators.base import Simulator, Trouble
from tests.simulators.facebook import FacebookSimulator
from tests.simulators.loopback import Fault, HttpSimulator
from tests.simulators.mastodon import MastodonSimulator
from tests.simulators.twitter import TwitterSimulator
from tests.unit.telling import BEGIN, CAUSE, END, HALF, story, with_account

WHOLE = (BEGIN, CAUSE, HALF, END)
FIRST, SECOND, _, LAST = (f"20261123T{clock}Z" for clock in ("0300", "0320", "0340", "0400"))
NAME = "2026-11-23-orders"
EDITED = ", edited: {at: 2026-11-23 03:30, note: A typo}"
WRONG = ", retracted: It was something else"


@pytest.fixture
def x() -> Iterator[Place]:
    with place("twitter") as made:
        yield made


@pytest.fixture
def facebook() -> Iterator[Place]:
    with place("facebook") as made:
        yield made


@pytest.fixture(params=["twitter", "facebook", "facebook in posts", "mastodon"])
def readable(request: pytest.FixtureRequest) -> Iterator[Place]:
    """Every sort of channel that can be read back."""
    kind, _, posts = request.param.partition(" ")
    with place(kind, **({"mode": "post"} if posts else {})) as made:
        yield made


def play(there: Place, *updates: str) -> Incident:
    """The story told one update after another, each two minutes after its time."""
    for count, clock in enumerate(("03:02", "03:22", "03:42", "04:02")[: len(updates)], start=1):
        there.pass_until(clock)
        there.say(story(*updates[:count]))
    return story(*updates)


def remove_by_hand(simulator: Simulator, remote_id: str) -> None:
    assert isinstance(simulator, TwitterSimulator | FacebookSimulator | MastodonSimulator)
    simulator.remove_by_hand(remote_id)


def troubles(inspection: Inspection) -> list[Finding]:
    """What needs a person."""
    return [one for one in inspection.findings if one.severity is Severity.ERROR]


def rules(inspection: Inspection) -> list[str]:
    return [one.rule.value for one in troubles(inspection)]


def test_a_story_that_was_told_to_its_end_is_clean(readable: Place) -> None:
    night = play(readable, *WHOLE)
    found = readable.look(night)
    assert troubles(found) == []
    assert found.read == len(readable.simulator.standing()) == 4
    assert found.answered


def test_looking_posts_nothing_and_changes_nothing(readable: Place) -> None:
    night = play(readable, *WHOLE)
    before = (readable.simulator.standing(), len(readable.simulator.accepted), len(readable.ledger.history))
    readable.look(night)
    readable.look()
    assert (readable.simulator.standing(), len(readable.simulator.accepted), len(readable.ledger.history)) == before


def test_a_deleted_post_is_named_with_its_address_update_and_key(readable: Place) -> None:
    night = play(readable, BEGIN, CAUSE)
    lost = readable.entries()[-1]
    remove_by_hand(readable.simulator, lost.remote_id)
    [found] = troubles(readable.look(night))
    assert (found.rule, found.incident, found.part) == (Rule.DELETED, NAME, SECOND)
    assert (found.url, found.key) == (lost.url, lost.key)
    assert lost.url


@pytest.mark.parametrize("kind", ["facebook", "mastodon"])
def test_words_changed_by_hand_are_shown_where_they_part(kind: str) -> None:
    with place(kind, mode="post") as there:
        night = play(there, BEGIN, CAUSE)
        entry = there.entries()[-1]
        there.edit_by_hand(entry.remote_id, entry.text.replace("certificate", "cable"))
        [found] = troubles(there.look(night))
    assert (found.rule, found.part, found.url) == (Rule.EDITED, SECOND, entry.url)
    assert "“cable expired." in found.what
    assert "“certificate expired." in found.what


def test_a_post_that_was_put_in_other_whitespace_is_the_same(facebook: Place) -> None:
    night = play(facebook, BEGIN)
    [entry] = facebook.entries()
    facebook.edit_by_hand(entry.remote_id, entry.text.replace("\n\n", "\n") + "\n")
    assert troubles(facebook.look(night)) == []


def test_the_edited_post_must_show_the_newest_words_and_each_comment_its_own(facebook: Place) -> None:
    night = play(facebook, *WHOLE)
    first, *comments = facebook.entries()
    facebook.edit_by_hand(first.remote_id, first.text)
    [found] = troubles(facebook.look(night))
    assert (found.rule, found.part, found.key) == (Rule.EDITED, LAST, comments[-1].key)
    assert "Resolved" in found.what
    facebook.edit_by_hand(first.remote_id, comments[-1].text)
    facebook.edit_by_hand(comments[0].remote_id, comments[-1].text)
    [found] = troubles(facebook.look(night))
    assert (found.rule, found.part) == (Rule.EDITED, SECOND)


def test_what_a_run_did_not_finish_is_in_doubt_and_not_called_an_edit_by_hand(facebook: Place) -> None:
    play(facebook, BEGIN)
    facebook.pass_until("03:22")
    facebook.simulator.arm(Trouble.DROPPED)
    facebook.say(story(BEGIN, CAUSE))
    assert any("Identified" in text for text in facebook.simulator.standing().values())
    assert rules(facebook.look(story(BEGIN, CAUSE))) == ["in-doubt"]


def test_what_was_mended_in_the_files_and_on_the_platform_is_clean(readable: Place) -> None:
    play(readable, BEGIN, CAUSE)
    mended = story(BEGIN.replace("failing", "broken") + EDITED, CAUSE.replace("certificate", "key") + EDITED)
    readable.pass_until("03:32")
    readable.say(mended)
    readable.pass_until("05:00")
    assert troubles(readable.look(mended)) == []


@pytest.mark.parametrize("wrong", [(BEGIN + WRONG, CAUSE), (BEGIN, CAUSE + WRONG)], ids=["older", "newest"])
def test_what_was_taken_back_is_clean_once_it_was_said(readable: Place, wrong: tuple[str, str]) -> None:
    play(readable, BEGIN, CAUSE)
    taken_back = story(*wrong)
    readable.pass_until("05:00")
    [found] = troubles(readable.look(taken_back))
    assert found.rule is Rule.UNSAID
    assert "retracted" in found.what
    readable.say(taken_back)
    assert troubles(readable.look(taken_back)) == []


def test_a_retracted_post_may_be_gone(x: Place) -> None:
    play(x, BEGIN, CAUSE)
    x.say(story(BEGIN, CAUSE + WRONG))
    remove_by_hand(x.simulator, x.entries()[1].remote_id)
    assert troubles(x.look(story(BEGIN, CAUSE + WRONG))) == []


def test_posts_of_an_entry_that_is_gone_are_one_line_until_they_are_gone_too(x: Place) -> None:
    play(x, BEGIN, CAUSE)
    [found] = troubles(x.look())
    assert (found.rule, found.incident) == (Rule.ENTRY_GONE, NAME)
    assert "stand: 2 (" in found.what
    assert all(entry.url in found.what for entry in x.entries())
    for entry in x.entries():
        remove_by_hand(x.simulator, entry.remote_id)
    assert troubles(x.look()) == []


def test_an_entry_that_became_a_draft_is_named(x: Place) -> None:
    night = play(x, BEGIN)
    [found] = troubles(x.look(msgspec.structs.replace(night, draft=True)))
    assert found.rule is Rule.ENTRY_GONE
    assert "draft" in found.what


def test_an_entry_that_can_not_be_read_is_not_called_gone(x: Place) -> None:
    play(x, BEGIN)
    [found] = troubles(x.look(unread=(NAME,)))
    assert (found.rule, found.incident) == (Rule.UNSEEN, NAME)
    torn = msgspec.structs.replace(story(CAUSE.replace("03:20", "2026-11-23 03:20")), gaps=(Gap(x.clock(), ()),))
    assert rules(x.look(torn)) == ["unseen"]


def test_a_renamed_entry_keeps_its_posts(x: Place) -> None:
    play(x, BEGIN, CAUSE)
    renamed = story(BEGIN, CAUSE, name="2026-11-23-payments", more=f"aliases: [{NAME}]")
    assert troubles(x.look(renamed)) == []


def test_an_update_that_is_gone_is_named_until_its_post_is_gone_too(x: Place) -> None:
    play(x, BEGIN, CAUSE)
    lost = x.entries()[-1]
    [found] = troubles(x.look(story(BEGIN)))
    assert (found.rule, found.part, found.url, found.key) == (Rule.UPDATE_GONE, SECOND, lost.url, lost.key)
    remove_by_hand(x.simulator, lost.remote_id)
    assert troubles(x.look(story(BEGIN))) == []


def test_an_update_whose_time_was_corrected_is_not_gone(x: Place) -> None:
    play(x, BEGIN, CAUSE)
    moved = story(BEGIN, CAUSE.replace("03:20", "03:19"))
    assert troubles(x.look(moved)) == []


def test_a_post_mortem_that_is_withdrawn_is_named(x: Place) -> None:
    night = with_account(play(x, *WHOLE), "04:30")
    x.pass_until("04:40")
    x.say(night)
    assert troubles(x.look(night)) == []
    [found] = troubles(x.look(with_account(night, None)))
    assert (found.rule, found.part) == (Rule.UPDATE_GONE, "postmortem")


def test_an_update_that_nobody_said_is_named_when_a_run_had_the_time(x: Place) -> None:
    play(x, BEGIN)
    x.pass_until("03:30")
    assert troubles(x.look(story(BEGIN, CAUSE))) == []
    x.pass_until("03:36")
    [found] = troubles(x.look(story(BEGIN, CAUSE)))
    assert (found.rule, found.part) == (Rule.UNSAID, SECOND)
    assert "2026-11-23 03:20 UTC" in found.what


def test_what_the_platform_put_off_is_named_with_its_reason(x: Place) -> None:
    play(x, BEGIN)
    x.pass_until("03:22")
    x.simulator.arm(Trouble.RATE_LIMITED)
    x.say(story(BEGIN, CAUSE))
    x.pass_until("03:36")
    [found] = troubles(x.look(story(BEGIN, CAUSE)))
    assert found.rule is Rule.UNSAID
    assert "429" in found.what


@pytest.mark.parametrize("kind", ["twitter", "facebook", "mastodon"])
def test_a_copy_by_hand_is_found_where_the_ledger_knows_nothing_of_it(kind: str) -> None:
    with place(kind, mode="post") as there:
        play(there, BEGIN)
        there.pass_until("03:40")
        [first] = there.entries()
        lines = first.text.replace("Orders fail", "Identified: Orders fail").replace(
            "Card payments are failing", "A certificate expired"
        )
        by_hand = there.simulator.publish_by_hand(
            lines.replace("Update 1 · 03:00", "Update 2 · 03:20").replace(FIRST, SECOND)
        )
        [found] = troubles(there.look(story(BEGIN, CAUSE)))
        assert (found.rule, found.part) == (Rule.HAND_MADE, SECOND)
        assert by_hand.rpartition("_")[2] in found.url
        there.simulator.arm(Trouble.UNREACHABLE)
        assert rules(there.look(story(BEGIN, CAUSE))) == ["unseen", "unsaid", "unseen"]


def test_what_is_in_doubt_left_behind_or_refused_is_named_with_its_key(x: Place) -> None:
    night = play(x, BEGIN)
    x.pass_until("03:22")
    x.simulator.arm(Trouble.DROPPED)
    x.say(story(BEGIN, CAUSE))
    doubt = x.entries()[-1]
    assert doubt.state is DeliveryState.IN_DOUBT
    [found] = troubles(x.look(story(BEGIN, CAUSE)))
    assert (found.rule, found.key, found.part) == (Rule.IN_DOUBT, doubt.key, SECOND)
    assert "mirror settle" in found.hint
    lease = x.clock() + timedelta(minutes=5)
    claimed = msgspec.structs.replace(doubt, state=DeliveryState.CLAIMED, owner="dead", lease=lease, attempt=2)
    x.record(claimed)
    assert troubles(x.look(story(BEGIN, CAUSE))) == []
    x.pass_until("03:40")
    assert rules(x.look(story(BEGIN, CAUSE))) == ["stopped"]
    x.record(msgspec.structs.replace(claimed, state=DeliveryState.REJECTED, owner="", lease=None, reason="too long"))
    [found] = troubles(x.look(story(BEGIN, CAUSE)))
    assert (found.rule, found.part) == (Rule.REJECTED, SECOND)
    assert "too long" in found.what
    x.pass_until("03:42")
    x.say(story(BEGIN, CAUSE, HALF))
    assert troubles(x.look(story(BEGIN, CAUSE, HALF))) == []
    assert rules(x.look(night)) == ["update-gone"]


@pytest.mark.parametrize("trouble", Trouble, ids=[trouble.name.lower() for trouble in Trouble])
@pytest.mark.parametrize("kind", ["twitter", "facebook", "mastodon"])
def test_no_trouble_with_the_account_ever_passes_for_fine(kind: str, trouble: Trouble) -> None:
    with place(kind) as there:
        night = play(there, BEGIN)
        there.simulator.arm(trouble, publishing=False)
        found = there.look(night)
    refused = trouble in (Trouble.REDIRECTED, Trouble.TOKEN_DEAD, Trouble.FORBIDDEN, Trouble.INVALID)
    assert found.answered is refused
    assert rules(found) == ["credentials" if refused else "unseen", "unseen"]


def test_what_the_ledger_alone_can_tell_is_told_also_where_the_platform_is_silent(x: Place) -> None:
    play(x, BEGIN)
    x.pass_until("03:22")
    x.simulator.arm(Trouble.DROPPED)
    x.say(story(BEGIN, CAUSE))
    x.simulator.arm(Trouble.UNREACHABLE)
    assert rules(x.look()) == ["unseen", "in-doubt", "unseen", "entry-gone"]


def test_missing_secrets_are_named(x: Place) -> None:
    night = play(x, BEGIN)
    nothing = collect(x.channel.name, {})
    kind = CHANNELS["twitter"]
    visit = Visit(x.channel, kind.traits(), lambda: kind.open_client(x.channel, nothing, clock=x.clock))
    [credentials, unseen] = inspect([visit], x.basis(night), 20)[0].findings
    assert credentials.rule is Rule.CREDENTIALS
    assert "SITEGEN_TWITTER_API_KEY" in credentials.what
    assert "looked at: 1." in unseen.what


def test_another_account_of_the_same_name_is_named(x: Place) -> None:
    night = play(x, BEGIN)
    assert isinstance(x.simulator, TwitterSimulator)
    x.simulator.user_id = "1722000000000000009"
    assert rules(x.look(night)) == ["account"]


def test_what_the_account_warns_of_is_told_and_is_no_error(facebook: Place) -> None:
    found = facebook.look(play(facebook, BEGIN))
    assert [one.severity for one in found.findings] == [Severity.WARNING]
    assert "development mode" in found.findings[0].what


def test_a_channel_that_is_not_connected_as_it_is_configured_is_named(x: Place) -> None:
    night = play(x, BEGIN)
    x.channel = msgspec.structs.replace(x.channel, language="pl")
    x.settings = msgspec.structs.replace(x.settings, channels=(x.channel,))
    [found] = troubles(x.look(night))
    assert found.rule is Rule.NOT_CONNECTED
    assert "example_status (twitter, en)" in found.what
    known = msgspec.structs.replace(x.ledger.read(), connections={})
    visit = Visit(x.channel, CHANNELS["twitter"].traits(), x.client)
    [unknown] = inspect([visit], msgspec.structs.replace(x.basis(night), known=known), 20)
    assert rules(unknown) == ["not-connected"]
    assert "mirror connect twitter" in unknown.findings[0].hint


def test_only_the_newest_are_read_and_those_of_what_is_gone_first(x: Place) -> None:
    night = play(x, *WHOLE)
    found = x.look(night, most=1)
    assert found.read == 1
    [note] = found.findings
    assert (note.rule, note.severity) == (Rule.NOT_READ, Severity.ADVICE)
    assert note.what == "Older posts that were not read back: 3, the newest of 2026-11-23."
    remove_by_hand(x.simulator, x.entries()[0].remote_id)
    assert troubles(x.look(night, most=1)) == []
    gone = story(CAUSE.replace("03:20", "2026-11-23 03:20"), HALF, END)
    assert troubles(x.look(gone, most=1)) == []


def test_after_two_posts_that_can_not_be_looked_at_the_platform_is_left_alone(x: Place) -> None:
    night = play(x, *WHOLE)
    assert isinstance(x.simulator, HttpSimulator)
    x.simulator.arm_fault(Fault(), publishing=False)  # the account answers, then nothing does
    for _ in range(4):
        x.simulator.arm(Trouble.BROKEN, publishing=False)
    heard = len(x.simulator.heard)
    found = x.look(night)
    assert rules(found) == ["unseen", "unseen", "unseen"]
    assert "Further posts that were not looked at for that: 2." in found.findings[-1].what
    assert len(x.simulator.heard) == heard + 3


def test_posts_that_can_not_be_looked_at_hide_no_other(x: Place) -> None:
    night = play(x, *WHOLE)
    assert isinstance(x.simulator, HttpSimulator)
    remove_by_hand(x.simulator, x.entries()[0].remote_id)
    x.simulator.arm_fault(Fault(), publishing=False)
    for _ in range(2):
        x.simulator.arm(Trouble.INVALID, publishing=False)
        x.simulator.arm_fault(Fault(), publishing=False)
    found = x.look(night)
    assert rules(found) == ["unseen", "unseen", "deleted"]
    assert found.read == 2


def test_what_can_not_be_read_back_says_so_once_and_is_no_error() -> None:
    with place("webhook") as there:
        found = there.look(play(there, *WHOLE))
        [note] = [one for one in found.findings if one.rule is Rule.NOT_READ]
    assert note.severity is Severity.ADVICE
    assert "can't be read back" in note.what
    assert troubles(found) == []


def test_one_channel_in_trouble_hides_nothing_of_another(x: Place, facebook: Place) -> None:
    night = play(x, BEGIN)
    play(facebook, BEGIN)
    remove_by_hand(facebook.simulator, facebook.entries()[0].remote_id)
    x.simulator.arm(Trouble.UNREACHABLE)
    known = [there.ledger.read() for there in (x, facebook)]
    both = Snapshot(
        {**known[0].deliveries, **known[1].deliveries}, {**known[0].connections, **known[1].connections}, "", "tip"
    )
    settings = msgspec.structs.replace(x.settings, channels=(x.channel, facebook.channel))
    basis = msgspec.structs.replace(x.basis(night), known=both, settings=settings)
    visits = [Visit(one.channel, CHANNELS[one.channel.kind].traits(), one.client) for one in (x, facebook)]
    assert [rules(one) for one in inspect(visits, basis, 20)] == [["unseen", "unseen"], ["deleted"]]


def test_posts_of_a_channel_that_is_not_configured_any_more_are_found(x: Place) -> None:
    night = play(x, BEGIN, CAUSE)
    assert find_abandoned(x.basis(night)) == {}
    x.settings = msgspec.structs.replace(x.settings, channels=())
    assert find_abandoned(x.basis(night)) == {("twitter", x.channel.account): x.entries()}


def test_a_finding_is_one_line_whatever_stands_on_the_platform() -> None:
    with place("mastodon") as there:
        night = play(there, BEGIN)
        [entry] = there.entries()
        there.edit_by_hand(entry.remote_id, "Ha!\n::error::x\x1b[31m \u202e")
        [found] = troubles(there.look(night))
    line = str(found)
    assert line.isprintable()
    assert line.startswith(f"mastodon: {NAME} · {FIRST}: The post shows “Ha! ::error::x")
    assert line.endswith(f"{entry.url} (key {entry.key})")
