"""SECURITY.md, row 22: credentials go to the platform and nowhere else, and no answer is waited for without an end."""

import time
from collections.abc import Iterator

import pytest

from sitegen.channels import CHANNELS
from sitegen.model import DeliveryState
from tests.channels.contract import LIMITS, open_simulator
from tests.mirror.places import Place, place
from tests.mirror.runs import run, run_later, said, states
from tests.simulators.base import Identity, Trouble
from tests.simulators.loopback import Answer, Fault, HttpSimulator
from tests.unit.telling import BEGIN, story

REDIRECTS = (301, 302, 303, 307, 308)


@pytest.fixture(params=sorted(CHANNELS))
def there(request: pytest.FixtureRequest) -> Iterator[Place]:
    with place(request.param) as made:
        yield made


@pytest.fixture
def stranger(there: Place) -> Iterator[HttpSimulator]:
    """Another server that speaks like the platform, and would take the credentials."""
    with open_simulator(there.channel.kind, there.clock) as other:
        if not isinstance(other, HttpSimulator):
            pytest.skip(f"{there.channel.kind} knows no redirects")
        yield other


@pytest.mark.parametrize("status", REDIRECTS)
@pytest.mark.parametrize("publishing", [True, False], ids=["posting", "looking"])
def test_a_redirect_stops_the_channel_and_nothing_is_sent_on(
    publishing: bool, status: int, there: Place, stranger: HttpSimulator
) -> None:
    if not publishing and there.simulator.identity is Identity.NOTHING:
        pytest.skip(f"{there.channel.kind} is only ever told things")
    assert isinstance(there.simulator, HttpSimulator)
    elsewhere = Answer(status, headers=(("Location", f"{stranger.url}/"),))
    there.simulator.arm_fault(Fault(accepts=False, change=lambda _: elsewhere), publishing=publishing)

    assert stranger.url in run(there, story(BEGIN)).stopped
    assert stranger.heard == []
    assert len(said(there)) == 0

    run_later(there, story(BEGIN))
    assert len(said(there)) == 1
    assert states(there) == {DeliveryState.POSTED}


@pytest.mark.parametrize("trouble", [Trouble.OVERSIZED, Trouble.ANSWERED_LATE, Trouble.ACCEPTED_LATE], ids=str)
@pytest.mark.parametrize("publishing", [True, False], ids=["posting", "looking"])
def test_an_answer_without_an_end_is_given_up_in_time(publishing: bool, trouble: Trouble, there: Place) -> None:
    quiet = there.simulator.identity is Identity.NOTHING and not publishing
    if trouble in there.simulator.spared or quiet:
        pytest.skip(f"that can't happen to {there.channel.kind}")
    there.simulator.arm(trouble, publishing=publishing)
    begun = time.monotonic()
    run(there, story(BEGIN))
    assert time.monotonic() - begun < 5 * LIMITS.total.total_seconds()

    run_later(there, story(BEGIN))
    assert len(said(there)) == 1
    assert states(there) == {DeliveryState.POSTED}
