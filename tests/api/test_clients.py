"""Programs that others wrote for hosted pages read a served build, and say of the page what it says of itself."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.api.exports import INCIDENTS, MOMENT, SETTINGS, Api, export
from tests.browser.hosting import host
from tests.projects import build_site, make_project

CHECKOUT, NETWORK, DATABASE = (
    "Card payments fail at checkout",
    "New switches for the website",
    "A new database for reports",
)
QUESTIONS = {
    "summary": "summary",
    "status": "status",
    "components": "components",
    "allIncidents": "incidents",
    "unresolvedIncidents": "incidents/unresolved",
    "allScheduledMaintenances": "scheduled-maintenances",
    "upcomingScheduledMaintenances": "scheduled-maintenances/upcoming",
    "activeScheduledMaintenances": "scheduled-maintenances/active",
}
# What statuscheck reads in the summary, as JSON, and then what it tells people; the argument is the address.
READ_SUMMARY = """\
import json, sys
from statuscheck.services.bases._statuspageio import BaseStatusPageAPI

class Ours(BaseStatusPageAPI):
    name = "Example Pay"
    status_url = "https://status.example.com"

    def _get_base_url(self):
        return sys.argv[1]

service = Ours()
print(json.dumps(service.get_summary().as_dict()))
service._print_summary(verbose=True)
"""
DATE = re.compile(r"\d{4}-\d{2}-\d{2}(T.*)?")


@pytest.fixture(scope="module")
def clients() -> Path:
    """The folder of installed clients that `SITEGEN_CLIENTS` names; skipped without it."""
    named = os.environ.get("SITEGEN_CLIENTS")
    if not named:
        pytest.skip("SITEGEN_CLIENTS names no folder of clients of the API; schemas have looked at it all the same")
    folder = Path(named).resolve()
    if not (folder / "python").is_dir():
        pytest.fail(f"SITEGEN_CLIENTS is {named}: there is no folder `python` in it.", pytrace=False)
    return folder


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Api:
    """What the page says of itself."""
    return export(tmp_path_factory.mktemp("api"))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the API of the same project is served."""
    site = build_site(make_project(tmp_path_factory.mktemp("served"), SETTINGS, INCIDENTS), MOMENT)
    with host(site) as server:
        yield f"{server.url}api/v2/"


def ask(command: list[str | Path], folder: Path, **variables: str) -> str:
    """What the client prints; it knows of no proxy and nothing of this machine's settings."""
    clean = {"PATH": os.environ["PATH"], "HOME": str(folder), **variables}
    done = subprocess.run(command, cwd=folder, env=clean, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_prometheus_exporter_finds_every_component_and_entry(
    clients: Path, address: str, api: Api, tmp_path: Path
) -> None:
    services = tmp_path / "services.json"
    services.write_text(json.dumps({"ours": {"url": f"{address}summary.json", "name": "Example Pay"}}))
    metrics = tmp_path / "statuspage.prom"
    ask(
        [sys.executable, "-m", "statuspage_prometheus_exporter.status_monitoring"],
        tmp_path,
        PYTHONPATH=str(clients / "python"),
        SERVICES_JSON_PATH=str(services),
        METRICS_TEXTFILE_PATH=str(metrics),
        RUN_MODE="once",
    )
    found = list(samples(metrics.read_text("utf-8")))
    assert [value for name, _, value in found if name == "statuspage_probe_check"] == [1]
    assert [value for name, _, value in found if name == "statuspage_service_status"] == [0]
    shown = {(one["component_name"], value) for name, one, value in found if name == "statuspage_component_status"}
    # It goes by names alone: of the two called API it keeps the last.
    last = {one["name"]: one["status"] for one in api["components"]["components"]}
    assert shown == {(name, float(status == "operational")) for name, status in last.items()}
    (incident,) = (one for name, one, _ in found if name == "statuspage_incident_info")
    assert_named(incident, api["incidents/unresolved"]["incidents"], "incident")
    assert incident["impact"] == "critical"
    assert incident["affected_components"] == "Checkout, API"
    planned = [one for name, one, _ in found if name == "statuspage_maintenance_info"]
    assert_named(planned[0], api["scheduled-maintenances/upcoming"]["scheduled_maintenances"], "maintenance")
    assert_named(planned[1], api["scheduled-maintenances/active"]["scheduled_maintenances"], "maintenance")
    assert planned[1]["scheduled_end"] == "2026-11-23T16:00:00+01:00"


def assert_named(labels: Mapping[str, str], told: list[Any], kind: str) -> None:
    """The labels are those of the only entry that is told of."""
    (one,) = told
    assert labels[f"{kind}_id"] == one["id"]
    assert labels[f"{kind}_name"] == one["name"]
    assert labels["shortlink"] == one["shortlink"]


def samples(text: str) -> Iterator[tuple[str, Mapping[str, str], float]]:
    """The samples of a metrics file: name, labels, value."""
    for line in text.splitlines():
        if found := re.fullmatch(r"(\w+)\{(.*)\} (\S+)", line):
            yield found[1], dict(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', found[2])), float(found[3])


@pytest.mark.slow
def test_statuscheck_tells_people_what_the_page_says(clients: Path, address: str, api: Api, tmp_path: Path) -> None:
    command: list[str | Path] = [sys.executable, "-c", READ_SUMMARY, address]
    first, *told = ask(command, tmp_path, PYTHONPATH=str(clients / "python")).splitlines()
    read = json.loads(first)
    assert read["status"] == {
        "code": api["status"]["status"]["indicator"],
        "description": api["status"]["status"]["description"],
        "name": "Minor incident",
        "is_ok": False,
    }
    expected = api["summary"]
    assert [one["extra_data"] for one in read["components"]] == expected["components"]
    assert [one["extra_data"] for one in read["incidents"]] == [
        *expected["incidents"],
        *expected["scheduled_maintenances"],
    ]
    assert told[:4] == [
        "Current Example Pay status: Minor incident",
        "Registered events:",
        f"- [monitoring] {CHECKOUT}",
        "  Affected components:",
    ]
    assert f"- [in_progress] {NETWORK}" in told
    assert "    - Website [Under maintenance]" in told
    assert f"- [scheduled] {DATABASE}" in told


@pytest.mark.slow
def test_statuspage_js_reads_all_eight_files_and_every_date(
    clients: Path, address: str, api: Api, tmp_path: Path
) -> None:
    node = shutil.which("node")
    if not node:
        pytest.skip("there is no `node` on PATH; the clients in Python have read the pages all the same")
    if not (clients / "node_modules").is_dir():
        pytest.skip(f"there is no folder `node_modules` in {clients}: npm could not bring it")
    command: list[str | Path] = [node, Path(__file__).with_name("read_all.js"), address]
    read = json.loads(ask(command, tmp_path, NODE_PATH=str(clients / "node_modules")))
    assert set(read["answers"]) == set(QUESTIONS)
    for question, name in QUESTIONS.items():
        assert in_utc(read["answers"][question]) == in_utc(api[name]), question
    written = sum(len(list(dates(api[name]))) for name in QUESTIONS.values())
    assert len(read["dates"]) == written > 100
    assert None not in read["dates"], "a date could not be parsed"


def in_utc(value: Any) -> Any:
    """The value with its times as `Date` writes them, so that two writings of one moment are equal."""
    if isinstance(value, dict):
        return {key: in_utc(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [in_utc(inner) for inner in value]
    if isinstance(value, str) and DATE.fullmatch(value):
        moment = datetime.fromisoformat(value)
        return moment.timestamp() if moment.tzinfo else datetime.fromisoformat(f"{value}T00:00Z").timestamp()
    return value


def dates(value: Any) -> Iterator[str]:
    """Every time or day in the value."""
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from dates(inner)
    elif isinstance(value, str) and DATE.fullmatch(value):
        yield value
