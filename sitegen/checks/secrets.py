"""Keys, tokens and passwords that slipped into a text: found, never repeated."""

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from math import log2

import msgspec

from sitegen.checks.rule import Context, Finding
from sitegen.checks.texts import reword, texts
from sitegen.model import Incident


class Secret(msgspec.Struct, frozen=True):
    """A place in a text, `start` to `end`, that looks like a secret; `kind` names what, with its article."""

    start: int
    end: int
    kind: str


_LEAST_TOKEN = 20
# The published forms, each at least _LEAST_TOKEN long.
_FORMS: tuple[tuple[str, str], ...] = (
    ("an AWS access key", r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])"),
    ("a GitHub token", r"gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255}"),
    ("a GitLab token", r"gl(?:pat|ptt|dt|rt|cbt)-[\w-]{20,255}"),
    ("a Slack token", r"xox[abeoprs]-[A-Za-z0-9-]{15,255}"),
    ("a Stripe key", r"(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,255}|whsec_[A-Za-z0-9+/=]{24,255}"),
    ("a Google key", r"AIza[\w-]{35}(?![\w-])|GOCSPX-[\w-]{28}|ya29\.[\w-]{20,1000}"),
    ("a SendGrid key", r"SG\.[\w-]{22}\.[\w-]{43}"),
    ("a package index token", r"npm_[A-Za-z0-9]{36}|pypi-[\w-]{50,1000}"),
    ("a Telegram bot token", r"\d{8,10}:AA[\w-]{33}(?![\w-])"),
    ("a Vault token", r"hv[sb]\.[\w-]{24,255}"),
    ("a DigitalOcean token", r"do[opr]_v1_[a-f0-9]{64}"),
    ("a JSON web token", r"eyJ[\w-]{10,2000}\.eyJ[\w-]{2,4000}\.[\w-]{10,2000}"),
)
# A form begins where no word goes on: each stretch of text is looked at once, whatever it is made of.
_TOKEN = re.compile(
    r"(?<![\w.-])(?:" + "|".join(f"(?P<f{number}>{form})" for number, (_, form) in enumerate(_FORMS)) + ")", re.ASCII
)
_HOOK = re.compile(
    r"https://(?:hooks\.slack\.com/(?:services|workflows)|discord(?:app)?\.com/api/webhooks)/[\w/-]{20,300}", re.ASCII
)
_PEM = re.compile(r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----")
_PEM_END = re.compile(r"-----END [A-Z0-9 ]{1,80}-----")
_LOGIN_URL = re.compile(
    r"(?<![a-zA-Z0-9+.-])[a-zA-Z][a-zA-Z0-9+.-]{1,20}+://[^\s/?#@:<>]{0,100}+:(?P<value>[^\s/?#@<>]{1,200}+)@"
)
_NAMED = (
    r"(?<![^\W_])(?:pass(?:word|wd|phrase)|pwd|secret|token|api[_-]?key|access[_-]?key|account[_-]?key|secret[_-]?key"
    r"|private[_-]?key|client[_-]?secret|auth[_-]?token|hasło|haslo)[\"'`]?"
)
_NAME_STEMS = ("pass", "pwd", "secret", "token", "key", "hasło", "haslo")
_ASSIGNED = re.compile(_NAMED + r"[ \t]{0,4}=[ \t]{0,4}[\"'`]?(?P<value>[^\s\"'`&;,<>|()]{4,300})", re.IGNORECASE)
# After a colon stands prose as often as a value: it must end its line, and be no word.
_SAID = re.compile(
    _NAMED + r"[ \t]{0,4}:[ \t]{0,4}[\"'`]?(?P<value>[^\s\"'`<>]{6,300})[\"'`]?[.,;]?[ \t]*+$",
    re.IGNORECASE | re.MULTILINE,
)
_HEADER = re.compile(
    r"\bAuthorization[ \t]{0,4}[:=][ \t]{0,4}(?:Bearer|Basic|Token)[ \t]{1,4}(?P<value>[\w.~+/=-]{8,4000})",
    re.ASCII | re.IGNORECASE,
)
# In prose the word stands alone as well ("bearer authentication"): only what no word looks like counts.
_BEARER = re.compile(r"\bBearer[ \t]{1,4}(?P<value>(?=[a-z.~+/_-]{0,200}[A-Z0-9])[\w.~+/=-]{20,4000})", re.ASCII)
_URL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]{1,20}+://\S++")
_RUN = re.compile(r"(?<![A-Za-z0-9+/=_-])[A-Za-z0-9+/=_-]{32,}+")
# Published on purpose: digests, and the beginnings of public keys in their two common writings.
_PUBLIC = re.compile(r"(?:sha\d{1,3}[-:=]|SHA256:|AAAAB3NzaC1|AAAAC3NzaC1|AAAAE2VjZHNh|MI[GI]\w)", re.IGNORECASE)
_PLAIN_WORD = re.compile(
    r"(?:true|false|none|null|nil|undefined|yes|no|empty|required|optional|missing|invalid|expired)[.!]?", re.IGNORECASE
)
_MASKED = re.compile(
    r"[*xX.•…#_-]+|\[?redacted\]?|\$\{?\w+\}?|\{\{?.*|<.*|%\w+%?|your.*|\*.*\*", re.IGNORECASE | re.DOTALL
)
_LEAST_ENTROPY = 4.2
_LEAST_CHANGES = 0.35


def find_secrets(text: str) -> tuple[Secret, ...]:
    """Every place in the text that looks like a secret, in order and without overlaps.

    Names of commits, digests and UUIDs are none. A text with one is withheld from everything that is published.
    """
    found = sorted(_candidates(text), key=lambda secret: (secret.start, -secret.end))
    kept: list[Secret] = []
    for secret in found:
        if not kept or secret.start >= kept[-1].end:
            kept.append(secret)
    return tuple(kept)


def _candidates(text: str) -> Iterator[Secret]:
    """Cheap signs first: nearly every text has none of them."""
    if max(map(len, text.split()), default=0) >= _LEAST_TOKEN:
        yield from _tokens(text)
        yield from _random_runs(text)
    if "-----BEGIN" in text:
        yield from _private_keys(text)
    if "://" in text:
        yield from (Secret(*hook.span(), "the address of a webhook") for hook in _HOOK.finditer(text))
        yield from _values(_LOGIN_URL, text, "an address with a password")
    lowered = text.lower()
    if any(stem in lowered for stem in _NAME_STEMS):
        yield from _values(_ASSIGNED, text, "a password or key")
        yield from _said_values(text)
    if "authorization" in lowered or "bearer" in lowered:
        yield from _values(_HEADER, text, "an authorization header")
        yield from _values(_BEARER, text, "an authorization header")


def _tokens(text: str) -> Iterator[Secret]:
    for token in _TOKEN.finditer(text):
        assert token.lastgroup is not None, "every alternative is named"
        yield Secret(token.start(), token.end(), _FORMS[int(token.lastgroup[1:])][0])


def _private_keys(text: str) -> Iterator[Secret]:
    end = 0
    while begin := _PEM.search(text, end):
        closing = _PEM_END.search(text, begin.end())
        end = closing.end() if closing else len(text)
        yield Secret(begin.start(), end, "a private key")


def _values(pattern: re.Pattern[str], text: str, kind: str) -> Iterator[Secret]:
    for found in pattern.finditer(text):
        if not _is_harmless(found["value"]):
            yield Secret(found.start(), found.end(), kind)


def _said_values(text: str) -> Iterator[Secret]:
    for found in _SAID.finditer(text):
        value = found["value"]
        mixed = any(letter.isdigit() for letter in value) and any(letter.isalpha() for letter in value)
        if mixed and "://" not in value and not _is_harmless(value):
            yield Secret(found.start(), found.end(), "a password or key")


def _is_harmless(value: str) -> bool:
    return (_PLAIN_WORD.fullmatch(value) or _MASKED.fullmatch(value)) is not None


def _random_runs(text: str) -> Iterator[Secret]:
    """Long runs that only a machine writes, outside of addresses, whose parts are often random and public."""
    for run in _RUN.finditer(_URL.sub(lambda url: " " * len(url[0]), text)):
        if _looks_random(run[0]) and not _PUBLIC.match(run[0]):
            yield Secret(run.start(), run.end(), "a long random string")


def _looks_random(run: str) -> bool:
    """Whether small letters, capitals and digits are all there, often alternate and hardly repeat.

    Hexadecimal (commits, digests, UUIDs), slugs and names in camel case are none of this.
    """
    sorts = [_sort(character) for character in run]
    if not {"small", "capital", "digit"} <= set(sorts):
        return False
    changes = sum(before != after for before, after in itertools.pairwise(sorts))
    shares = [count / len(run) for count in Counter(run).values()]
    entropy = -sum(share * log2(share) for share in shares)
    return changes >= _LEAST_CHANGES * len(run) and entropy >= _LEAST_ENTROPY


def _sort(character: str) -> str:
    if character.isdigit():
        return "digit"
    if character.isalpha():
        return "capital" if character.isupper() else "small"
    return "other"


def look_for_secrets(incident: Incident, context: Context) -> Iterable[Finding]:
    """Secrets in any text, each kind once; the message says what and where, never the secret itself."""
    hint = "Replace it, and revoke the key: it stands in the history of git from now on."
    for placed in texts(incident):
        first = {secret.kind: secret.start for secret in reversed(find_secrets(placed.text))}
        for kind, start in sorted(first.items(), key=lambda found: found[1]):
            line = placed.text.count("\n", 0, start) + 1
            what = f"The {placed.name} seems to hold {kind}, in its line {line}; it is withheld."
            yield Finding(placed.where, what, hint)
    for alias in incident.aliases:
        if found := find_secrets(alias):
            yield Finding(incident.where, f"An alias seems to hold {found[0].kind}; it is withheld.", hint)


def withhold(incident: Incident, note: str) -> Incident:
    """The incident with `note` in place of every text that holds a secret, and without addresses that do."""
    hidden = any(find_secrets(placed.text) for placed in texts(incident))
    safe = reword(incident, lambda text: note if find_secrets(text) else text) if hidden else incident
    aliases = tuple(alias for alias in incident.aliases if not find_secrets(alias))
    return safe if aliases == incident.aliases else msgspec.structs.replace(safe, aliases=aliases)


def redact(text: str) -> str:
    """The text, a message for example that quotes what somebody wrote, with every secret in it blotted out."""
    for secret in reversed(find_secrets(text)):
        text = f"{text[: secret.start]}[withheld]{text[secret.end :]}"
    return text
