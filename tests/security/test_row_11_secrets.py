"""SECURITY.md, row 11: a secret that slipped in is withheld from every output, log and traceback; the site is not."""

import base64
import subprocess
from pathlib import Path
from urllib.parse import quote as percent

import pytest

from tests.projects import INCIDENT, make_project, run_sitegen
from tests.security.parsing import files
from tests.security.writing import IDS, Place, make_full_project, places, quote

_BODY = "Qk7ZtR2vLx9WmB4nJc8YpD3sHf6GaUe1TiKo"
CANARIES = {
    "github": "ghp_" + _BODY,
    "aws": "AKIA" + "QZ7RT2VLX9WMB4NJ",
    "stripe": "sk_live_" + _BODY[:24],
    "login": "https://deploy:" + _BODY[:20] + "@git.example.com/acme",
    "assigned": "password=" + _BODY[:16],
    "bearer": "Authorization: Bearer " + _BODY,
    "pem": "-----BEGIN RSA PRIVATE KEY----- " + _BODY + " -----END RSA PRIVATE KEY-----",
}
MOMENT = "2026-11-23T12:00Z"
# Texts of entries that readers see; settings are checked below, what is hidden can't leak.
WRITTEN = [place for place in places() if place.trail[0] in ("title", "workaround", "updates", "postmortem")]


def _core(canary: str) -> str:
    """What must be found nowhere: the secret itself, without the words around it."""
    return max(canary.replace("=", " ").replace(":", " ").replace("@", " ").split(), key=len)


def _writings(secret: str) -> set[bytes]:
    raw = secret.encode()
    return {raw, percent(secret, safe="").encode(), base64.b64encode(raw), base64.urlsafe_b64encode(raw)}


def _assert_withheld(ended: subprocess.CompletedProcess[str], site: Path, secret: str, exits: int = 1) -> None:
    assert ended.returncode == exits, ended.stderr
    for writing in _writings(secret):
        assert writing not in (ended.stdout + ended.stderr).encode(), "the secret stands in the log"
        for name, content in files(site).items():
            assert writing not in content, f"the secret stands in {name}"
            assert writing not in name.encode()


@pytest.mark.parametrize("canary", CANARIES)
def test_a_secret_in_every_text_is_withheld_and_the_site_stands(canary: str, tmp_path: Path) -> None:
    inside = {place.mark for place in WRITTEN}
    root = make_full_project(
        tmp_path, lambda place: quote(place, CANARIES[canary] if place.mark in inside else "some words")
    )
    ended = run_sitegen("-C", root, "build", "--as-of", MOMENT, SITEGEN_DEBUG="1")
    assert ended.returncode == 1, ended.stderr
    _assert_withheld(ended, root / "site", _core(CANARIES[canary]))
    for incident_id in IDS.values():
        assert b"withheld" in files(root / "site")[f"incidents/{incident_id}.html"]
        assert incident_id in ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize("trail", [place.trail for place in WRITTEN], ids=".".join)
def test_a_secret_in_one_text_costs_that_text_alone(trail: tuple[str, ...], tmp_path: Path) -> None:
    def text(place: Place) -> str:
        return quote(place, CANARIES["github"] if place.trail == trail else "some words")

    root = make_full_project(tmp_path, text)
    ended = run_sitegen("-C", root, "build", "--as-of", MOMENT)
    _assert_withheld(ended, root / "site", _BODY)
    shown = b" ".join(files(root / "site").values()).decode("utf-8", "replace")
    lost = {place.mark for place in WRITTEN if place.mark not in shown}
    hidden = {place.mark for place in WRITTEN if {"social", "twitter"} & set(place.trail)}
    assert lost - hidden <= {Place(trail).mark}


# Where a secret is no text that readers see, but what is said of the mistake must not repeat it either.
MISPLACED = {
    "status": INCIDENT.replace("    next_update_by:", "    status: {}\n    next_update_by:"),
    "moment": INCIDENT.replace("2026-11-23 03:09", "{}"),
    "promise": INCIDENT.replace("2026-11-23 13:30", "{}"),
    "component": INCIDENT.replace("{checkout:", "{{{}:"),
    "condition": INCIDENT.replace("{checkout: major_outage}", "{{checkout: {}}}"),
    "key": INCIDENT + "{}: x\n",
    "value-of-unknown-key": INCIDENT + "tokn: {}\n",
    "alias": INCIDENT + "aliases: [old/{}]\n",
    "odd-alias": INCIDENT + "aliases: ['?{}']\n",
    "id": INCIDENT + "    id: {}\n",
    "type": INCIDENT + "type: {}\n",
    "cause": INCIDENT + "cause: {}\n",
    "language": INCIDENT.replace("title: Card", "title: {{{}: x, en: Card").replace("checkout\n", "checkout}}\n", 1),
    "comment": INCIDENT.replace("work.\n", "work. # {}\n"),
    "tag": INCIDENT + "draft: !{} x\n",
    "broken": INCIDENT + "{}\n  x: [\n",
    "link": INCIDENT.replace("Most", "See [x](https://example.com/?key={}) and [y](javascript:{}). Most"),
    "picture": INCIDENT.replace("Most", "![x]({}.png) Most"),
}


@pytest.mark.parametrize("name", MISPLACED)
def test_no_message_repeats_a_secret_in_the_wrong_place(name: str, tmp_path: Path) -> None:
    entry = MISPLACED[name].replace("{}", CANARIES["github"]).replace("{{", "{").replace("}}", "}")
    root = make_project(tmp_path, incidents={"2026-11-22-fine": INCIDENT, "2026-11-23-open": entry})
    ended = run_sitegen("-C", root, "build", "--as-of", MOMENT, SITEGEN_DEBUG="1")
    # A comment is nobody's text: that it hides something is a warning.
    _assert_withheld(ended, root / "site", _BODY, exits=0 if name == "comment" else 1)
    assert "incidents/2026-11-22-fine.html" in files(root / "site")


def test_a_secret_in_the_settings_is_withheld_too(tmp_path: Path) -> None:
    inside = {place.mark for place in places() if place.trail[0] in ("site", "components")}
    root = make_full_project(
        tmp_path, lambda place: quote(place, CANARIES["github"] if place.mark in inside else "some words")
    )
    ended = run_sitegen("-C", root, "build", "--as-of", MOMENT)
    assert (root / "site" / "index.html").is_file()
    _assert_withheld(ended, root / "site", _BODY)
