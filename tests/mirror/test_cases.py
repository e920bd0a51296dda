"""The cases of CHANNELS.md, each through the engine and a real client: what counts is what the platform accepted."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import msgspec
import pytest

from sitegen.channels import CHANNELS
from sitegen.ledger import Entry, LedgerError, Snapshot
from sitegen.model import DeliveryState
from tests.channels.contract import reads_back
from tests.ledger.memory import MemoryLedger
from tests.mirror.places import Place, place
from tests.mirror.runs import SETTLED, run, run_later, said, states
from tests.simulators.base import Identity, Trouble
from tests.simulators.twitter import TwitterSimulator
from tests.unit.telling import BEGIN, CAUSE, END, HALF, story

POSTED = {DeliveryState.POSTED}
READABLE = [kind for kind in sorted(CHANNELS) if reads_back(kind)]
every_trouble = pytest.mark.parametrize("trouble", Trouble, ids=[trouble.name.lower() for trouble in Trouble])


@pytest.fixture(params=sorted(CHANNELS))
def there(request: pytest.FixtureRequest) -> Iterator[Place]:
    """Every kind of channel."""
    with place(request.param) as made:
        yield made


@pytest.fixture(params=READABLE)
def readable(request: pytest.FixtureRequest) -> Iterator[Place]:
    """Every kind that can be read back."""
    with place(request.param) as made:
        yield made


@pytest.fixture
def x() -> Iterator[Place]:
    with place("twitter") as made:
        yield made


def simulator(there: Place) -> TwitterSimulator:
    """X, with its switches."""
    assert isinstance(there.simulator, TwitterSimulator)
    return there.simulator


def arm(there: Place, trouble: Trouble, *, publishing: bool = True) -> None:
    """Let it happen next, where it can."""
    silent = not publishing and there.simulator.identity is Identity.NOTHING
    if silent or trouble in there.simulator.spared:
        pytest.skip(f"{trouble.name} can't happen to {there.channel.kind}")
    there.simulator.arm(trouble, publishing=publishing)


@pytest.mark.slow
@every_trouble
@pytest.mark.parametrize("skew", [-10, 10])
def test_whatever_happens_to_a_post_and_whatever_the_clock_says_it_was_accepted_once(
    trouble: Trouble, skew: int, there: Place
) -> None:
    arm(there, trouble)
    run(there, story(BEGIN), skew=timedelta(minutes=skew))
    if trouble is Trouble.UNREACHABLE:
        there.simulator.reopen()
    for later in range(3):
        there.clock.advance(timedelta(hours=2))
        run(there, story(BEGIN), skew=timedelta(minutes=-skew), owner=f"later-{later}")

    refused = trouble is Trouble.INVALID
    assert len(said(there)) == (0 if refused else 1)
    assert states(there) == ({DeliveryState.REJECTED} if refused else POSTED)


@every_trouble
def test_no_trouble_while_looking_makes_a_second_post(trouble: Trouble, readable: Place) -> None:
    readable.simulator.arm(Trouble.DROPPED_AFTER)
    run(readable, story(BEGIN))
    for _ in range(2):
        readable.clock.advance(SETTLED)
        arm(readable, trouble, publishing=False)
        run(readable, story(BEGIN))
        if trouble is Trouble.UNREACHABLE:
            readable.simulator.reopen()
    run_later(readable, story(BEGIN))
    assert len(said(readable)) == 1
    assert states(readable) == POSTED


def test_what_a_lagging_timeline_does_not_show_yet_is_not_posted_again(readable: Place) -> None:
    readable.simulator.lag = CHANNELS[readable.channel.kind].traits().settle - timedelta(seconds=1)
    readable.simulator.arm(Trouble.DROPPED_AFTER)
    for _ in range(3):
        run(readable, story(BEGIN))
    assert len(said(readable)) == 1
    assert states(readable) == POSTED


def test_behind_a_forbidden_timeline_a_doubt_stays_until_a_person_has_looked(x: Place) -> None:
    simulator(x).hides_timeline = True
    x.simulator.arm(Trouble.DROPPED_AFTER)
    reports = [run(x, story(BEGIN)), *(run_later(x, story(BEGIN)) for _ in range(5))]
    assert len(said(x)) == 1
    assert states(x) == {DeliveryState.IN_DOUBT}
    assert all(report.needs_a_person for report in reports)


def forget(there: Place) -> None:
    """The ledger loses what was said, and nobody has noticed."""
    connections = there.ledger.read().connections
    there.ledger = MemoryLedger()
    there.ledger.append(there.ledger.read(), connections)


@pytest.mark.parametrize("kind", ["twitter", "facebook"])
def test_what_the_platform_refuses_as_a_copy_is_looked_for_and_adopted(kind: str) -> None:
    with place(kind) as there:
        run(there, story(BEGIN))
        [entry] = there.entries()
        forget(there)
        run(there, story(BEGIN))
        assert states(there) == {DeliveryState.IN_DOUBT}
        run_later(there, story(BEGIN))
        assert len(said(there)) == 1
        assert [one.remote_id for one in there.entries()] == [entry.remote_id]


def test_a_copy_of_something_older_is_left_to_a_person_and_not_posted(x: Place) -> None:
    run(x, story(BEGIN))
    forget(x)
    reports = [run_later(x, story(BEGIN)) for _ in range(6)]
    assert all(report.needs_a_person for report in reports)
    assert len(said(x)) == 1
    assert states(x) == {DeliveryState.IN_DOUBT}


def test_a_post_of_a_persons_that_looks_alike_is_not_taken_for_ours(readable: Place) -> None:
    readable.simulator.publish_by_hand("Orders fail at checkout. Sorry for that, we are looking into it!")
    readable.simulator.arm(Trouble.DROPPED)
    run(readable, story(BEGIN))
    run_later(readable, story(BEGIN))
    assert len(said(readable)) == 1
    assert [one.remote_id for one in readable.entries()] == [one.remote_id for one in readable.simulator.accepted]


def test_sixteen_runs_at_once_say_each_word_once(there: Place) -> None:
    with ThreadPoolExecutor(16) as pool:
        [*pool.map(lambda number: run(there, story(BEGIN, CAUSE), owner=f"run-{number}"), range(16))]
    run_later(there, story(BEGIN, CAUSE))
    assert sorted(set(said(there))) == sorted(said(there))
    assert states(there) == POSTED


class _Failing:
    """A ledger that is out of reach from one of the calls on."""

    def __init__(self, ledger: MemoryLedger, calls: int) -> None:
        self._ledger, self.left = ledger, calls

    def read(self) -> Snapshot:
        """The newest snapshot, as long as there is a connection."""
        self._count()
        return self._ledger.read()

    def append(self, snapshot: Snapshot, changes: Mapping[str, Entry]) -> Snapshot | None:
        """What comes of the changes; whoever was cut off does not know."""
        self._count()
        after = self._ledger.append(snapshot, changes)
        self._count()
        return after

    def _count(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise LedgerError("The ledger can't be reached.")


@pytest.mark.parametrize("kind", sorted(CHANNELS))
def test_a_ledger_that_goes_out_of_reach_at_any_step_costs_no_post_and_doubles_none(kind: str) -> None:
    for calls in range(100):
        with place(kind) as there:
            failing = _Failing(there.ledger, calls)
            report = run(there, story(BEGIN), ledger=failing)
            assert bool(report.stopped) is (failing.left < 0)
            run_later(there, story(BEGIN))
            assert len(said(there)) == 1, calls
            assert states(there) == POSTED, calls
        if not report.stopped:
            assert calls > 5
            break


@pytest.mark.parametrize("which", ["quarter", "day"])
def test_a_spent_limit_is_waited_for_and_then_it_is_said_once(which: str, x: Place) -> None:
    window = simulator(x).quarter_limit if which == "quarter" else simulator(x).day_limits[0]
    window.uses = [x.clock() - window.length / 2] * window.limit
    run(x, story(BEGIN))
    [entry] = x.entries()
    assert (entry.state, entry.lease) == (DeliveryState.WAITING, x.clock() + window.length / 2)
    heard = len(simulator(x).heard)
    x.clock.advance(window.length / 4)
    run(x, story(BEGIN))
    assert [request for request in simulator(x).heard[heard:] if request.method == "POST"] == []
    x.clock.advance(window.length / 4)
    run(x, story(BEGIN))
    assert len(said(x)) == 1


def test_spent_credits_stop_the_channel_until_somebody_pays(x: Place) -> None:
    simulator(x).credits = 0.0
    assert "credits" in run(x, story(BEGIN)).stopped
    simulator(x).credits = 1.0
    run_later(x, story(BEGIN))
    assert len(said(x)) == 1


def test_a_reply_that_is_refused_stands_alone_and_once() -> None:
    with place("twitter", thread=True) as x:
        simulator(x).refuses_replies = True
        for updates in ((BEGIN,), (BEGIN, CAUSE), (BEGIN, CAUSE)):
            x.pass_until("03:30")
            run(x, story(*updates))
        assert [one.reply_to for one in x.simulator.accepted] == ["", ""]
        assert len(set(said(x))) == 2


TEXTS = {
    "as long as it may be": "a" * 400,
    "families": "👩‍👩‍👧‍👦 " * 100,
    "chinese": "支付失败。" * 60,
    "decomposed": "Zaz\u0307o\u0301l\u0301c\u0301 " * 60,
    "a host name": "See v1.2.3.py and pay.example for what failed.",
    "two cashtags": "$ABC and $XYZ can't be bought.",
    "a mention and a tag": "@example and #outage are no text of ours.",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=list(TEXTS))
def test_whatever_an_engineer_writes_the_platform_takes_it(text: str, there: Place) -> None:
    run(there, story(f"at: 2026-11-23 03:00, message: {text!r}"))
    assert len(said(there)) == 1
    assert states(there) == POSTED


def test_a_mended_typo_is_no_post(there: Place) -> None:
    run(there, story(BEGIN))
    run_later(there, story(BEGIN.replace("failing", "failing for now")))
    assert len(said(there)) == 1


def test_a_retraction_is_one_more_post(x: Place) -> None:
    wrong = story(f"{BEGIN[:-1]}, retracted: It was something else")
    run(x, story(BEGIN))
    run_later(x, wrong)
    run_later(x, wrong)
    assert len(said(x)) == 2


def test_a_retraction_deletes_where_the_policy_says_so(readable: Place) -> None:
    policy = msgspec.structs.replace(readable.settings.policy, retraction="delete")
    readable.settings = msgspec.structs.replace(readable.settings, policy=policy)
    readable.channel = msgspec.structs.replace(readable.channel, mode="post")
    run(readable, story(BEGIN))
    for _ in range(2):
        run_later(readable, story(f"{BEGIN[:-1]}, retracted: It was something else"))
    assert len(said(readable)) == 1
    assert readable.simulator.standing() == {}


def test_a_backlog_is_told_by_its_newest_word_and_the_end(there: Place) -> None:
    there.pass_until("04:30")
    run(there, story(BEGIN, CAUSE, HALF, END))
    run_later(there, story(BEGIN, CAUSE, HALF, END))
    [text] = said(there)
    assert "Resolved" in text


def test_a_channel_that_was_down_a_day_hears_the_end_once_and_holds_up_no_other(x: Place) -> None:
    with place("facebook", mode="post") as facebook:
        whole = story(BEGIN, CAUSE, END)
        for there in (x, facebook):
            run(there, story(BEGIN))
        x.simulator.arm(Trouble.UNREACHABLE)
        for there in (x, facebook):
            there.pass_until("04:10")
            run(there, whole)
        assert (len(said(x)), len(said(facebook))) == (1, 3)
        x.clock.advance(timedelta(days=1))
        x.simulator.reopen()
        run(x, whole)
        run_later(x, whole)
        assert [text.startswith("Resolved") for text in said(x)].count(True) == 1
        assert len(set(said(x))) == len(said(x))
