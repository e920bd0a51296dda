"""Live pages, captured thousands of times, say of themselves what ours would say of the same components."""

import csv
import json
from pathlib import Path

from sitegen.model import Condition
from sitegen.pages.api.verdict import judge
from sitegen.timeline import worst


def test_every_combination_that_live_pages_were_seen_in_has_their_status(real_data: Path) -> None:
    with (real_data / "statuspage" / "digitalocean" / "rollup.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert len(rows) > 500
    for row in rows:
        counted = [Condition(word) for word in row if word in set(Condition) for _ in range(int(row[word]))]
        said = judge(counted)
        assert (said.indicator, said.description) == (row["indicator"], row["description"]), row


def test_whole_captures_say_what_we_would_of_the_page_and_of_each_group(real_data: Path) -> None:
    for file in sorted((real_data / "statuspage" / "digitalocean" / "snapshots").glob("*.json")):
        summary = json.loads(file.read_bytes())
        leaves = {one["id"]: Condition(one["status"]) for one in summary["components"] if not one["group"]}
        said = judge(leaves.values())
        assert {"indicator": said.indicator, "description": said.description} == summary["status"], file.name
        for group in (one for one in summary["components"] if one["group"]):
            assert worst(leaves[own] for own in group["components"]) == group["status"], file.name
