"""Where a link may lead, and whether its text tells the truth about it."""

import re
from urllib.parse import urlsplit

import msgspec

from sitegen.markup.characters import has_invisible, without_invisible
from sitegen.markup.hosts import ascii_host, named_hosts
from sitegen.problems import Severity

_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_UNSAFE = re.compile(r"[\s\\\x00-\x20\x7f]")
# What entries and accounts are written in: on a git host such links work, on the site they lead nowhere.
_SOURCES = (".md", ".yaml", ".yml")
_TELEPHONE = re.compile(r"[+0-9().;=a-zA-Z-]+\Z")


class Link(msgspec.Struct, frozen=True):
    """A verdict: `href` as it may stand in the page, None where only text may; `text`, if given, replaces what is seen.

    `what` and `hint` say what is wrong, if anything.
    """

    href: str | None
    text: str | None = None
    what: str = ""
    hint: str = ""
    severity: Severity = Severity.ERROR


class _Target(msgspec.Struct, frozen=True):
    """A checked address: `host` in ASCII ("" for telephones and pages of this site), `shown` is how people read it."""

    href: str
    shown: str
    host: str = ""


class _Refusal(msgspec.Struct, frozen=True):
    """Why there can be no link to an address: `what` completes "The link x ..."."""

    what: str
    hint: str


def judge(href: str, text: str, root: str) -> Link:
    """The verdict on a link with this address and visible text; `root` leads from the page to the root of the site."""
    target = _find_target(href, root)
    if isinstance(target, _Refusal):
        what = f"The link “{without_invisible(href)[:200]}” {target.what}; only its text is shown."
        return Link(None, without_invisible(text) if has_invisible(text) else None, what, target.hint)
    hosts = named_hosts(text)
    if has_invisible(text):
        return _distrust(target, text, "has an invisible character in its text", "Type the text again.")
    if any(host != target.host.removeprefix("www.") for host in hosts):
        hint = "Let the text say what is there, or name the same host."
        return _distrust(target, text, "leads to another place than its text says", hint)
    shown = target.shown if hosts and not text.isascii() else None
    if target.href.startswith("http:"):
        what, hint = f"The link to {target.shown[:200]} is not encrypted.", "Use https:// if that site has it."
        return Link(target.href, shown, what, hint, Severity.WARNING)
    return Link(target.href, shown)


def _distrust(target: _Target, text: str, what: str, hint: str) -> Link:
    shown = f"{without_invisible(text)} ({target.shown})"
    return Link(None, shown, f"The link to {target.shown[:200]} {what}; it is shown as text.", hint)


def _find_target(href: str, root: str) -> _Target | _Refusal:
    if has_invisible(href):
        return _Refusal("has an invisible character in its address", "Type the address again.")
    if _UNSAFE.search(href):
        hint = "Write a space as %20, and use no backslash."
        return _Refusal("has a space, a backslash or a control character in its address", hint)
    scheme = _SCHEME.match(href)
    match scheme.group(1).lower() if scheme else "":
        case "https" | "http" as known:
            return _read_web(known, href)
        case "mailto":
            return _read_mail(href)
        case "tel":
            return _read_telephone(href)
        case "":
            return _read_page(href, root)
        case other:
            hint = "Only https:, http:, mailto:, tel: and pages of this site can be linked."
            return _Refusal(f"has an address that starts with {other}:", hint)


def _read_web(scheme: str, href: str) -> _Target | _Refusal:
    invalid = _Refusal("has an address without a valid host", f"Write it as {scheme}://example.com/page.")
    try:
        parts = urlsplit(href)
        host, port = ascii_host(parts.hostname or ""), parts.port
    except ValueError:
        return invalid
    # Browsers read https:example.com and https:///example.com as addresses too.
    if not host or not href[len(scheme) :].startswith("://"):
        return invalid
    if "@" in parts.netloc:
        return _Refusal("has a user name in its address", "Leave out what stands before the @.")
    rest = href[len(scheme) + len("://") + len(parts.netloc) :]
    url = f"{scheme}://{host}" + (f":{port}" if port is not None else "") + rest
    return _Target(url, url, host)


def _read_mail(href: str) -> _Target | _Refusal:
    address, mark, query = href[len("mailto:") :].partition("?")
    name, _, domain = address.rpartition("@")
    host = ascii_host(domain)
    if not name or not host or "@" in name:
        return _Refusal("has an invalid e-mail address", "Write it as mailto:name@example.com.")
    return _Target(f"mailto:{name}@{host}{mark}{query}", f"{name}@{host}", host)


def _read_telephone(href: str) -> _Target | _Refusal:
    number = href[len("tel:") :]
    if not _TELEPHONE.match(number):
        return _Refusal("has an invalid telephone number", "Write it as tel:+48123456789.")
    return _Target(f"tel:{number}", number)


def _read_page(href: str, root: str) -> _Target | _Refusal:
    path = re.split(r"[?#]", href, maxsplit=1)[0]
    steps = path.split("/")
    if not href or href.startswith("//") or ":" in steps[0] or ".." in steps:
        hint = "Write a whole address with https://, or the path of a page from the root of this site."
        return _Refusal("is neither a whole address nor a page of this site", hint)
    if path.lower().endswith(_SOURCES):
        hint = "Name the page that is made of it, such as incidents/2026-11-23-checkout-payments.html#postmortem."
        return _Refusal("leads to a file that is no page of this site", hint)
    if href.startswith("#"):
        return _Target(href, href)
    page = href.removeprefix("/")
    # From the disk a folder shows its list of files, so the home page is named.
    target = root + (page if path.removeprefix("/") else f"index.html{page}")
    return _Target(target, target)
