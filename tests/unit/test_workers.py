"""Work shared out to processes comes back as if one had done it."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from sitegen.workers import spread

ITEMS = tuple(range(1000))


def square(number: int) -> int:
    return number * number


def test_results_come_in_the_order_of_the_items() -> None:
    assert spread(ITEMS, square, 3) == [square(number) for number in ITEMS]


@pytest.fixture
def without_threads() -> None:
    """Where tests run side by side their process has threads: the last test runs these in one that has none."""
    if threading.active_count() > 1:
        pytest.skip("this process has threads, so it is not forked")


@pytest.mark.usefixtures("without_threads")
def test_much_work_is_shared_out() -> None:
    assert len(set(spread(ITEMS, _tell_process, 2))) == 2


@pytest.mark.parametrize(("items", "jobs"), [(ITEMS[:50], 4), (ITEMS, 1), ((), 4)])
def test_little_work_and_one_job_stay_in_this_process(items: tuple[int, ...], jobs: int) -> None:
    assert set(spread(items, _tell_process, jobs)) <= {os.getpid()}


def test_a_process_with_threads_is_not_forked() -> None:
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        assert set(spread(ITEMS, _tell_process, 2)) == {os.getpid()}
    finally:
        done.set()
        other.join()


@pytest.mark.parametrize("bad", [0, 137, 999])
def test_what_the_first_failing_item_raises_comes_back_as_it_is(bad: int) -> None:
    class OwnError(Exception):
        """Nothing that could be sent from one process to another."""

    def fail(number: int) -> int:
        if number >= bad:
            raise OwnError(number)
        return number

    with pytest.raises(OwnError) as caught:
        spread(ITEMS, fail, 3)
    assert caught.value.args == (bad,)


def test_what_a_killed_process_has_not_done_is_done_here() -> None:
    own = os.getpid()

    def die_elsewhere(number: int) -> int:
        if os.getpid() != own:
            os.kill(os.getpid(), signal.SIGKILL)
        return square(number)

    assert spread(ITEMS, die_elsewhere, 3) == [square(number) for number in ITEMS]


@pytest.mark.usefixtures("without_threads")
def test_no_process_is_left_behind() -> None:
    spread(ITEMS, square, 3)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_all_of_this_holds_in_a_process_without_threads() -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    alone = ("-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", "-k", "not holds_in_a_process", __file__)
    run = subprocess.run((sys.executable, *alone), env=kept, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
    assert "skipped" not in run.stdout


def _tell_process(number: int) -> int:
    sum(range(20_000))  # long enough that one process can't take everything before another has begun
    return os.getpid()
