"""Personal data that slipped into a text: addresses, telephone, card and account numbers."""

import ipaddress
import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from sitegen.checks.rule import Context, Finding
from sitegen.checks.texts import texts
from sitegen.model import Incident, Settings

_EMAIL = re.compile(
    r"(?<![\w.+%/@~-])[a-z0-9_][\w.+%-]{0,63}+@((?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24})(?![\w-])",
    re.IGNORECASE | re.ASCII,
)
# Nobody's own mailbox.
_ROLES = re.compile(
    r"abuse|admin|billing|contact|git|hello|help(?:desk)?|hostmaster|info|kontakt|mail|no-?reply|office|postmaster|press|privacy"
    r"|sales|security|service|status|support|team|webmaster"
)
_EXAMPLE_HOSTS = re.compile(r"(?:.*\.)?(?:example(?:\.(?:com|org|net))?|test|invalid|localhost)\Z", re.IGNORECASE)
_TELEPHONE = re.compile(
    r"(?<![\w+:.,/-])(?:\+[1-9](?:[ ().-]{0,2}\d){8,13}|\(\d{3}\) ?\d{3}-\d{4}|\d{3}-\d{3}-\d{4}"
    r"|(?i:tel|phone|telefon|telefonu|mobile)[.:]{0,2} {0,2}(?:\d[ -]{0,1}){6,11}\d)(?![\w-])"
)
_CARD = re.compile(r"(?<![\w+.,:/#=-])(?:\d[ -]?){12,18}\d(?![\w-])")
_ISSUERS = re.compile(
    r"4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}"
    r"|6(?:011|5\d\d|4[4-9]\d)\d{12}"
)
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}", re.ASCII)
# Registered lengths by country (ISO 13616).
_IBAN_COUNTRIES = """
    NO15 BE16 DK18 FI18 NL18 MK19 SI19 AT20 BA20 EE20 LT20 LU20 CH21 HR21 LI21 LV21 BG22 DE22 GB22 GE22 IE22 ME22
    RS22 VA22 AE23 GI23 IL23 AD24 CZ24 ES24 MD24 PK24 RO24 SA24 SE24 SK24 TN24 PT25 IS26 TR26 FR27 GR27 IT27 MC27
    SM27 AL28 AZ28 BY28 CY28 HU28 LB28 PL28 BR29 UA29 MT31
"""
_IBAN_LENGTHS = {entry[:2]: int(entry[2:]) for entry in _IBAN_COUNTRIES.split()}
_IPV4 = re.compile(r"(?<![\w.])(?<!version )(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)")
_IPV6 = re.compile(r"(?<![\w:.])[0-9a-fA-F]{1,4}:[0-9a-fA-F:.]{2,41}[0-9a-fA-F:](?![\w:])")
_GLOBAL_IPV6 = ipaddress.IPv6Network("2000::/3")
_DOCUMENTATION = tuple(
    ipaddress.ip_network(net)
    for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20")
)
_RESOLVERS = frozenset({"1.1.1.1", "1.0.0.1", "8.8.8.8", "8.8.4.4", "9.9.9.9"})
_URL = re.compile(r"(?<![a-zA-Z])[a-zA-Z]{2,10}://[^\s<>]++")


def look_for_personal_data(incident: Incident, context: Context) -> Iterable[Finding]:
    """What belongs to a person; the message names the sort, not the words: it is read in public logs."""
    own = _own_hosts(context.settings)
    for placed in texts(incident):
        for sort in dict.fromkeys(find_personal_data(placed.text, own)):
            hint = "Take it out, unless it is meant for everybody to read."
            yield Finding(placed.where, f"The {placed.name} seems to hold {sort}.", hint)


def _own_hosts(settings: Settings) -> frozenset[str]:
    """The hosts of the site's own addresses, and the domain of each."""
    site = settings.site
    hosts = [urlsplit(address).hostname or "" for address in (site.url, site.support, site.subscribe, site.source)]
    hosts += [address.rpartition("@")[2] for address in (site.support, site.subscribe) if "@" in address]
    hosts += [channel.account.rpartition("@")[2] for channel in settings.channels if "@" in channel.account]
    return frozenset(host.casefold() for host in hosts if host)


def find_personal_data(text: str, own_hosts: frozenset[str] = frozenset()) -> Iterator[str]:
    """The sorts of personal data that a text seems to hold, with their articles, one for each place."""
    if "@" in text:
        yield from ("an e-mail address" for email in _EMAIL.finditer(text) if _is_private(email, own_hosts))
    digits = sum(map(text.count, "0123456789"))
    if digits:
        yield from _find_numbers(_URL.sub(" ", text), digits)


def _find_numbers(text: str, digits: int) -> Iterator[str]:
    """Telephone, card and account numbers and network addresses in a text that has so many digits."""
    if digits >= 7:
        yield from ("a telephone number" for _ in _TELEPHONE.finditer(text))
    if digits >= 13:
        yield from ("a card number" for number in _CARD.finditer(text) if _is_card(number[0]))
        yield from ("a bank account number" for number in _IBAN.finditer(text) if _is_iban(number[0]))
    if text.count(".") >= 3:
        yield from ("a public IP address" for address in _IPV4.finditer(text) if _is_public(address[0]))
    if text.count(":") >= 2:
        yield from ("a public IP address" for address in _IPV6.finditer(text) if _is_public(address[0]))


def _is_private(email: re.Match[str], own_hosts: frozenset[str]) -> bool:
    mailbox, domain = email[0].partition("@")[0].casefold(), email[1].casefold()
    is_own = any(host == domain or host.endswith(f".{domain}") or domain.endswith(f".{host}") for host in own_hosts)
    return not (_ROLES.fullmatch(mailbox) or is_own or _EXAMPLE_HOSTS.match(domain))


def _is_card(written: str) -> bool:
    digits = re.sub(r"\D", "", written)
    return _ISSUERS.fullmatch(digits) is not None and len(set(digits)) > 1 and _luhn(digits) == 0


def _luhn(digits: str) -> int:
    """The check sum of ISO/IEC 7812-1: zero where the number is well formed."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(number - 9 if number > 9 else number for number in doubled) % 10


def _is_iban(written: str) -> bool:
    """Whether the number, as far as its country's length goes, leaves 1 when divided by 97 (ISO 13616)."""
    compact = written.replace(" ", "")
    number = compact[: _IBAN_LENGTHS.get(compact[:2], 0)]
    if len(number) < _IBAN_LENGTHS.get(compact[:2], 99):
        return False
    return int("".join(str(int(character, 36)) for character in number[4:] + number[:4])) % 97 == 1


def _is_public(written: str) -> bool:
    try:
        address = ipaddress.ip_address(written.rstrip("."))
    except ValueError:
        return False
    if written in _RESOLVERS or any(address in network for network in _DOCUMENTATION):
        return False
    return address.is_global if address.version == 4 else address in _GLOBAL_IPV6
