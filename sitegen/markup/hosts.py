"""Names of hosts as browsers ask for them, and words of a text that people would take for one."""

import re
import unicodedata

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\Z")
_IPV6 = re.compile(r"[0-9a-f:.]*:[0-9a-f:.]*\Z")
_URL = re.compile(r"(?::|\A)//([^/?#]+)")
_IPV4 = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?\Z")
_HOST = re.compile(r"(?:[^\W_](?:[\w-]*\w)?\.)+(xn--[\w-]+|[^\W\d_]{2,})\.?(?::\d+)?\Z", re.IGNORECASE)
_SURROUNDING = "()[]{}<>«»\"'“”„‘’,.;:!?*_…"
# "Node.js" and "config.yaml" look like hosts; none of these endings is a top-level domain.
_FILES = """
    js ts jsx tsx json yaml yml toml html htm css txt pdf png jpg jpeg gif svg webp avif csv xml log conf cfg ini
    sql exe gz tar doc docx xls xlsx ppt pptx odt java php go env lock pem crt
"""
_FILE_ENDINGS = frozenset(_FILES.split())


def ascii_host(host: str) -> str:
    """The host in lower case, in punycode where it is not ASCII; "" if it can't be one."""
    host = unicodedata.normalize("NFKC", host.lower()).replace("。", ".").removesuffix(".")
    if _IPV6.match(host):
        return f"[{host}]"
    labels = [_ascii_label(label) for label in host.split(".")]
    return ".".join(labels) if all(_LABEL.match(label) for label in labels) else ""


def _ascii_label(label: str) -> str:
    if label.isascii():
        return label
    if not all(character == "-" or unicodedata.category(character)[0] in "LMN" for character in label):
        return ""
    # The stdlib's "idna" codec is the older standard: it turns ß into ss, which is another host today.
    return "xn--" + label.encode("punycode").decode("ascii")


def named_hosts(text: str) -> tuple[str, ...]:
    """The hosts that words of the text name, as URL, host or e-mail address, in ASCII, without a leading "www."."""
    if "." not in text and "//" not in text and text.isascii():
        return ()
    return tuple(host for word in text.split() if (host := _named_host(word)) is not None)


def _named_host(word: str) -> str | None:
    word = unicodedata.normalize("NFKC", word).replace("。", ".").strip(_SURROUNDING)
    url = _URL.search(word)
    authority = url.group(1) if url else re.split(r"[/?#]", word, maxsplit=1)[0]
    authority = authority.rpartition("@")[2]
    host = _HOST.match(authority)
    is_host = bool(host and host.group(1).lower() not in _FILE_ENDINGS) or bool(_IPV4.match(authority))
    if not url and not is_host:
        return None
    return ascii_host(re.sub(r":\d*\Z", "", authority)).removeprefix("www.")
