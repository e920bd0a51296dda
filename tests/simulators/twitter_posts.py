"""Posts on X: what becomes of a text that is posted, and how the interface shows it."""

import html
import unicodedata
from datetime import datetime

import msgspec
from twitter_text import extract_urls_with_indices

from tests.simulators.twitter_requests import Draft


class _Link(msgspec.Struct, frozen=True, omit_defaults=True):
    url: str
    expanded_url: str
    start: int
    end: int
    media_key: str = ""


class XPost(msgspec.Struct, frozen=True, kw_only=True):
    """One post: `written` is what people see of its words, `text` what the interface shows with its `links`."""

    id: str
    written: str
    text: str
    links: tuple[_Link, ...]
    at: datetime
    reply_to: str = ""
    media: tuple[str, ...] = ()


def write(draft: Draft, remote_id: str, at: datetime, account: str) -> XPost:
    """The post that a draft becomes, of this account at this moment (UTC)."""
    written = unicodedata.normalize("NFC", draft.text)
    text, links = _shorten(written, remote_id[-6:])
    if draft.media:
        short, start = f"https://t.co/{remote_id[-6:]}{len(links):04}", len(text) + 1
        address = f"https://x.com/{account}/status/{remote_id}/photo/1"
        links += tuple(_Link(short, address, start, start + len(short), f"3_{media}") for media in draft.media)
        text = f"{text} {short}"
    return XPost(
        id=remote_id, written=written, text=text, links=links, at=at, reply_to=draft.reply_to, media=draft.media
    )


def present(post: XPost, fields: set[str]) -> dict[str, object]:
    """The post as the interface shows it, with the further fields that are asked for."""
    content: dict[str, object] = {"id": post.id, "text": post.text, "edit_history_tweet_ids": [post.id]}
    if "created_at" in fields:
        content["created_at"] = f"{post.at:%Y-%m-%dT%H:%M:%S}.000Z"
    if "entities" in fields and post.links:
        content["entities"] = {"urls": [msgspec.to_builtins(link) for link in post.links]}
    return content


def _shorten(text: str, name: str) -> tuple[str, tuple[_Link, ...]]:
    shown, end, links = "", 0, []
    for number, found in enumerate(extract_urls_with_indices(text)):
        start, stop = found["indices"]
        shown += html.escape(text[end:start], quote=False)
        address = found["url"] if "://" in found["url"] else f"http://{found['url']}"
        short = f"https://t.co/{name}{number:04}"
        links.append(_Link(short, address, len(shown), len(shown) + len(short)))
        shown, end = shown + short, stop
    return shown + html.escape(text[end:], quote=False), tuple(links)
