"""What must hold for every kind of channel: which trouble ends in which failure, and how a leak is noticed."""

import traceback
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from importlib import import_module
from urllib.parse import quote, quote_plus

import msgspec
import pytest

from sitegen.channel import Client, Guarantee, Post, Rejected, RetryLater, Unclear
from sitegen.channels import CHANNELS
from sitegen.channels.credentials import collect
from sitegen.channels.limits import Limits
from tests.simulators.base import Clock, Simulator, Trouble

# So that waiting for an answer that never comes costs little.
LIMITS = Limits(answer=timedelta(seconds=0.5), total=timedelta(seconds=2))
POST = Post(
    key="3f1d",
    text="Card payments fail for some customers.\n\nUpdate 1 · 03:31 UTC https://status.example.com/i/card/?u=1#u-1",
    title="Card payments",
    link="https://status.example.com/i/card/?u=1#u-1",
)

Failure = Rejected | RetryLater | Unclear


class Outcome(msgspec.Struct, frozen=True):
    """How a trouble ends: the failure of a send, how many posts were accepted in the end, the failure of a look."""

    sending: type[Failure]
    accepted: int
    reading: type[Failure]


OUTCOMES: Mapping[Trouble, Outcome] = {
    Trouble.UNREACHABLE: Outcome(RetryLater, 0, RetryLater),
    Trouble.DROPPED: Outcome(Unclear, 0, RetryLater),
    Trouble.DROPPED_AFTER: Outcome(Unclear, 1, RetryLater),
    Trouble.BROKEN: Outcome(Unclear, 0, RetryLater),
    Trouble.BROKEN_AFTER: Outcome(Unclear, 1, RetryLater),
    Trouble.BROKEN_ODDLY: Outcome(Unclear, 1, RetryLater),
    Trouble.ACCEPTED_LATE: Outcome(Unclear, 1, RetryLater),
    Trouble.ANSWERED_LATE: Outcome(Unclear, 1, RetryLater),
    Trouble.TRUNCATED: Outcome(Unclear, 1, RetryLater),
    Trouble.EMPTY: Outcome(Unclear, 1, RetryLater),
    Trouble.GARBAGE: Outcome(Unclear, 1, RetryLater),
    Trouble.OVERSIZED: Outcome(Unclear, 1, RetryLater),
    Trouble.REDIRECTED: Outcome(Rejected, 0, Rejected),
    Trouble.RATE_LIMITED: Outcome(RetryLater, 0, RetryLater),
    Trouble.TOKEN_DEAD: Outcome(Rejected, 0, Rejected),
    Trouble.FORBIDDEN: Outcome(Rejected, 0, Rejected),
    Trouble.INVALID: Outcome(Rejected, 0, Rejected),
}
# After these a person must look at the channel before anything else is tried on it.
STOPPING = (Trouble.REDIRECTED, Trouble.TOKEN_DEAD, Trouble.FORBIDDEN)


def open_simulator(kind: str, clock: Clock) -> Simulator:
    """The simulator of this kind, not yet running; every kind must have one."""
    simulator = import_module(f"tests.simulators.{kind}").open_simulator(clock)
    assert isinstance(simulator, Simulator)
    return simulator


def open_client(simulator: Simulator, account: str = "") -> Client:
    """A client of the simulator's account, or of a channel that is pinned to another one."""
    channel = simulator.channel(account)
    credentials = collect(channel.name, simulator.environment())
    return CHANNELS[simulator.kind].open_client(channel, credentials, clock=simulator.clock, limits=LIMITS)


def reads_back(kind: str) -> bool:
    """Whether channels of this kind can look for what they perhaps sent."""
    return CHANNELS[kind].traits().guarantee is Guarantee.READ_BACK


def drops_copies(kind: str) -> bool:
    """Whether those who are told by channels of this kind hear a repeated post once."""
    return CHANNELS[kind].traits().guarantee is Guarantee.DROPS_COPIES


def fail(deed: Callable[[], object]) -> Failure:
    """The failure in which the deed ends: one of three, whatever happens underneath."""
    try:
        deed()
    except (Rejected, RetryLater, Unclear) as failure:
        return failure
    pytest.fail("It did not fail.")


def find_leaks(text: str, environment: Mapping[str, str]) -> list[str]:
    """The names of the variables whose values stand in the text, raw or in a usual disguise."""
    return [name for name, value in environment.items() if any(form in text for form in _disguises(value))]


def tell_everything(failure: BaseException | None) -> Iterator[str]:
    """All that could be printed of a failure, whatever stands behind it."""
    while failure is not None:
        yield from (str(failure), repr(failure), repr(vars(failure)), *traceback.format_exception(failure))
        failure = failure.__cause__ or failure.__context__


def _disguises(value: str) -> tuple[str, ...]:
    coded = b64encode(value.encode()).decode().rstrip("=")
    # The last character of base64 depends on what follows.
    return (value, quote(value, safe=""), quote_plus(value), coded[:-1])
