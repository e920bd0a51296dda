"""`mirror plan`: all that a person or a script wants to know of a post before it is said."""

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import sitegen
from tests.docs.documents import Document
from tests.projects import MOMENT
from tests.repositories import git
from tests.serve.asking import edit
from tests.serve.posting import AFTER_TWO, ID, claim_next, connect, make_posting, say_all

CHANNELS = """\
channels:
  twitter: {account: examplestatus, thread: true, link: every}
  twitter-pl: {kind: twitter, account: examplestatuspl, language: pl}
  webhook: {to: https://hooks.example.com/status}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with two connected channels, and two of three updates said there."""
    root = make_posting(tmp_path, CHANNELS)
    connect(root, "twitter", "webhook")
    say_all(root, AFTER_TWO)
    return root


def text(root: Path, at: datetime = MOMENT) -> str:
    """The plan for people."""
    return sitegen(root, "mirror", "plan", at=at).stdout


def plan(root: Path, at: datetime = MOMENT) -> dict[str, Any]:
    """The plan for scripts."""
    found: dict[str, Any] = json.loads(sitegen(root, "mirror", "plan", "--format", "json", at=at).stdout)
    return found


def test_each_post_stands_with_its_length_price_and_place(root: Path) -> None:
    told = text(root)
    end = told[told.index("20261123T0305Z: deliver") : told.index("postmortem: deliver")]
    lines = [line.strip() for line in end.splitlines()]
    assert (
        "│ Resolved: Card payments fail at checkout. All payments work again since 04:02. No order was lost." in lines
    )
    assert "142/270 of 280, $0.20" in lines
    assert "replies to https://social.example/twitter-2" in lines
    account = told[told.index("postmortem: deliver") :]
    assert "picture: curve.png (The share of payments that failed.)" in account
    assert "replies to the post before this one" in account
    assert "subject: Post-mortem: Card payments fail at checkout" in account


def test_a_picture_is_named_where_the_channel_takes_one(root: Path) -> None:
    assert text(root).count("picture: ") == 1
    found = plan(root)
    images = {name: found[name]["items"][-1]["image"] for name in ("twitter", "webhook")}
    assert images == {"twitter": "curve.png", "webhook": None}
    assert found["webhook"]["items"][-1]["alt"] is None


def test_each_channel_says_who_speaks_there_and_what_it_costs(root: Path) -> None:
    told = text(root)
    assert "  examplestatus, in en, connected since 2026-11-22 00:00 UTC\n" in told
    assert "  2 to say, $0.405\n" in told
    assert "  not connected: `sitegen mirror connect twitter-pl` does that, once\n  nothing to say now\n" in told
    assert "all channels together: $0.405\n" in told
    assert "`sitegen serve` draws this under /_preview/\n" in told


def test_what_is_to_be_copied_by_hand_stands_below_whole_and_counted(root: Path) -> None:
    told = text(root)
    copied = told[told.index("to copy: 2026-11-23-cards · 20261123T0305Z (en)") :]
    whole, _, rest = copied.partition(" characters\n")
    *lines, count = whole.splitlines()[1:]
    assert int(count) == len("\n".join(line.removeprefix("    │ ").removeprefix("    │") for line in lines))
    assert "All payments work again since 04:02. No order was lost." in whole
    assert "#u-20261123T0305Z" in whole
    assert rest


def test_what_is_left_out_says_why(root: Path) -> None:
    assert "2026-11-20-search · 20261120T0900Z: skip (from before the channel was connected)" in text(root)


def test_what_waits_says_until_when(root: Path) -> None:
    claim_next(root, MOMENT)
    told = text(root, MOMENT + timedelta(minutes=2))
    assert "20261123T0305Z: wait (another run is at it)\n" in told
    assert "until 2026-11-23 13:00 UTC\n" in told
    item = next(one for one in plan(root, MOMENT)["twitter"]["items"] if one["decision"] == "wait")
    assert item["waits_until"] == "2026-11-23T13:00:00Z"


def test_a_deletion_says_what_it_takes_away(root: Path) -> None:
    say_all(root, MOMENT - timedelta(hours=2))
    edit(root, "sitegen.yaml", "channels:\n", "policy: {retraction: delete}\nchannels:\n")
    edit(
        root,
        f"incidents/{ID}.yaml",
        "    status: resolved\n",
        "    status: resolved\n    retracted: It was not over.\n",
    )
    told = text(root)
    assert "20261123T0305Z, retraction: deliver" in told
    assert "    deletes https://social.example/twitter-3\n" in told
    (item,) = [one for one in plan(root)["twitter"]["items"] if one["deed"] == "delete"]
    assert item["targets"] == [{"part": "20261123T0305Z", "url": "https://social.example/twitter-3"}]
    assert (item["text"], item["length"], item["cost"]) == (None, None, 0)


def test_scripts_get_every_fact(root: Path) -> None:
    found = plan(root)["twitter"]
    assert {name: found[name] for name in ("connected", "connected_since", "account", "language", "cost")} == {
        "connected": True,
        "connected_since": "2026-11-22T00:00:00Z",
        "account": "examplestatus",
        "language": "en",
        "cost": 0.405,
    }
    end, account = [item for item in found["items"] if item["decision"] == "deliver"]
    assert end["text"].endswith(f"Update 3 · 04:05 CET {end['link']}")
    assert end["title"] == "Resolved: Card payments fail at checkout"
    assert (end["length"], end["limit"], end["cost"], end["deed"]) == (142, 270, 0.2, "send")
    assert end["below"] == {"part": "20261123T0240Z", "url": "https://social.example/twitter-2"}
    assert account["below"] == {"part": "20261123T0305Z", "url": None}
    assert (account["image"], account["alt"]) == ("curve.png", "The share of payments that failed.")
    done = next(item for item in found["items"] if item["decision"] == "done")
    assert done["url"] == "https://social.example/twitter-1"


def test_scripts_learn_what_is_not_connected(root: Path) -> None:
    assert plan(root)["twitter-pl"] == {
        "connected": False,
        "connected_since": None,
        "account": None,
        "language": None,
        "cost": 0,
        "items": [],
    }


def test_every_field_is_documented_and_nothing_that_is_gone(root: Path) -> None:
    found = plan(root)["twitter"]
    reference = Document("docs/reference/plan.md")
    assert set(reference.first_column("A channel")) == set(found)
    assert set(reference.first_column("An item")) == set(found["items"][0])


def test_no_line_is_too_wide_or_coloured_for_a_block_of_text(root: Path) -> None:
    own = [line for line in text(root).splitlines() if "│" not in line and "https://" not in line]
    assert max(map(len, own)) <= 120
    assert not re.search(r"\x1b|\t| \n", text(root))


def test_planning_writes_nothing_and_needs_no_credentials(root: Path) -> None:
    def state() -> tuple[str, ...]:
        return git(root, "for-each-ref"), git(root, "ls-remote", "origin"), git(root, "status", "--porcelain")

    before = state()
    assert text(root) == text(root)
    assert plan(root) == plan(root)
    assert state() == before


def test_an_address_that_holds_a_secret_is_blotted_out(tmp_path: Path) -> None:
    secret = "AKIA" + "IOSFODNN7EXAMPLF"
    root = make_posting(tmp_path, f"channels:\n  webhook: {{to: https://hooks.example.com/{secret}}}\n")
    connect(root)
    told = text(root) + json.dumps(plan(root))
    assert "hooks.example.com" in told
    assert secret not in told
