"""Built sites, and pages of them in a browser at the moment they show."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.sites import SITES, Site


class Visit(Protocol):
    """Opens a page in a context of its own (`context`: its options) in the zone of the sites.

    It is the moment of the site, or the one named, and stays so; `clock` gives the test a clock to turn instead.
    """

    def __call__(
        self,
        site: Site,
        path: str = "index.html",
        *,
        address: str = "",
        moment: datetime | None = None,
        clock: bool = False,
        **context: Any,
    ) -> Page: ...


@pytest.fixture(scope="session")
def make_site(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Site]:
    """A site by its name in `SITES`, built at the first call."""
    return cache(lambda name: SITES[name](name, tmp_path_factory.mktemp(name)))


@pytest.fixture(params=tuple(SITES))
def site(request: pytest.FixtureRequest, make_site: Callable[[str], Site]) -> Site:
    """Each of the sites."""
    return make_site(request.param)


@pytest.fixture
def example(make_site: Callable[[str], Site]) -> Site:
    """The example of the repository at its fixed moment."""
    return make_site("example")


@pytest.fixture
def gallery(make_site: Callable[[str], Site]) -> Site:
    """The site with every state and every text that breaks layouts."""
    return make_site("gallery")


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """See `Visit`; the contexts are closed after the test."""
    with ExitStack() as stack:

        def open_page(
            site: Site,
            path: str = "index.html",
            *,
            address: str = "",
            moment: datetime | None = None,
            clock: bool = False,
            **context: Any,
        ) -> Page:
            page = stack.enter_context(browser.new_context(**{"timezone_id": "Europe/Warsaw", **context})).new_page()
            _set_time(page, moment or site.moment, clock)
            page.goto(address or site.address(path))
            return page

        yield open_page


def _set_time(page: Page, moment: datetime, clock: bool) -> None:
    if clock:
        page.clock.install(time=moment - timedelta(minutes=1))
        page.clock.pause_at(moment)
    else:
        page.clock.set_fixed_time(moment)
