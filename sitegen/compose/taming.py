"""Takes from a text whatever a platform would make more of than words: links, mentions, hashtags, cashtags."""

import re
import unicodedata

_BREAK = "\u200b"  # it takes no room and ends every such word; X counts it as one character
_ASIDE = re.compile(r"\s*\(https?://[^\s()]*\)", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://([^\s/?#()<>\"]+)[^\s()<>\"]*", re.IGNORECASE)
# Platforms differ in what may stand before and after a sign, so none is left whole but the keycaps "#️⃣".
_MENTION_OR_TAG = re.compile("([@#＠＃﹫﹟])(?=\\S)(?!\ufe0f?\u20e3)")
_CASHTAG = re.compile(r"([$＄﹩])(?=[^\W\d_])")
# All top-level domains begin with a letter and are longer than one; "1.5" and "e.g." stay.
_HOST_DOT = re.compile(r"(?<=\S)\.(?=[^\W\d_](?:\w|[^\x00-\x7f\s]))")


def tame(text: str) -> str:
    """The text as it looks, composed (NFC), with addresses cut down to their hosts; no platform links any of it."""
    text = _ASIDE.sub("", unicodedata.normalize("NFC", text))
    text = _ADDRESS.sub(_name_host, text)
    text = _MENTION_OR_TAG.sub(rf"\1{_BREAK}", text)
    return _HOST_DOT.sub(f".{_BREAK}", _CASHTAG.sub(rf"\1{_BREAK}", text))


def _name_host(address: re.Match[str]) -> str:
    """The host, and the marks that belong to the sentence around it."""
    whole = address[0]
    return address[1].rpartition("@")[2].rstrip(".,;:!?") + whole[len(whole.rstrip(".,;:!?")) :]
