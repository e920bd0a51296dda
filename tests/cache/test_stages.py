"""Keys of pages stand on one law: between two moments of an incident nothing about it changes."""

from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import assume, given
from hypothesis import strategies as st

from sitegen.model import Incident
from sitegen.timeline import find_stage, fold, list_moments
from tests.unit.strategies import incidents

NEAR = st.sampled_from([timedelta(microseconds=1), timedelta(), timedelta(microseconds=-1), timedelta(minutes=1)])
FAR = datetime(2200, 1, 1, tzinfo=UTC)


@st.composite
def scenes(draw: st.DrawFn) -> tuple[Incident, datetime, datetime]:
    """An incident and two moments, most of them close to those at which something turns."""
    incident = draw(incidents())
    known = sorted({*list_moments(incident), FAR})
    pick = st.builds(lambda at, off: at + off, st.sampled_from(known), NEAR)
    return incident, draw(pick), draw(pick)


@given(scenes())
def test_at_two_moments_of_one_stage_an_incident_is_the_same(scene: tuple[Incident, datetime, datetime]) -> None:
    incident, one, other = scene
    assume(find_stage(incident, one) == find_stage(incident, other))
    assume(min(list_moments(incident), default=FAR) <= min(one, other))
    before, after = fold(incident, one), fold(incident, other)
    assert before == msgspec.structs.replace(after, moment=one)
    assert before.overdue == after.overdue
