"""What stands at hosts, real servers on this machine, is told apart from what the files say, trouble by trouble."""

import gzip
import shutil
import ssl
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest
import trustme

from sitegen import project
from sitegen.channels.limits import Limits
from sitegen.freshness import Finding, Report, Rule, inspect
from sitegen.problems import Severity
from tests.freshness.hosts import Change, Served, WebHost, compress, drip, host_folder, lead_to, replace, say
from tests.projects import MOMENT, make_project
from tests.projects import build_site as build

ID = "2026-11-23-card-payments"
FIRST, SECOND, THIRD = "20261123T0209Z", "20261123T0231Z", "20261123T1030Z"
HEAD = "title: Card payments fail\ncomponents: {checkout: major_outage}\nupdates:\n"
SAID = (
    "  - at: 2026-11-23T02:09Z\n    message: Most card payments fail.\n",
    "  - at: 2026-11-23T02:31Z\n    status: identified\n    message: A certificate has expired.\n",
    "  - at: 2026-11-23T10:30Z\n    status: resolved\n    message: All payments work again.\n",
)
QUICK = Limits(connect=timedelta(seconds=1), answer=timedelta(seconds=1), total=timedelta(seconds=2))
BUILT = MOMENT - timedelta(hours=1)


def write(folder: Path, *said: str, **more: str) -> Path:
    """The project with what was said of the incident, and more entries."""
    return make_project(folder, incidents={ID: HEAD + "".join(said), **more})


def look(folder: Path, *hosts: str, at: datetime = MOMENT) -> Report:
    """What is found at the hosts at the moment."""
    found = project.read(folder).project
    assert found is not None
    return inspect(found, hosts, at, limits=QUICK)


def tell(report: Report) -> list[tuple[Rule, tuple[str, ...]]]:
    """Rule and files of every finding."""
    return [(one.rule, one.files) for one in report.findings]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with an incident that is over."""
    return write(tmp_path / "project", *SAID)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of that project, built an hour ago."""
    return build(write(tmp_path_factory.mktemp("built"), *SAID), BUILT)


@pytest.fixture
def host(built: Path, tmp_path: Path) -> Iterator[WebHost]:
    """A host that serves it."""
    with host_folder(shutil.copytree(built, tmp_path / "site")) as running:
        yield running


def only(report: Report) -> Finding:
    """The one finding."""
    assert len(report.findings) == 1, [str(one) for one in report.findings]
    [finding] = report.findings
    return finding


def test_a_host_with_the_build_of_the_files_is_fresh_however_long_ago_it_was_built(folder: Path, host: WebHost) -> None:
    report = look(folder, host.url)
    assert report.findings == ()
    assert [(one.host, one.built) for one in report.looks] == [(host.url, BUILT)]


def test_it_asks_for_what_speaks_of_now_in_every_language_and_writes_nothing(folder: Path, host: WebHost) -> None:
    before = sorted((path, path.read_bytes()) for path in folder.rglob("*") if path.is_file())
    look(folder, host.url)
    assert sorted((path, path.read_bytes()) for path in folder.rglob("*") if path.is_file()) == before
    api = {"summary", "status", "components", "incidents", "incidents/unresolved", "scheduled-maintenances"}
    assert {f"/api/v2/{name}.json" for name in api} <= set(host.asked)
    feeds = {"updates.atom", "updates.json", "history.atom", "history.rss", "history.html", "status.txt", ""}
    pages = {f"incidents/{ID}.html", "components/checkout.html", "components/checkout.atom"}
    assert {f"/{root}{name}" for root in ("", "pl/") for name in (feeds | pages) - {""}} <= set(host.asked)
    assert {"/", "/pl/", "/now.json"} <= set(host.asked)


def test_a_host_below_a_path_is_read_there(folder: Path, tmp_path: Path) -> None:
    build(folder, BUILT, tmp_path / "web/acme/status")
    with host_folder(tmp_path / "web") as host:
        assert look(folder, f"{host.url}/acme/status").findings == ()


def test_an_earlier_state_is_old_and_says_which_word_is_lacking_since_when(folder: Path, tmp_path: Path) -> None:
    with host_folder(build(folder, MOMENT - timedelta(hours=3), tmp_path / "old")) as host:
        finding = only(look(folder, host.url))
    assert (finding.rule, finding.lacks, finding.severity) == (Rule.OLD, (f"{ID} · {THIRD}",), Severity.ERROR)
    assert f"lacks {ID} · {THIRD} of 2026-11-23 10:30 UTC, and is 1 h 30 min behind" in finding.what
    assert {"index.html", "now.json", "updates.atom", "api/v2/summary.json", "status.txt"} <= set(finding.files)


def test_a_build_of_today_from_a_checkout_of_yesterday_is_old(folder: Path, tmp_path: Path) -> None:
    earlier = write(tmp_path / "earlier", *SAID[:1])
    with host_folder(build(earlier, MOMENT, tmp_path / "old")) as host:
        finding = only(look(folder, host.url))
    assert (finding.rule, finding.lacks) == (Rule.OLD, (f"{ID} · {THIRD}", f"{ID} · {SECOND}"))
    assert "lacks 2 changes, the newest" in finding.what
    assert "9 h 29 min behind" in finding.what


def test_a_word_between_others_that_never_arrived_is_named(folder: Path, tmp_path: Path) -> None:
    earlier = write(tmp_path / "earlier", SAID[0], SAID[2])
    with host_folder(build(earlier, BUILT, tmp_path / "old")) as host:
        finding = only(look(folder, host.url))
    assert (finding.rule, finding.lacks) == (Rule.OLD, (f"{ID} · {SECOND}",))


def test_an_incident_that_never_arrived_makes_its_host_old_not_its_page_missing(folder: Path, tmp_path: Path) -> None:
    earlier = write(tmp_path / "earlier", **{"2026-11-01-other": HEAD + SAID[0].replace("11-23", "11-01")})
    (earlier / f"incidents/{ID}.yaml").unlink()
    shutil.copy(earlier / "incidents/2026-11-01-other.yaml", folder / "incidents")
    with host_folder(build(earlier, BUILT, tmp_path / "old")) as host:
        finding = only(look(folder, host.url))
    assert finding.rule is Rule.OLD
    assert len(finding.lacks) == 3
    assert f"incidents/{ID}.html" in finding.files


def test_a_post_mortem_that_never_arrived_is_a_word_too(folder: Path, host: WebHost) -> None:
    text = "---\npublished: 2026-11-23T10:45Z\n---\n\n## Summary\n\nA certificate had expired.\n"
    (folder / f"incidents/{ID}.md").write_text(text)
    finding = only(look(folder, host.url))
    assert (finding.rule, finding.lacks) == (Rule.OLD, (f"{ID} · postmortem",))


def test_what_was_said_minutes_ago_may_be_on_its_way(folder: Path, tmp_path: Path) -> None:
    at = datetime.fromisoformat("2026-11-23T10:40Z")
    with host_folder(build(folder, at - timedelta(hours=1), tmp_path / "old")) as host:
        assert only(look(folder, host.url, at=at)).severity is Severity.WARNING
        assert only(look(folder, host.url, at=at + timedelta(minutes=6))).severity is Severity.ERROR


def test_a_maintenance_that_began_after_the_build_is_a_warning(folder: Path, tmp_path: Path) -> None:
    planned = (
        "type: maintenance\ntitle: Database upgrade\ncomponents: {api: under_maintenance}\n"
        "window: {start: 2026-11-23T11:30Z, end: 2026-11-23T13:00Z}\n"
        "updates:\n  - at: 2026-11-20T09:00Z\n    message: We move to a larger database.\n"
    )
    write(folder, *SAID, **{"2026-11-20-database": planned})
    with host_folder(build(folder, BUILT, tmp_path / "old")) as host:
        finding = only(look(folder, host.url))
        fresh = look(folder, host.url, at=BUILT + timedelta(minutes=5))
    assert (finding.rule, finding.lacks, finding.severity) == (
        Rule.OLD,
        ("2026-11-20-database · start",),
        Severity.WARNING,
    )
    assert "api/v2/summary.json" in finding.files
    assert not {"updates.atom", "history.rss", "history.html"} & set(finding.files)
    assert fresh.findings == ()


@pytest.mark.parametrize("name", ["updates.atom", "api/v2/incidents.json", "pl/status.txt", "index.html"])
def test_one_file_that_lags_behind_its_own_host_is_half(name: str, folder: Path, host: WebHost, tmp_path: Path) -> None:
    old = build(folder, BUILT - timedelta(hours=1), tmp_path / "old")
    shutil.copy(old / name, host.folder / name)
    finding = only(look(folder, host.url))
    assert (finding.rule, finding.files, finding.lacks) == (Rule.HALF, (name,), (f"{ID} · {THIRD}",))
    assert "The same host tells it in " in finding.what


def test_a_page_that_lags_while_feeds_and_api_know_is_half_the_other_way_round(
    folder: Path, host: WebHost, tmp_path: Path
) -> None:
    old = build(folder, BUILT - timedelta(hours=1), tmp_path / "old")
    html = {str(path.relative_to(old)) for path in old.rglob("*.html")}
    for name in html:
        shutil.copy(old / name, host.folder / name)
    finding = only(look(folder, host.url))
    assert finding.rule is Rule.HALF
    assert set(finding.files) <= html
    assert {"index.html", "pl/index.html", f"incidents/{ID}.html"} <= set(finding.files)


def test_pages_of_several_builds_without_a_word_between_them_are_fine(
    folder: Path, host: WebHost, tmp_path: Path
) -> None:
    other = build(folder, BUILT - timedelta(minutes=20), tmp_path / "other")
    for name in ("index.html", "status.txt", "pl/status.txt", "pl/components/checkout.html"):
        assert (other / name).read_bytes() != (host.folder / name).read_bytes() or "components" in name
        shutil.copy(other / name, host.folder / name)
    assert look(folder, host.url).findings == ()


def test_a_page_that_the_newest_word_does_not_touch_may_be_of_a_build_before_it(tmp_path: Path) -> None:
    notice = "type: notice\ntitle: New terms\nupdates:\n  - at: 2026-11-23T10:50Z\n    message: Our terms change.\n"
    folder = write(tmp_path / "project", *SAID, **{"2026-11-23-terms": notice})
    site, name = build(folder, BUILT, tmp_path / "site"), "components/checkout.html"
    other = build(folder, BUILT - timedelta(minutes=20), tmp_path / "other")
    assert (other / name).read_bytes() != (site / name).read_bytes()
    shutil.copy(other / name, site / name)
    with host_folder(site) as host:
        assert look(folder, host.url).findings == ()
        shutil.copy(other / "index.html", site / "index.html")
        assert tell(look(folder, host.url)) == [(Rule.HALF, ("index.html",))]


def test_missing_files_are_named_together(folder: Path, host: WebHost) -> None:
    for name in ("updates.json", "api/v2/status.json", f"incidents/{ID}.html"):
        (host.folder / name).unlink()
    finding = only(look(folder, host.url))
    assert finding.rule is Rule.MISSING
    assert sorted(finding.files) == ["api/v2/status.json", f"incidents/{ID}.html", "updates.json"]
    assert "(404)" in finding.what


def test_the_page_for_lost_readers_in_place_of_a_file_is_missing_too(folder: Path, host: WebHost) -> None:
    host.changes = {"history.rss": say((host.folder / "404.html").read_bytes())}
    assert tell(look(folder, host.url)) == [(Rule.MISSING, ("history.rss",))]


def test_a_changed_file_is_wrong_and_shows_where(folder: Path, host: WebHost) -> None:
    host.changes = {"history.atom": replace(b"All payments work again", b"Everything is broken")}
    finding = only(look(folder, host.url))
    assert (finding.rule, finding.files) == (Rule.WRONG, ("history.atom",))
    assert "Everything is" in finding.what
    assert "All payments work" in finding.what


LOGIN = b"<!DOCTYPE html><title>Sign in</title><form><input name=user><input type='password'></form>"


@pytest.mark.parametrize(
    ("change", "rule", "words"),
    [
        (say(LOGIN), Rule.WRONG, "A page to log in"),
        (say(b"<html><h1>Welcome to nginx</h1>"), Rule.WRONG, "A web page stands there instead"),
        (say(b"", 401), Rule.WRONG, "lets nobody in (401)"),
        (say(b"\x00\xff garbage \x1b[31m"), Rule.WRONG, "differs from the build"),
        (say(b" \n"), Rule.WRONG, "It is empty"),
        (lambda served: say(gzip.compress(served.body))(served), Rule.WRONG, "compressed, and the host does not say"),
        (
            lead_to("https://login.example.com/?token=secret"),
            Rule.WRONG,
            "leads to https://login.example.com/, another",
        ),
        (lead_to("/status.txt"), Rule.WRONG, "from one address to the next"),
        (say(b"", 503), Rule.UNSEEN, "The host failed: 503"),
        (say(b"", 429), Rule.UNSEEN, "asked too often"),
        (say(b"{}", 200, ("Content-Encoding", "gzip")), Rule.UNSEEN, "No whole answer came"),
        (lambda served: say(served.body + b" " * 5_000_000)(served), Rule.UNSEEN, "longer than"),
        (drip, Rule.UNSEEN, "No whole answer came within 2 s"),
    ],
)
def test_every_trouble_with_a_file_is_named(
    change: Change, rule: Rule, words: str, folder: Path, host: WebHost
) -> None:
    host.changes = {"status.txt": change}
    finding = only(look(folder, host.url))
    assert (finding.rule, finding.files, finding.severity) == (rule, ("status.txt",), Severity.ERROR)
    assert words in finding.what
    assert "token" not in str(finding)
    assert str(finding).isprintable()


def test_compressed_answers_and_redirections_within_a_host_are_fine(folder: Path, host: WebHost) -> None:
    host.everywhere = compress
    page = (host.folder / f"incidents/{ID}.html").read_bytes()
    host.changes = {f"incidents/{ID}.html": lead_to(f"/incidents/{ID}"), f"incidents/{ID}": say(page)}
    assert look(folder, host.url).findings == ()


def test_a_copy_that_only_a_cache_gives_out_is_told_as_that(folder: Path, host: WebHost, tmp_path: Path) -> None:
    old = build(folder, BUILT - timedelta(hours=1), tmp_path / "old")
    host.cached = {"updates.atom": (old / "updates.atom").read_bytes()}
    finding = only(look(folder, host.url))
    assert (finding.rule, finding.files) == (Rule.HALF, ("updates.atom",))
    assert "Only a cache on the way has this" in finding.what
    host.cached = {"updates.atom": b"<feed>stale</feed>"}
    assert "Only a cache on the way has this" in only(look(folder, host.url)).what


def test_a_host_that_is_published_meanwhile_is_read_again(folder: Path, host: WebHost, tmp_path: Path) -> None:
    new, host.folder = host.folder, build(folder, MOMENT - timedelta(hours=3), tmp_path / "old")

    def publish(_: Served) -> Served:
        host.folder, host.changes = new, {}
        return host.find("/api/v2/status.json")

    host.changes = {"api/v2/status.json": publish}
    assert look(folder, host.url).findings == ()
    assert host.asked.count("/history.rss") == 2


def test_a_host_that_is_not_there_is_one_finding_and_hides_no_other(folder: Path, host: WebHost) -> None:
    with host_folder(folder) as gone:
        pass
    report = look(folder, gone.url, host.url)
    finding = only(report)
    assert (finding.host, finding.rule, finding.files) == (gone.url, Rule.UNSEEN, ())
    assert "can't be reached" in finding.what
    assert [report.is_fresh(one) for one in report.looks] == [False, True]


def test_a_certificate_that_browsers_refuse_is_named(folder: Path, host: WebHost) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with host_folder(host.folder, context) as encrypted:
        assert "Its certificate is not accepted" in only(look(folder, encrypted.url)).what


@pytest.mark.slow
def test_a_host_that_drips_every_file_is_given_up(folder: Path, host: WebHost) -> None:
    host.everywhere, found, begun = drip, project.read(folder).project, monotonic()
    assert found is not None
    report = inspect(found, [host.url], MOMENT, limits=QUICK, patience=timedelta(seconds=4))
    assert monotonic() - begun < 15
    assert {one.rule for one in report.findings} == {Rule.UNSEEN}
    assert any("too slow" in one.what for one in report.findings)


def test_of_two_hosts_the_one_that_is_behind_is_told_who_is_ahead(folder: Path, host: WebHost, tmp_path: Path) -> None:
    with host_folder(build(folder, MOMENT - timedelta(hours=3), tmp_path / "old")) as behind:
        report = look(folder, host.url, behind.url)
    assert {one.host for one in report.findings} == {behind.url}
    assert [one.rule for one in report.findings] == [Rule.OLD, Rule.AHEAD]
    assert report.findings[1].what.startswith(f"{host.url} is ahead: this lacks {ID} · {THIRD}")
    assert report.findings[1].lacks == (f"{ID} · {THIRD}",)


def test_hosts_that_know_what_the_files_here_do_not_are_ahead_of_them(
    folder: Path, host: WebHost, tmp_path: Path
) -> None:
    here = write(tmp_path / "here", *SAID[:2])
    with host_folder(build(here, BUILT, tmp_path / "same")) as other:
        report = look(here, host.url, other.url)
    told: Mapping[str, str] = {one.host: one.what for one in report.findings if one.rule is Rule.AHEAD}
    assert [one.rule for one in report.findings] == [Rule.AHEAD, Rule.AHEAD], [str(one) for one in report.findings]
    assert told[host.url] == f"This is ahead of the files here: it tells of {ID} · {THIRD}."
    assert told[other.url] == f"{host.url} is ahead: it tells of {ID} · {THIRD}."


def test_without_an_address_of_its_own_the_site_is_compared_as_far_as_it_goes(tmp_path: Path) -> None:
    settings = "format: 1\nsite: {name: Example Pay}\ncomponents:\n  - {key: checkout, name: Checkout}\n"
    folder = make_project(tmp_path / "bare", settings, {ID: HEAD + SAID[0]})
    with host_folder(build(folder, BUILT, tmp_path / "site")) as host:
        assert look(folder, host.url).findings == ()
        (host.folder / "now.json").write_bytes(b"[]")
        assert tell(look(folder, host.url)) == [(Rule.WRONG, ("now.json",))]
