"""`sitegen.yaml`: all of it, its defaults, and every slip in its place."""

from datetime import date, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen import config
from sitegen.model import Channel, Component, Condition, Due, Group, Impact, Ledger, Settings, Target, Text

SMALL = "site: {name: Example Pay}\ncomponents: [{key: checkout, name: Checkout}]\n"
EVERYTHING = """\
format: 1
site:
  name: {en: Example Pay, pl: Przykład}
  url: https://status.example.com/pay/
  time_zone: Europe/Warsaw
  languages: [pl, en]
  support: mailto:help@example.com
  subscribe: https://lists.example.com/status
  source: https://git.example.com/acme/status
components:
  - group: Payments
    components:
      - {key: checkout, name: Checkout, description: {en: Paying in shops}, since: 2024-03-01}
      - {key: api_2, name: {en: Payments API, pl: API płatności}}
  - {key: website, name: Website}
causes: [deploy, dog-ate-it]
policy:
  next_update: {critical: 15m, none: 2h}
  postmortem_due: {critical: 2wd, minor: 30d}
  max_age: 12h
  retraction: delete
  uptime_weights: {partial_outage: 0.5}
channels:
  twitter: {account: "@examplestatus", from_impact: major, link: every, thread: true}
  twitter-en: {kind: twitter, account: other, language: en}
  facebook: {page: "1234567890", mode: post}
  email: {to: status@lists.example.com, link: never, api_url: http://127.0.0.1:8025}
publish:
  pages: {kind: branch, branch: gh-pages}
  spare: {kind: command, run: "rsync -a {site}/ x:/srv/", url: https://spare.example.net}
  local: {kind: folder, folder: /srv/status}
ledger: {branch: said, genesis: 3f2a9c1}
"""


def read(text: str) -> Settings:
    found = config.read(text.encode())
    assert found.settings is not None
    return found.settings


def told(text: str) -> list[str]:
    return [str(problem).removeprefix("sitegen.yaml:") for problem in config.read(text.encode()).problems]


def test_a_name_and_one_component_are_enough_and_the_rest_has_its_defaults() -> None:
    settings = read(SMALL)
    assert told(SMALL) == []
    assert (settings.site.zone, settings.site.languages, settings.site.url) == (ZoneInfo("UTC"), ("en",), "")
    assert settings.groups == (Group(None, (Component("checkout", Text({"en": "Checkout"})),)),)
    assert settings.causes == config.CAUSES
    assert (settings.channels, settings.targets, settings.ledger) == ((), (), Ledger("sitegen-ledger", ""))
    assert settings.policy == config.POLICY


def test_the_default_policy_is_that_of_good_practice() -> None:
    policy = config.POLICY
    half_hour, hour = timedelta(minutes=30), timedelta(hours=1)
    assert policy.next_update == {Impact.CRITICAL: half_hour, Impact.MAJOR: half_hour, Impact.MINOR: hour}
    assert policy.postmortem_due == {Impact.CRITICAL: Due(timedelta(days=3)), Impact.MAJOR: Due(working_days=5)}
    assert policy.max_age == timedelta(hours=24)
    weights = [policy.uptime_weights[one] for one in Condition if one is not Condition.UNKNOWN]
    assert weights == [0, 0, 0, Fraction(3, 10), 1]


def test_everything_at_once_is_read_without_a_problem() -> None:
    assert told(EVERYTHING) == []
    settings = read(EVERYTHING)
    site = settings.site
    assert site.name == Text({"en": "Example Pay", "pl": "Przykład"})
    assert (site.url, site.support) == ("https://status.example.com/pay", "mailto:help@example.com")
    assert (site.default_language, site.zone.key) == ("pl", "Europe/Warsaw")
    checkout, api, website = settings.components
    assert (checkout.since, checkout.description) == (date(2024, 3, 1), Text({"en": "Paying in shops"}))
    assert [group.name for group in settings.groups] == [Text({"pl": "Payments"}), None]
    assert [checkout.key, api.key, website.key] == ["checkout", "api_2", "website"]
    assert settings.causes == ("deploy", "dog-ate-it")
    assert settings.ledger == Ledger("said", "3f2a9c1")


def test_a_policy_changes_only_what_it_names() -> None:
    policy = read(EVERYTHING).policy
    assert policy.next_update[Impact.CRITICAL] == timedelta(minutes=15)
    assert policy.next_update[Impact.MAJOR] == timedelta(minutes=30)
    assert policy.next_update[Impact.NONE] == timedelta(hours=2)
    assert policy.postmortem_due[Impact.CRITICAL] == Due(working_days=2)
    assert policy.postmortem_due[Impact.MINOR] == Due(timedelta(days=30))
    assert (policy.max_age, policy.retraction) == (timedelta(hours=12), "delete")
    assert policy.uptime_weights[Condition.PARTIAL_OUTAGE] == Fraction(1, 2)
    assert policy.uptime_weights[Condition.MAJOR_OUTAGE] == 1


def test_channels_take_their_kind_from_their_name_and_their_account_from_its_own_word() -> None:
    assert read(EVERYTHING).channels == (
        Channel(
            name="twitter",
            kind="twitter",
            account="examplestatus",
            from_impact=Impact.MAJOR,
            link="every",
            thread=True,
        ),
        Channel(name="twitter-en", kind="twitter", account="other", language="en"),
        Channel(name="facebook", kind="facebook", account="1234567890", mode="post"),
        Channel(
            name="email",
            kind="email",
            account="status@lists.example.com",
            link="never",
            thread=True,
            api_url="http://127.0.0.1:8025",
        ),
    )


def test_the_words_of_the_project_are_those_that_incidents_may_use() -> None:
    words = config.vocabulary(read(EVERYTHING))
    assert words.languages == ("pl", "en")
    assert words.components == ("checkout", "api_2", "website")
    assert words.causes == ("deploy", "dog-ate-it")
    assert set(words.channels) == {"twitter", "twitter-en", "facebook", "email", "mastodon", "webhook"}


def test_places_to_publish_to_have_a_kind() -> None:
    pages, spare, local = read(EVERYTHING).targets
    assert pages == Target(name="pages", kind="branch", branch="gh-pages")
    assert (spare.run, spare.url) == ("rsync -a {site}/ x:/srv/", "https://spare.example.net")
    assert local.folder == "/srv/status"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "# nothing",
            "just a text",
            "- a",
            "\t",
            "site: {name: Example Pay}\n",
            "components: [{key: a, name: A}]\n",
        ),
        *("site: {}\ncomponents: [{key: a, name: A}]\n", "site: {name: X}\ncomponents: []\n"),
        *("site: X\ncomponents: [{key: a, name: A}]\n", "site: {name: X}\ncomponents: [{key: A B, name: A}]\n"),
    ],
)
def test_without_a_name_or_any_component_there_are_no_settings_but_a_problem(text: str) -> None:
    found = config.read(text.encode())
    assert found.settings is None
    assert found.problems


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ("site: {name: X, nmae: Y}", "1:17: `nmae` is not a field here. Did you mean `name`?"),
        ("site: {name: X, url: ftp://x.y}", "1:22: `ftp://x.y` is not a web address. Write it as `https://example.com/page`."),
        ("site: {name: X, url: https://a:b@x.y}", "1:22: `https://a:b@x.y` is not a web address. Write it as"),
        ("site: {name: X, url: mailto:a@example.com}", "1:22: `mailto:a@example.com` is not a web address."),
        ("site: {name: X, url: https://x\u200b.y}", "1:22: `https://x\u200b.y` is not a web address."),
        ("site: {name: X, url: http://x.y}", "1:22: warning: This address is not encrypted. Use https."),
        ("site: {name: X, time_zone: Poland/Warsaw}", "1:28: `Poland/Warsaw` is not a time zone. Did you mean"),
        ("site: {name: X, time_zone: CEST}", "1:28: `CEST` is not a time zone."),
        ("site: {name: X, languages: [en, xx]}", "1:33: `xx` is not known here. Known are:"),
        ("site: {name: {de: X, en: Y}}", "1:15: `de` is not a language of this site. Known are: en."),
        ("format: 2", "1:9: `2` is not known here. Known are: 1."),
        ("causes: [Big Bang]", "1:10: `Big Bang` is not a name of small letters, digits, `-` and `_`."),
        ("policy: {next_update: {huge: 1h}}", "1:24: `huge` is not known here. Known are: none, minor,"),
        ("policy: {postmortem_due: {major: 5 days}}", "1:34: `5 days` is not a span of time. Write `30m`,"),
        ("policy: {uptime_weights: {major_outage: 2}}", "1:41: `2` is not a number from 0 to 1. Write it as `0.3`."),
        ("policy: {uptime_weights: {unknown: 0}}", "1:27: `unknown` is not known here."),
        ("policy: {retraction: hide}", "1:22: `hide` is not known here. Known are: correct, delete."),
        ("channels: {telegram: {account: x}}", "1:22: `telegram` needs a `kind`. Known are: twitter, facebook,"),
        ("channels: {x: {kind: twiter}}", "1:22: `twiter` is not known here. Did you mean `twitter`?"),
        ("channels: {twitter: {token: abc}}", "1:22: `token` is not a field here."),
        ("channels: {twitter: {language: pl}}", "1:32: `pl` is not among the languages of sitegen.yaml."),
        (
            "channels: {a-b: {kind: webhook}, a_b: {kind: webhook}}",
            "1:11: The channels `a-b` and `a_b` would share their secrets.",
        ),
        ("publish: {pages: {branch: gh-pages}}", "1:18: `kind` is missing. How the site gets there."),
        ("ledger: {genesis: HEAD}", "1:19: `HEAD` is not a commit id."),
        ("site: {name: X}\nsite: {name: Y}", "2:1: `site` stands here twice. Keep one of them."),
    ],
)  # fmt: skip
def test_every_slip_is_told_at_its_place_and_costs_only_itself(lines: str, problem: str) -> None:
    text = lines + "\n" + SMALL
    if lines.startswith("site:"):
        text = lines + "\n" + SMALL.split("\n", 1)[1]
    assert told(text)[0].startswith(problem)
    assert read(text).components[0].key == "checkout"


def test_the_later_of_two_components_with_one_key_drops_out() -> None:
    text = "site: {name: X}\ncomponents:\n  - {key: a, name: A}\n  - group: G\n    components: [{key: a, name: B}]\n"
    assert [component.name for component in read(text).components] == [Text({"en": "A"})]
    assert told(text) == ["3:3: Two components have the key `a`. Give each its own."]


def test_an_id_of_the_api_stands_once() -> None:
    own = "id: t1ckets00001"
    text = f"site: {{name: X}}\ncomponents:\n  - {{key: a, name: A, {own}}}\n  - {{key: b, name: B, {own}}}\n"
    (problem,) = told(text)
    assert "2 components or groups have the id `t1ckets00001`." in problem


def test_a_language_named_twice_is_one_language() -> None:
    assert read(SMALL.replace("Pay}", "Pay, languages: [pl, en, pl]}")).site.languages == ("pl", "en")


def test_a_first_day_beyond_the_calendar_is_refused() -> None:
    text = SMALL.replace("name: Checkout}", "name: Checkout, since: 0001-01-01}")
    assert told(text) == ["2:53: `0001-01-01` is beyond the calendar. Years from 1970 to 2999 are read."]
    assert read(text).components[0].since is None


@given(st.text(alphabet="abkeyn:-[]{}#&*|>'\"%@,?\n /.", max_size=100), st.integers(0, len(EVERYTHING)))
def test_no_slip_of_the_keyboard_raises(slip: str, place: int) -> None:
    found = config.read((EVERYTHING[:place] + slip + EVERYTHING[place:]).encode())
    assert found.settings is not None or found.problems
