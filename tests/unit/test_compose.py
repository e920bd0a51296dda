"""What posts say: heads, bodies, links, languages."""

from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec
import pytest

from sitegen.announce import Announcement, Stage, announce
from sitegen.compose import Draft, compose
from sitegen.languages import language
from sitegen.model import Channel, Incident, Saying, Settings, Status, Text
from sitegen.words import label
from tests.unit.entries import make_incident
from tests.unit.telling import (
    BEGIN,
    CAUSE,
    CHANNELS,
    EMAIL,
    END,
    FACEBOOK,
    SETTINGS,
    TRAITS,
    TWITTER,
    at,
    make_settings,
    story,
    weigh,
    with_account,
)

PAGE = "https://status.example.com/incidents/2026-11-23-orders.html"
POLISH = CHANNELS["twitter-pl"]
LATER = datetime(2026, 12, 24, tzinfo=UTC)


def posts(
    incident: Incident, channel: Channel = TWITTER, settings: Settings = SETTINGS, clock: datetime = LATER
) -> Mapping[tuple[str, Saying], Draft]:
    """The draft of everything that is announced."""
    traits = TRAITS[channel.kind]
    return {(one.part, one.saying): compose(one, channel, traits, settings) for one in announce((incident,), clock)}


def texts(incident: Incident, channel: Channel = TWITTER, settings: Settings = SETTINGS) -> list[str]:
    return [draft.text for draft in posts(incident, channel, settings).values()]


def linking(policy: str) -> Channel:
    return msgspec.structs.replace(TWITTER, link=policy)


def test_the_first_notice_says_what_fails_and_what_customers_can_do() -> None:
    incident = story(BEGIN, more="workaround: Pay by bank transfer.")
    assert texts(incident) == [
        "Orders fail at checkout. Card payments are failing. What you can do now: Pay by bank transfer.\n"
        f"Update 1 · 03:00 UTC {PAGE}?u=20261123T0300Z#u-20261123T0300Z"
    ]


def test_a_change_says_how_far_the_work_is_and_does_not_repeat_the_workaround() -> None:
    incident = story(BEGIN, CAUSE, "at: 03:30, message: Still at it.", more="workaround: Pay by bank transfer.")
    assert texts(incident)[1:] == [
        "Identified: Orders fail at checkout. A certificate expired.\nUpdate 2 · 03:20 UTC",
        "Update: Orders fail at checkout. Still at it.\nUpdate 3 · 03:30 UTC",
    ]


@pytest.mark.parametrize("channel", [TWITTER, POLISH, FACEBOOK, EMAIL], ids=lambda channel: channel.name)
def test_the_end_says_that_it_is_over_in_its_first_words_in_every_language(channel: Channel) -> None:
    word = language(channel.language or "en").gettext(label(Status.RESOLVED))
    draft = posts(story(BEGIN, END), channel)["20261123T0400Z", Saying.POST]
    assert draft.text.startswith(f"{word}: Orders fail at checkout.")
    assert draft.title == f"{word}: Orders fail at checkout"
    assert "No order was lost." in draft.text


def test_a_postmortem_is_whole_on_long_channels_and_its_first_sentences_on_short_ones() -> None:
    body = f"# What happened\n\nA certificate expired. {'We did not look at its date. ' * 20}\n\n## Why\n\nNobody did."
    incident = with_account(story(BEGIN, END), "26 10:00", body)
    short, long = texts(incident)[-1], texts(incident, EMAIL)[-1]
    assert short.startswith("Post-mortem: Orders fail at checkout. A certificate expired. We did not look at its date.")
    assert short.endswith(f"date.\n{PAGE}?u=postmortem#postmortem")
    assert 250 < weigh(short) <= 270
    assert long.startswith("Post-mortem: Orders fail at checkout.\n\nWhat happened\n\nA certificate")
    assert long.endswith(f"Why\n\nNobody did.\n\n{PAGE}?u=postmortem#postmortem")


def test_the_picture_of_a_postmortem_comes_with_its_description() -> None:
    incident = with_account(story(BEGIN, END), "26 10:00", image="curve.png")
    draft = posts(incident, FACEBOOK)["postmortem", Saying.POST]
    assert (draft.image, draft.alt) == ("curve.png", "A curve")
    assert posts(incident, FACEBOOK)["20261123T0400Z", Saying.POST].image == ""


def test_a_retraction_says_which_update_it_takes_back_and_has_an_address_of_its_own() -> None:
    incident = story(BEGIN + ", retracted: This was a drill.", CAUSE)
    every = linking("every")
    said, taken_back = list(posts(incident, every).values())[:2]
    assert taken_back.text == (
        "Correction: Orders fail at checkout. This was a drill.\n"
        f"Correction of update 1 · 03:00 UTC {PAGE}?u=20261123T0300Z-retraction#u-20261123T0300Z"
    )
    assert said.link != taken_back.link


def test_a_mended_update_says_its_new_words_under_its_old_address() -> None:
    incident = story(BEGIN + ", edited: {at: 2026-11-23 03:30, note: A typo}")
    said, mended = posts(incident, FACEBOOK).values()
    assert said == mended


def test_the_posts_of_a_maintenance_name_its_times_with_their_zone_and_differ() -> None:
    incident = make_incident(
        """\
title: Database upgrade
type: maintenance
window: {start: 2026-11-24 22:00, end: 2026-11-24 23:30}
updates:
  - {at: 2026-11-20 10:00, message: We upgrade the database.}
  - {at: 2026-11-20 11:00, message: Nothing will be down.}
""",
        "2026-11-20-database",
        SETTINGS,
    )
    page = "https://status.example.com/incidents/2026-11-20-database.html"
    when = "24 Nov 2026, 22:00–23:30 UTC."
    assert texts(incident) == [
        f"Maintenance: Database upgrade. {when} We upgrade the database.\n"
        f"Update 1 · 10:00 UTC {page}?u=20261120T1000Z#u-20261120T1000Z",
        "Update: Database upgrade. Nothing will be down.\nUpdate 2 · 11:00 UTC",
        f"Maintenance: Database upgrade. {when}\n{page}?u=reminder-24h#u-20261120T1000Z",
        f"Starts at 22:00 UTC: Database upgrade. {when}\n{page}?u=reminder-1h#u-20261120T1000Z",
        f"In progress: Database upgrade. {when}\n{page}?u=reminder-start#u-20261120T1000Z",
        f"Running longer than planned: Database upgrade. {when}\n{page}?u=reminder-end#u-20261120T1000Z",
    ]


def test_times_are_those_of_the_sites_zone() -> None:
    settings = make_settings()
    zone = make_settings().site.zone
    warsaw = msgspec.structs.replace(settings.site, zone=type(zone)("Europe/Warsaw"))
    [text] = texts(story(BEGIN), TWITTER, msgspec.structs.replace(settings, site=warsaw))
    assert "Update 1 · 04:00 CET " in text


@pytest.mark.parametrize(
    ("policy", "linked"),
    [
        ("every", ["first", "change", "end", "postmortem"]),
        ("first-and-last", ["first", "end", "postmortem"]),
        ("first", ["first", "postmortem"]),
        ("never", []),
    ],
)
def test_a_channel_links_where_it_is_set_to(policy: str, linked: list[str]) -> None:
    incident = with_account(story(BEGIN, CAUSE, END), "26 10:00")
    due, drafts = announce((incident,), LATER), posts(incident, linking(policy)).values()
    with_link = [one.stage.value for one, draft in zip(due, drafts, strict=True) if draft.link]
    assert with_link == linked
    assert all(draft.link in draft.text and "https" in draft.text for draft in drafts if draft.link)
    assert not any("https" in draft.text for draft in drafts if not draft.link)


def test_mails_always_link() -> None:
    drafts = posts(story(BEGIN, CAUSE), msgspec.structs.replace(EMAIL, link="never")).values()
    assert all(draft.link and draft.text.endswith(draft.link) for draft in drafts)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("social: For all", {"twitter": "For all", "facebook": "For all", "email": "Long"}),
        ("social: For all, twitter: For X", {"twitter": "For X", "facebook": "For all", "email": "Long"}),
        ("social: For all, email: For mail", {"twitter": "For all", "facebook": "For all", "email": "For mail"}),
        ("twitter-pl: {pl: Po polsku}", {"twitter-pl": "Po polsku", "twitter": "Long"}),
        ("twitter: {pl: Po polsku}", {"twitter-pl": "Po polsku", "twitter": "Long"}),
        ("social: {en: One, pl: Jeden}", {"twitter-pl": "Jeden", "twitter": "One"}),
        ("social: English only", {"twitter-pl": "Long", "twitter": "English only"}),
        ("social: false, twitter: For X", {"twitter": "For X"}),
    ],
)
def test_a_channel_says_the_words_that_are_meant_for_it(words: str, said: dict[str, str]) -> None:
    incident = story(f"at: 2026-11-23 03:00, message: Long, {words}")
    for name, expected in said.items():
        [text] = texts(incident, CHANNELS[name])
        assert f"{expected}\n" in text, name


def test_a_channel_of_another_language_says_what_there_is_in_its_language() -> None:
    incident = story("at: 2026-11-23 03:00, message: {en: Failing., pl: Awaria.}", CAUSE)
    titled = msgspec.structs.replace(incident, title=Text({"en": "Orders", "pl": "Zamówienia"}))
    first, change = texts(titled, POLISH)
    assert first.startswith("Zamówienia. Awaria.\n")
    assert "https://status.example.com/pl/incidents/2026-11-23-orders.html?u=" in first
    assert "Zamówienia. A certificate expired.\n" in change


def test_markdown_is_said_as_a_person_would_have_typed_it() -> None:
    incident = story('at: 2026-11-23 03:00, message: "**Most** payments:\\n\\n- cards\\n- `wallets`"')
    assert texts(incident)[0].startswith("Orders fail at checkout. Most payments: - cards - wallets\n")
    assert texts(incident, EMAIL)[0].startswith("Orders fail at checkout.\n\nMost payments:\n\n- cards\n- wallets\n\n")


def test_a_site_without_an_address_links_nothing() -> None:
    nowhere = msgspec.structs.replace(SETTINGS, site=msgspec.structs.replace(SETTINGS.site, url=""))
    assert posts(story(BEGIN), TWITTER, nowhere)["20261123T0300Z", Saying.POST].link == ""


def test_no_two_posts_of_an_incident_share_an_address_or_their_words() -> None:
    incident = with_account(
        story(BEGIN + ", retracted: A drill", CAUSE, CAUSE.replace("03:20", "03:25"), END), "26 10:00"
    )
    drafts = posts(incident, linking("every")).values()
    assert len({draft.link for draft in drafts}) == len({draft.text for draft in drafts}) == 6


def test_a_title_that_ends_a_sentence_gets_no_second_mark() -> None:
    for title, head in (("Is it down?", "Is it down? Card"), ("It is down.", "It is down. Card")):
        incident = msgspec.structs.replace(story(BEGIN), title=Text({"en": title}))
        assert texts(incident)[0].startswith(head)


def test_a_first_word_can_be_said_of_any_update() -> None:
    incident = story(BEGIN, CAUSE, more="workaround: Pay by bank transfer.")
    change = announce((incident,), at("04:00"))[1]
    first: Announcement = msgspec.structs.replace(change, stage=Stage.FIRST)
    draft = compose(first, TWITTER, TRAITS["twitter"], SETTINGS)
    assert draft.text.startswith("Orders fail at checkout. A certificate expired. What you can do now: Pay by")
    assert "Update 2 · 03:20 UTC https" in draft.text
