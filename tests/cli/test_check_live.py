"""`check --live`: the whole of it from outside, with real git, real requests and the platforms' simulators."""

import json
import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from sitegen.git import Repository
from sitegen.ledger import GitLedger
from sitegen.mirror.finding import Rule
from sitegen.model import Ledger
from tests.browser.hosting import Host, host
from tests.cli.running import sitegen
from tests.docs.documents import Document
from tests.ledger.samples import record
from tests.projects import INCIDENT, MOMENT, SETTINGS, URL, build_site
from tests.repositories import clone, commit_file, git, make_remote
from tests.simulators.base import Trouble
from tests.simulators.facebook import FacebookSimulator
from tests.simulators.twitter import TwitterSimulator

ID = "2026-11-23-card-payments"
PATH = f"incidents/{ID}.yaml"
SAID = datetime(2026, 11, 23, 2, 20, tzinfo=UTC)
OVER = datetime(2026, 11, 23, 4, 10, tzinfo=UTC)
MORE = "  - at: 2026-11-23 03:31\n    status: identified\n    message: A certificate has expired.\n"
X = "  twitter: {{account: {0.account}, api_url: '{0.url}'}}\n"
FACEBOOK = "  facebook: {{page: '{0.page_id}', api_url: '{0.url}', settle: 0m}}\n"
WEBHOOK = "  webhook: {to: 'https://hooks.example.com/status'}\n"


@pytest.fixture
def x() -> Iterator[TwitterSimulator]:
    with TwitterSimulator(lambda: datetime.now(UTC)) as simulator:
        yield simulator


@pytest.fixture
def facebook() -> Iterator[FacebookSimulator]:
    with FacebookSimulator(lambda: datetime.now(UTC)) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """Where the site is read; each test has a folder of its own there."""
    with host(tmp_path_factory.mktemp("page")) as running:
        yield running


def make_clone(place: Path, page: Host, channels: str) -> Path:
    """A clone of a project with one incident and these channels."""
    settings = SETTINGS.replace(URL, page.url.rstrip("/")) + f"channels:\n{channels}"
    remote = make_remote(place / "remote.git", {"sitegen.yaml": settings, PATH: INCIDENT})
    return clone(remote, place / "clone")


def make_night(place: Path, page: Host) -> None:
    """A project whose one update was published and said on X; what stands there is kept beside it."""
    place.mkdir()
    with TwitterSimulator(lambda: datetime.now(UTC)) as x:
        folder = make_clone(place, page, X.format(x))
        run(folder, x.environment(), "mirror", "connect", "twitter", "--tell-open", at=SAID)
        run(folder, x.environment(), "mirror", "--no-wait", at=SAID)
        [text] = x.standing().values()
        settings = (folder / "sitegen.yaml").read_text().replace(x.url, "X")
    build_site(folder, MOMENT, place / "page")
    commit_file(folder, "sitegen.yaml", settings)
    (place / "post").write_text(text)


@pytest.fixture
def folder(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, x: TwitterSimulator, page: Host) -> Path:
    """A project whose one update was published and said on X."""
    made = tmp_path_factory.getbasetemp() / "night"
    if not made.exists():
        make_night(made, page)
    shutil.copytree(made, tmp_path / "night")
    page.folder, root = tmp_path / "night/page", tmp_path / "night/clone"
    x.publish_by_hand((tmp_path / "night/post").read_text())
    git(root, "remote", "set-url", "origin", (tmp_path / "night/remote.git").as_uri())
    commit_file(root, "sitegen.yaml", (root / "sitegen.yaml").read_text().replace("'X'", f"'{x.url}'"))
    return root


def publish(folder: Path, page: Host) -> None:
    """The site of what is in the folder, where it is read."""
    build_site(folder, MOMENT, page.folder)


def run(
    folder: Path, secrets: Mapping[str, str], *words: str, code: int = 0, at: datetime = MOMENT, **more: str
) -> CompletedProcess[str]:
    """A run that has the secrets."""
    variables: dict[str, Any] = {**secrets, **more}
    return sitegen(folder, *words, code=code, at=at, **variables)


def look(folder: Path, x: TwitterSimulator, *words: str, code: int = 1, **more: str) -> list[str]:
    """The lines that `check --live` prints."""
    secrets = {**x.environment(), **more}
    return run(folder, secrets, "check", "--live", *words, code=code).stdout.splitlines()


def post(x: TwitterSimulator) -> str:
    """The address of the one post."""
    [remote_id] = x.standing()
    return f"https://x.com/{x.account}/status/{remote_id}"


def key(folder: Path) -> str:
    """The key of the one delivery."""
    git(folder, "fetch", "--quiet", "origin", "sitegen-ledger")
    [name] = [one for one in git(folder, "ls-tree", "-r", "--name-only", "FETCH_HEAD").split() if "deliveries" in one]
    return Path(name).stem


def test_where_all_is_as_it_was_said_it_is_clean_and_says_what_it_cost(folder: Path, x: TwitterSimulator) -> None:
    told = run(folder, x.environment(), "check", "--live")
    assert told.stdout == ""
    assert told.stderr == (
        "twitter: posts read back: 1, which costs $0.005 at most.\nChannels: 1. Posts read back: 1. Differences: 0.\n"
    )


def test_it_changes_nothing_anywhere(folder: Path, x: TwitterSimulator, page: Host) -> None:
    def everything() -> list[object]:
        files = sorted(
            (path, path.read_bytes()) for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts
        )
        refs = [git(place, "for-each-ref") for place in (folder, folder.parent / "remote.git")]
        return [files, refs, git(folder, "status", "--porcelain"), x.accepted, x.standing()]

    (folder / PATH).write_text(INCIDENT + MORE)
    before = everything()
    look(folder, x)
    x.remove_by_hand(next(iter(x.standing())))
    look(folder, x)
    assert everything()[:4] == before[:4]
    assert {request.method for request in x.heard[-2:]} == {"GET"}


def test_a_deleted_post_is_one_line_that_says_what_where_and_what_to_do(folder: Path, x: TwitterSimulator) -> None:
    url = post(x)
    x.remove_by_hand(next(iter(x.standing())))
    assert look(folder, x) == [
        f"twitter: {ID} · 20261123T0209Z: The post is gone from the platform, and the page still has what it said. "
        "If it was wrong, mark the update `retracted: why`; else say it again with a further update. "
        f"{url} (key {key(folder)})"
    ]


def test_json_and_annotations_say_the_same(folder: Path, x: TwitterSimulator) -> None:
    url = post(x)
    x.remove_by_hand(next(iter(x.standing())))
    [found] = json.loads("\n".join(look(folder, x, "--format", "json")))
    assert (found["where"], found["rule"], found["severity"]) == ("twitter", "deleted", "error")
    assert (found["incident"], found["part"], found["url"]) == (ID, "20261123T0209Z", url)
    assert found["key"] == key(folder)
    assert found["what"] in look(folder, x)[0]
    [line] = look(folder, x, "--format", "github")
    assert line.startswith("::error::twitter: ")
    assert url in line


def test_json_of_a_clean_check_is_an_empty_list(folder: Path, x: TwitterSimulator) -> None:
    assert json.loads("\n".join(look(folder, x, "--format", "json", code=0))) == []


def test_an_entry_that_is_gone_is_named_until_its_posts_are_gone(folder: Path, x: TwitterSimulator, page: Host) -> None:
    (folder / PATH).unlink()
    publish(folder, page)
    [line] = look(folder, x)
    assert line.startswith(f"twitter: {ID}: Its file is gone, and posts of it stand: 1 ({post(x)}).")
    x.remove_by_hand(next(iter(x.standing())))
    assert look(folder, x, code=0) == []


def test_an_entry_that_can_not_be_read_is_not_called_gone(folder: Path, x: TwitterSimulator) -> None:
    (folder / PATH).write_text("title: [")
    [line] = [line for line in look(folder, x) if line.startswith("twitter")]
    assert line.startswith(f"twitter: {ID}: Its file can't be read")


def test_what_was_said_long_after_its_time_is_told_as_advice(folder: Path, x: TwitterSimulator, page: Host) -> None:
    (folder / PATH).write_text(INCIDENT + MORE)
    publish(folder, page)
    run(folder, x.environment(), "mirror", "--no-wait", at=MOMENT)
    [line] = look(folder, x, code=0)
    assert line.startswith(
        f"twitter: {ID} · 20261123T0231Z: advice: It was said 569 minutes after the time that it gives."
    )


def test_an_update_that_was_not_said_is_named(folder: Path, x: TwitterSimulator, page: Host) -> None:
    (folder / PATH).write_text(INCIDENT + MORE)
    publish(folder, page)
    [line] = look(folder, x)
    assert f"{ID} · 20261123T0231Z: This was not said, and has been due since 2026-11-23 02:31 UTC." in line


@pytest.mark.parametrize(
    ("trouble", "rule"),
    [(Trouble.TOKEN_DEAD, "credentials"), (Trouble.BROKEN, "unseen"), (Trouble.UNREACHABLE, "unseen")],
)
def test_a_platform_in_trouble_is_named_and_never_fine(
    trouble: Trouble, rule: str, folder: Path, x: TwitterSimulator
) -> None:
    x.arm(trouble, publishing=False)
    found = json.loads("\n".join(look(folder, x, "--format", "json")))
    assert [(one["where"], one["rule"], one["severity"]) for one in found] == [
        ("twitter", rule, "error"),
        ("twitter", "unseen", "error"),
    ]


def test_another_account_and_missing_secrets_are_named(folder: Path, x: TwitterSimulator) -> None:
    assert "SITEGEN_TWITTER_API_KEY" in sitegen(folder, "check", "--live", code=1).stdout
    x.account = "somebodyelse"
    assert any("somebodyelse" in line and "example_status" in line for line in look(folder, x))


def test_a_channel_that_was_taken_out_of_the_settings_is_named_while_its_posts_stand(
    folder: Path, x: TwitterSimulator
) -> None:
    settings = folder / "sitegen.yaml"
    text = settings.read_text()
    settings.write_text(text.replace("channels:\n", "").replace(X.format(x), ""))
    [line] = look(folder, x)
    assert line.startswith(
        f"twitter: Posts stand on {x.account}, where sitegen.yaml has no channel any more: 1 ({post(x)})."
    )
    assert post(x) in line


def test_posts_of_a_channel_that_is_gone_are_only_a_warning_when_all_is_long_over(
    folder: Path, x: TwitterSimulator, page: Host
) -> None:
    end = "  - at: 2026-11-23 05:00\n    status: resolved\n    message: All payments work. No order was lost.\n"
    (folder / PATH).write_text(INCIDENT + end)
    publish(folder, page)
    settings = folder / "sitegen.yaml"
    settings.write_text(settings.read_text().replace("channels:\n", "").replace(X.format(x), ""))
    [line] = look(folder, x, "--as-of", "2026-12-22T00:00Z")
    assert line.startswith("twitter: Posts stand on")
    [line] = look(folder, x, "--as-of", "2026-12-24T00:00Z", code=0)
    assert line.startswith("twitter: warning: Posts stand on")


def test_a_channel_that_is_not_connected_or_was_otherwise_is_named(folder: Path, x: TwitterSimulator) -> None:
    settings = folder / "sitegen.yaml"
    text = settings.read_text()
    settings.write_text(text.replace("  twitter: {", "  x: {kind: twitter, "))
    secrets = {name.replace("TWITTER", "X"): value for name, value in x.environment().items()}
    [line] = run(folder, secrets, "check", "--live", code=1).stdout.splitlines()
    assert "`sitegen mirror connect x` does that, once." in line
    settings.write_text(text.replace("  twitter: {", "  twitter: {language: pl, "))
    lines = look(folder, x)
    assert len(lines) == 2
    assert "It was connected as example_status (twitter, en)" in lines[0]
    assert "where sitegen.yaml has no channel any more" in lines[1]


def ledger(folder: Path) -> GitLedger:
    return GitLedger(Repository(folder), Ledger(), "origin")


def tip(folder: Path) -> str:
    return git(folder.parent / "remote.git", "rev-parse", "sitegen-ledger")


def test_a_ledger_that_is_gone_is_named_and_so_is_everything_else(folder: Path, x: TwitterSimulator) -> None:
    git(folder, "push", "--quiet", "origin", ":sitegen-ledger")
    x.arm(Trouble.TOKEN_DEAD, publishing=False)
    found = json.loads("\n".join(look(folder, x, "--format", "json")))
    assert [(one["where"], one["rule"]) for one in found] == [("ledger", "tampered"), ("twitter", "credentials")]
    assert "sitegen-ledger is gone" in found[0]["what"]


@pytest.mark.parametrize("deed", ["amend", "revert", "mutate"])
def test_a_ledger_that_was_changed_by_hand_is_named_with_the_commit(
    deed: str, folder: Path, x: TwitterSimulator
) -> None:
    git(folder, "fetch", "--quiet", "origin", "sitegen-ledger")
    git(folder, "checkout", "--quiet", "-b", "vandal", "FETCH_HEAD")
    match deed:
        case "amend":
            git(folder, "commit", "--quiet", "--amend", "--message", "Nothing to see here")
        case "revert":
            git(folder, "revert", "--no-edit", "HEAD")
        case "mutate":
            [path] = folder.glob("deliveries/*/*.json")
            text = path.read_text().replace("Most card", "Some card")
            commit_file(folder, str(path.relative_to(folder)), text)
    git(folder, "push", "--quiet", "--force", "origin", "vandal:sitegen-ledger")
    git(folder, "checkout", "--quiet", "main")
    found = json.loads("\n".join(look(folder, x, "--format", "json")))
    assert {one["rule"] for one in found if one["where"] == "ledger"} == {"tampered"}
    assert deed == "revert" or any(tip(folder)[:12] in one["what"] for one in found)


def test_a_ledger_that_is_not_named_in_the_settings_is_named(folder: Path, x: TwitterSimulator) -> None:
    settings = folder / "sitegen.yaml"
    lines = settings.read_text().splitlines(keepends=True)
    settings.write_text("".join(line for line in lines if not line.startswith("ledger:")))
    [line] = look(folder, x)
    assert line.startswith("ledger: sitegen.yaml does not name the ledger's first entry")
    assert next(one for one in lines if one.startswith("ledger:")).strip() in line


def test_a_ledger_that_stood_in_and_was_not_merged_is_named(folder: Path, x: TwitterSimulator) -> None:
    git(folder, "fetch", "--quiet", "origin", "sitegen-ledger:sitegen-ledger")
    assert look(folder, x, code=0) == []
    own = GitLedger(Repository(folder), Ledger(), None)
    known = own.read()
    record(own, *known.connections.values())
    assert "This repository's own ledger holds what the one on origin lacks." in look(folder, x)[0]


def test_a_check_that_could_look_at_nothing_was_none(folder: Path, x: TwitterSimulator, page: Host) -> None:
    git(folder, "remote", "set-url", "origin", str(folder.parent / "nowhere.git"))
    found = json.loads("\n".join(look(folder, x, "--format", "json")))
    assert [(one["where"], one["rule"]) for one in found] == [("ledger", "unseen")]
    x.arm(Trouble.UNREACHABLE)
    settings = folder / "sitegen.yaml"
    settings.write_text(settings.read_text().replace(page.url.rstrip("/"), x.url))
    told = run(folder, x.environment(), "check", "--live", code=4)
    assert "Nothing could be looked at." in told.stderr
    assert [line.partition(":")[0] for line in told.stdout.splitlines()] == ["ledger", "twitter", "page"]


def test_a_page_that_lacks_what_posts_link_to_is_named(folder: Path, x: TwitterSimulator, page: Host) -> None:
    (page.folder / "incidents" / f"{ID}.html").write_text("<p>Another page</p>")
    [line] = look(folder, x)
    assert line.startswith(f"page: {ID} · 20261123T0209Z: The page does not show what {post(x)} links to.")
    assert f"{page.url}incidents/{ID}.html?u=20261123T0209Z#u-20261123T0209Z" in line


def test_a_live_page_that_is_not_the_build_of_what_is_here_is_named(
    folder: Path, x: TwitterSimulator, page: Host
) -> None:
    end = "  - at: 2026-11-23 05:00\n    status: resolved\n    message: All payments work. No order was lost.\n"
    (folder / PATH).write_text(INCIDENT + end)
    run(folder, x.environment(), "mirror", "--no-wait", at=OVER)
    told = [line for line in look(folder, x) if line.startswith("page: The live page")]
    assert len(told) == 1
    assert f"`incident`, open: {ID} with 1 updates; a build of what is here says `clear`, open: nothing." in told[0]
    publish(folder, page)
    assert look(folder, x, code=0) == []


def test_a_page_that_gives_no_answer_is_not_fine(folder: Path, x: TwitterSimulator, page: Host) -> None:
    (page.folder / "now.json").unlink()
    [line] = look(folder, x)
    assert line.startswith("page: The page could not be looked at")


def test_only_so_many_posts_are_read_as_were_asked_for(folder: Path, x: TwitterSimulator) -> None:
    x.remove_by_hand(next(iter(x.standing())))
    told = run(folder, x.environment(), "check", "--live", "--most", "0")
    assert "Older posts that were not read back: 1" in told.stdout
    assert "Posts read back: 0." in told.stderr


def test_channels_side_by_side_hide_nothing_of_each_other(
    tmp_path: Path, x: TwitterSimulator, facebook: FacebookSimulator, page: Host
) -> None:
    page.folder = tmp_path / "page"
    folder = make_clone(tmp_path, page, X.format(x) + FACEBOOK.format(facebook) + WEBHOOK)
    secrets = {**x.environment(), **facebook.environment()}
    run(folder, secrets, "mirror", "connect", "twitter", "--tell-open")
    run(folder, secrets, "mirror", "connect", "facebook", "--tell-open")
    run(folder, secrets, "mirror", "--no-wait", code=1)  # the webhook has no secret
    publish(folder, page)
    facebook.remove_by_hand(next(iter(facebook.standing())))
    x.arm(Trouble.UNREACHABLE)
    found = json.loads(run(folder, secrets, "check", "--live", "--format", "json", code=1).stdout)
    errors = [(one["where"], one["rule"]) for one in found if one["severity"] == "error"]
    assert errors == [
        ("twitter", "unseen"),
        ("twitter", "unseen"),
        ("facebook", "deleted"),
        ("webhook", "credentials"),
        ("webhook", "not-connected"),
    ]


def test_no_secret_is_printed(folder: Path, x: TwitterSimulator) -> None:
    x.arm(Trouble.TOKEN_DEAD, publishing=False)
    told = run(folder, x.environment(), "check", "--live", code=1, SITEGEN_DEBUG="1")
    assert not [name for name, value in x.environment().items() if value in told.stdout + told.stderr]


def test_a_pull_request_may_look(folder: Path, x: TwitterSimulator) -> None:
    assert look(folder, x, code=0, GITHUB_EVENT_NAME="pull_request") == []


def test_it_stands_alone(folder: Path, tmp_path: Path) -> None:
    assert "--live" in sitegen(folder, "check", "--live", "--base", "HEAD", code=2).stderr
    assert "--live" in sitegen(folder, "check", "--live", "--schema", code=2).stderr


def test_without_channels_and_address_there_is_nothing_to_look_at(tmp_path: Path) -> None:
    (tmp_path / "sitegen.yaml").write_text(SETTINGS.replace(f"url: {URL}, ", ""))
    assert "nothing to look at" in sitegen(tmp_path, "check", "--live", code=4).stderr


def test_base_names_the_posts_that_stand_of_a_file_that_is_gone(folder: Path, x: TwitterSimulator) -> None:
    (folder / PATH).unlink()
    told = sitegen(folder, "check", "--base", "HEAD", code=1, GITHUB_EVENT_NAME="pull_request").stdout
    assert f"{ID} was public and its file is gone. Posts of it that stand: 1 ({post(x)})." in told
    git(folder, "remote", "set-url", "origin", str(folder.parent / "nowhere.git"))
    told = sitegen(folder, "check", "--base", "HEAD", code=1, GITHUB_EVENT_NAME="pull_request").stdout
    assert f"{ID} was public and its file is gone. Put it back" in told


def test_the_page_of_this_check_explains_every_finding() -> None:
    told = Document("docs/how-to/check-what-stands.md").first_column("What it can find")
    assert sorted(told) == sorted(rule.value for rule in Rule)
