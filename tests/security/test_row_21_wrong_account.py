"""SECURITY.md, row 21: nothing is posted on another account than the one that a person connected."""

from collections.abc import Iterator

import msgspec
import pytest

from sitegen.channels import CHANNELS
from tests.faults.scene import Scene
from tests.mirror.places import Place, place
from tests.mirror.runs import run, said
from tests.simulators.base import Identity
from tests.unit.telling import BEGIN, story


@pytest.fixture(params=sorted(CHANNELS))
def there(request: pytest.FixtureRequest) -> Iterator[Place]:
    with place(request.param) as made:
        yield made


def test_credentials_of_another_account_are_refused_before_the_first_post(there: Place) -> None:
    if there.simulator.identity is not Identity.ACCOUNT:
        pytest.skip(f"{there.channel.kind} does not say whose credentials they are")
    theirs = there.simulator.channel("somebody_else").account
    there.channel = msgspec.structs.replace(there.channel, account=theirs)
    report = run(there, story(BEGIN))
    assert "somebody_else" in report.stopped
    assert len(said(there)) == 0
    assert there.entries() == ()


def test_another_account_in_the_settings_than_was_connected_is_told_nothing(there: Place) -> None:
    connected, other = there.channel, there.simulator.channel("other@example.com").account
    other = "https://other.example/" if there.channel.kind == "webhook" else other
    there.channel = msgspec.structs.replace(connected, account=other)
    run(there, story(BEGIN))
    assert len(said(there)) == 0

    there.channel = connected
    run(there, story(BEGIN))
    assert len(said(there)) == 1


def test_secrets_that_were_exchanged_since_then_are_noticed_by_the_command(scene: Scene) -> None:
    scene.x.account = "somebody_else"
    assert "somebody_else" in scene.run(code=1)
    assert scene.x.accepted == ()
