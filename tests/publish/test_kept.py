"""What a CI hands on between runs may have been written by others: it can spoil pages, and never what is said."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from sitegen.cache import files
from sitegen.cache.drawers import Kept
from sitegen.project import read
from tests.cli.running import sitegen
from tests.publish.hosts import BranchHost
from tests.publish.test_publish import PAGES, connect, publish
from tests.simulators.twitter import TwitterSimulator

TRUE, FORGED = b"Card payments", b"Cash payments"


def forge(root: Path) -> None:
    """Other words for the same entry, as somebody writes them who knows the program."""
    place = root / ".sitegen/cache/entries-2026-11"
    kept = files.load(place, dict[str, Kept])
    assert kept is not None
    values = {name: bytes(one.value).replace(TRUE, FORGED) for name, one in kept.items()}
    forged = {name: Kept(one.state, msgspec.Raw(values[name])) for name, one in kept.items()}
    assert forged != kept
    assert files.save(place, forged)


def test_posts_are_made_from_the_files_alone(
    root: Path, pages: BranchHost, x: TwitterSimulator, settle: Callable[..., None]
) -> None:
    settle(pages.url, PAGES, x=x)
    connect(root, x)
    sitegen(root, "build", "--as-of", f"{datetime.now(UTC):%Y-%m-%dT%H:%MZ}")
    forge(root)
    for page in (root / "site/incidents").iterdir():
        page.unlink()
    publish(root, x=x)
    found = read(root).project
    assert found is not None
    title = found.incidents[0].title.variants["en"]
    assert TRUE.decode() in title
    shown = pages.find(f"/incidents/{found.incidents[0].id}.html")
    assert shown is not None
    assert FORGED in shown, "the forgery was not even read"
    (post,) = x.accepted
    assert title in post.text
    assert FORGED.decode() not in post.text
