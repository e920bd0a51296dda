"""Other words for channels say the same facts, and texts keep personal data to themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.checks.facts import find_clocks, find_numbers
from sitegen.checks.privacy import find_personal_data
from sitegen.problems import Severity
from tests.unit.checking import SETTINGS, problems, saying, settings

MESSAGE = "Since 03:02 UTC 40 % of 1,200 card payments fail. Two banks are hit. The Payments API works."


@pytest.mark.parametrize(
    ("social", "strange"),
    [
        ("50 % of card payments fail.", "`50`"),
        ("Card payments fail since 3:12.", "`3:12`"),
        ("Card payments fail since 4 pm.", "`4 pm`"),
        ("Card payments are resolved.", "`resolved`"),
        ("We see a partial outage.", "`partial outage`"),
        ("git.example-pay.eu is down.", "`git.example-pay.eu`"),
        ("3 banks are hit.", "`3`"),
    ],
)
def test_a_fact_that_the_message_lacks_is_an_error(social: str, strange: str) -> None:
    (problem,) = problems(saying(MESSAGE, social=social), "other-facts")
    assert strange in problem.what
    assert problem.severity is Severity.ERROR
    (problem,) = problems(saying(MESSAGE, twitter=social), "other-facts")
    assert strange in problem.what


@pytest.mark.parametrize(
    "social",
    [
        "Card payments fail.",
        "40% of 1200 card payments fail since 3:02 am, at 2 banks.",
        "Of 1 200 payments 40.0 % fail.".replace("40.0", "40"),
        "The Payments API works, Checkout has a major outage. We are investigating.",
        "It is not resolved yet. More once it is resolved.",
        "Payments at our website. See https://example.com/2031/7?x=9.",
        "false",
    ],
)
def test_the_same_facts_in_other_words_pass(social: str) -> None:
    assert problems(saying(MESSAGE, social=social), "other-facts") == []


def test_what_the_update_says_in_its_fields_counts_as_said() -> None:
    text = saying(
        "Card payments fail.", eta="04:30", next_update_by="04:00", social="Next word at 04:00, fixed by 04:30."
    )
    assert problems(text, "other-facts") == []
    assert problems(text.replace("by 04:30.", "on 23.11.2026 by 04:31."), "other-facts") != []


def test_title_and_workaround_count_as_said() -> None:
    text = saying("They fail.", social="7 of 9 fail.").replace(
        "Card payments fail", "7 banks\nworkaround: Try the 9 others"
    )
    assert problems(text, "other-facts") == []


def test_a_status_that_was_true_before_counts_as_said() -> None:
    text = saying("Cause found.", status="identified")
    later = "  - {at: 03:40, status: monitoring, message: Payments work., social: Identified and repaired.}\n"
    assert problems(text + later, "other-facts") == []
    assert problems(text + later.replace("Identified", "Resolved"), "other-facts") != []


def test_each_language_is_compared_with_its_own_message() -> None:
    text = saying("-", social="{en: 40 fail., pl: Nie działa 50.}").replace(
        "message: |\n      -", "message: {en: 40 payments fail., pl: Nie działa 40 płatności.}"
    )
    (problem,) = problems(text, "other-facts")
    assert "`50`" in problem.what
    assert "social text (pl)" in problem.what


@given(st.integers(0, 10**9))
def test_numbers_are_equal_however_they_are_grouped(number: int) -> None:
    written = {f"{number}", f"{number:,}", f"{number:,}".replace(",", " "), f"{number:,}".replace(",", ".")}
    assert {find_numbers(one) for one in written} == {frozenset({str(number)})}


@given(st.integers(0, 23), st.integers(0, 59))
def test_times_are_equal_on_both_kinds_of_clock(hour: int, minute: int) -> None:
    half = f"{hour % 12 or 12}:{minute:02} {'am' if hour < 12 else 'p.m.'}"
    assert find_clocks(half) == find_clocks(f"{hour}:{minute:02}") == find_clocks(f"{hour:02}:{minute:02}:00")


PERSONAL = {
    "an e-mail address": "Ask jane.doe+1@mail-host.pl.",
    "a telephone number": "Call +48 22 123 45 67 now.",
    "a card number": "Card 4111 1111 1111 1111 was charged.",
    "a bank account number": "Pay to PL61 1090 1014 0000 0712 1981 2874.",
    "a public IP address": "From 45.56.100.217.",
}


@pytest.mark.parametrize(("sort", "text"), PERSONAL.items(), ids=PERSONAL)
def test_personal_data_is_named_by_its_sort_and_not_repeated(sort: str, text: str) -> None:
    (problem,) = problems(saying(text), "personal-data")
    assert sort in problem.what
    assert not any(word in problem.what for word in text.split() if any(map(str.isdigit, word)))
    assert problem.severity is Severity.WARNING


@pytest.mark.parametrize(
    "text",
    [
        "tel. 22 123 45 67",
        "Call (555) 123-4567",
        "IBAN DE89370400440532013000",
        "amex 378282246310005",
        "from 2a00:1450:4001:81b::200e",
    ],
)
def test_other_ways_to_write_personal_data_are_seen(text: str) -> None:
    assert len(list(find_personal_data(text))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Write to help@example-pay.eu or status@lists.example-pay.eu, security@partner.de, ana@example.com.",
        "git@code.partner.de:acme/status and @ana@social.partner.de",
        "10.0.0.1, 192.168.1.1, 127.0.0.1, 192.0.2.7, 203.0.113.9, 8.8.8.8, 2001:db8::1, fe80::1, ::1",
        "version 12.0.6099.1 and v1.2.3.4 and 1.2.3.4.5 and 999.1.1.1",
        "2026-11-23 03:09:12+01:00, 03:09:12, std::string, 00:1b:44:11:3a:b7",
        "4111 1111 1111 1112, 1763870940000, 0000000000000000, 1,200,000,000,000",
        "PL61 1090 1014 0000 0712 1981 2875 and AB12 CD34 EF56 GH78",
        "Error 555-1234, 1200+300, request 123e4567-e89b-42d3-a456-426614174000",
        "https://example.com/user/4111111111111111?ip=45.56.100.217",
    ],
)
def test_what_is_nobodys_passes(text: str) -> None:
    assert problems(saying(text), "personal-data", settings(SETTINGS)) == []
