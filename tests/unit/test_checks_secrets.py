"""Secrets never come through: neither in what is published nor in the messages about them."""

import random
import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.checks import Context, check, find_secrets, texts, withhold
from tests.unit.checking import MOMENT, incident, problems, saying, settings, with_postmortem

BASE62 = string.ascii_letters + string.digits


def invent(length: int, alphabet: str = BASE62, seed: int = 7) -> str:
    """A string that nobody could guess but every run makes again; put together here, so that no scanner of
    repositories takes this file for a leak."""
    return "".join(random.Random(seed).choices(alphabet, k=length))


SECRETS = {
    "an AWS access key": "AKIA" + invent(16, string.ascii_uppercase + "234567"),
    "a GitHub token": "ghp_" + invent(36),
    "a fine-grained GitHub token": "github_pat_" + invent(22) + "_" + invent(59),
    "a GitLab token": "glpat-" + invent(20),
    "a Slack token": "xoxb-" + invent(12, string.digits) + "-" + invent(24),
    "a Slack webhook": "https://hooks.slack.com/services/T" + invent(8) + "/B" + invent(8) + "/" + invent(24),
    "a Stripe key": "sk_live_" + invent(24),
    "a Google key": "AIza" + invent(35),
    "a SendGrid key": "SG." + invent(22) + "." + invent(43),
    "a JSON web token": "eyJ" + invent(20) + ".eyJ" + invent(40) + "." + invent(43),
    "a private key": "-----BEGIN RSA PRIVATE KEY-----\n" + invent(64) + "\n-----END RSA PRIVATE KEY-----",
    "a key cut off": "-----BEGIN OPENSSH PRIVATE KEY-----\n" + invent(64),
    "a database address": "postgres://app:" + invent(12) + "@db.internal:5432/app",
    "an address without a user": "redis://:" + invent(12) + "@cache:6379",
    "a password": "password=" + invent(12),
    "a quoted key": 'api_key = "' + invent(20) + '"',
    "a key in a query": "https://api.example.com/v1?access_token=" + invent(20),
    "a password that is said": "The password: " + "Tr0ub4dor" + "&3",
    "a Polish password": "hasło: " + "tajne" + "1234",
    "an authorization header": "Authorization: Bearer " + invent(20),
    "a bearer token": "Bearer " + invent(30),
    "basic credentials": "authorization: basic " + invent(24),
    "a long random string": invent(40),
    "a secret with slashes": "wJ4/" + invent(36, BASE62 + "/+"),
}
HARMLESS = {
    "a commit": "Reverted in 9fceb02d0ae598e95dc970b74767f19372d61af8.",
    "a digest": "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "an integrity hash": "sha384-" + invent(64, BASE62 + "+/"),
    "a UUID": "Request 123e4567-e89b-42d3-a456-426614174000 and 123E4567-E89B-42D3-A456-426614174000.",
    "a public key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5" + invent(48),
    "a document": "https://docs.example.com/document/d/" + invent(44) + "/edit",
    "a long name": "KubernetesPersistentVolumeClaimReconciliationController2Manager1",
    "a slug": "rollout-of-payments-api-v2-4-1-to-region-eu-central-1-canary-7d9f8b6c5d-x2x9z",
    "a masked password": "password=******** and secret=<your-secret> and token=${TOKEN} and api_key=REDACTED",
    "prose": "Reset your password: it takes a minute. The token: expired. Secret: none.",
    "a sentence on secrets": "The secret was rotated. API key: see the dashboard. Bearer authentication works.",
    "an address with a port": "https://status.example.com:8443/a@b and https://user@example.com/",
    "a moment": "2026-11-23T03:09:00+01:00 to 2026-11-23T04:09:00+01:00",
    "a public block": "-----BEGIN CERTIFICATE-----",
    "a flag": "reset_password=false",
}


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_a_secret_is_found_where_it_stands(secret: str) -> None:
    text = f"Look: {secret}\nand then all was well."
    (found, *_) = find_secrets(text)
    assert found.start >= len("Look: ")
    assert found.kind.split()[0] in ("a", "an", "the")
    assert len(text[found.start : found.end]) >= 8


def test_a_private_key_is_covered_to_its_last_line() -> None:
    key = SECRETS["a private key"]
    (found,) = find_secrets(f"Look:\n{key}\nDone.")
    assert (found.start, found.end) == (6, 6 + len(key))


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
def test_what_only_looks_like_a_secret_passes(text: str) -> None:
    assert find_secrets(text) == ()


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_no_message_of_any_rule_repeats_a_secret(secret: str) -> None:
    one = incident(saying(f"TODO [service] just a moment @name\n{secret}\nany inconvenience"))
    found = check([one, with_postmortem(secret)], Context(settings(), MOMENT))
    assert "secret" in {problem.rule for problem in found}
    said = "\n".join(str(problem) for problem in found)
    for part in re.findall(r"\w*\d\w*", secret):
        assert len(part) < 5 or part not in said


@pytest.mark.parametrize("field", ["social", "twitter", "retracted", "by", "edited"], ids=lambda field: f"in {field}")
def test_a_secret_is_found_in_every_field_of_an_update(field: str) -> None:
    secret = SECRETS["a GitHub token"]
    value = f"{{at: 2026-11-23 04:00, note: {secret}}}" if field == "edited" else secret
    (problem,) = problems(saying("Card payments fail.", **{field: value}), "secret")
    assert problem.where.line == 4


def test_a_secret_is_found_in_title_workaround_and_post_mortem() -> None:
    secret = SECRETS["an AWS access key"]
    text = saying("Card payments fail.").replace("Card payments fail\n", f"Key {secret}\nworkaround: {secret}\n")
    assert len(problems(text, "secret")) == 2
    assert len(problems(with_postmortem(f"It was\n{secret}"), "secret")) == 1


def test_withholding_replaces_exactly_the_texts_with_a_secret() -> None:
    one = incident(saying(f"The key is {SECRETS['a Stripe key']}.", social="Card payments fail."))
    safe = withhold(one, "withheld")
    assert [placed.text for placed in texts(safe)] == ["Card payments fail", "withheld", "Card payments fail."]
    assert safe.updates[0].at == one.updates[0].at


def test_an_incident_without_secrets_stays_the_same() -> None:
    one = with_postmortem("It broke.")
    assert withhold(one, "withheld") is one


@given(st.lists(st.sampled_from([*SECRETS.values(), *HARMLESS.values(), "and", "\n"]), max_size=8))
def test_what_was_withheld_holds_no_secret_any_more(parts: list[str]) -> None:
    safe = withhold(with_postmortem(" ".join(parts) or "-"), "withheld")
    assert not any(find_secrets(placed.text) for placed in texts(safe))


@given(st.text())
def test_places_stand_in_order_inside_the_text(text: str) -> None:
    places = find_secrets(f"{text} {SECRETS['a GitHub token']} {text}")
    assert places
    ends = [0, *(place.end for place in places)]
    assert all(end <= place.start < place.end for end, place in zip(ends, places, strict=False))
