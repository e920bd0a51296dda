"""Secrets: where they are found, and that nothing which is written shows them."""

from base64 import b64encode, urlsafe_b64encode
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.channel import Rejected
from sitegen.channels.credentials import Credentials, collect


def _write(folder: Path, content: bytes) -> dict[str, str]:
    file = folder / "secrets.env"
    file.write_bytes(content)
    return {"SITEGEN_SECRETS_FILE": str(file)}


def test_each_channel_has_variables_of_its_own() -> None:
    environment = {"SITEGEN_STATUS_PL_TOKEN": "one", "SITEGEN_OTHER_TOKEN": "two"}

    assert collect("status-pl", environment).require("TOKEN") == ("one",)


def test_a_file_serves_where_the_environment_has_nothing(tmp_path: Path) -> None:
    named = _write(tmp_path, b"# ours\n\nSITEGEN_X_ID = from-file\nSITEGEN_X_TOKEN=\"a = 'b'\"\n")

    credentials = collect("x", {**named, "SITEGEN_X_ID": "from-environment"})

    assert credentials.require("ID", "TOKEN") == ("from-environment", "a = 'b'")


def test_everything_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(Rejected, match="SITEGEN_X_ID, SITEGEN_X_TOKEN") as caught:
        collect("x", {"SITEGEN_X_TOKEN": ""}).require("ID", "TOKEN")
    assert caught.value.stops


@pytest.mark.parametrize("content", [b"SITEGEN_X_TOKEN=ok\ncanary", b"SITEGEN_X_TOKEN=canary\xff"])
def test_a_broken_file_is_named_and_never_quoted(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Rejected, match=r"secrets\.env") as caught:
        collect("x", _write(tmp_path, content))
    assert "canary" not in caught.value.reason


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match=r"gone\.env"):
        collect("x", {"SITEGEN_SECRETS_FILE": str(tmp_path / "gone.env")})


def test_nothing_that_shows_the_object_shows_a_value() -> None:
    credentials = Credentials("x", {"SITEGEN_X_TOKEN": "canary"})

    assert repr(credentials) == str(credentials) == f"{credentials}" == "Credentials(SITEGEN_X_*: 1 values)"
    assert not hasattr(credentials, "__dict__")


@given(
    value=st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=6),
    before=st.text(st.sampled_from("abc:/ "), max_size=4),
    after=st.text(st.sampled_from("abc:/ "), max_size=4),
)
def test_a_secret_is_blotted_out_in_every_disguise_wherever_it_stands(value: str, before: str, after: str) -> None:
    credentials = Credentials("x", {"SITEGEN_X_TOKEN": value})
    whole = f"{before}{value}{after}"
    disguises = (
        whole,
        quote(whole, safe=""),
        quote_plus(whole),
        b64encode(whole.encode()).decode(),
        urlsafe_b64encode(whole.encode()).decode(),
    )

    for disguise in disguises:
        assert "[secret]" in credentials.redact(disguise)


def test_words_around_a_secret_stay() -> None:
    credentials = Credentials("x", {"SITEGEN_X_A": "canary", "SITEGEN_X_B": "canary-two"})

    assert credentials.redact("the token canary-two is dead, canary too") == "the token [secret] is dead, [secret] too"
    assert Credentials("x", {}).redact("nothing to hide") == "nothing to hide"
