"""Reads back what stands on a channel, and compares it with what was said there and what the files say."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping

from sitegen.channel import Client, Guarantee, Rejected, RetryLater, Traits, Unclear
from sitegen.mirror.fates import Fate, Standing
from sitegen.mirror.finding import AGAIN, Finding, Rule, end, note, quote
from sitegen.model import Delivery

MOST_FAILURES = 2
"""After so many posts in a row that could not be looked at, the platform is left alone."""

_HELD = (Fate.TOLD, Fate.RETRACTED)
_GONE = {
    Fate.ENTRY_GONE: (
        Rule.ENTRY_GONE,
        "Its file is gone, and posts of it stand: {count} ({urls}).",
        "Put the file back and mark its updates `retracted: why`, or delete the posts by hand.",
    ),
    Fate.DRAFT: (
        Rule.ENTRY_GONE,
        "It is a draft now, and posts of it stand: {count} ({urls}).",
        "Remove `draft` and mark its updates `retracted: why`, or delete the posts by hand.",
    ),
    Fate.UNREAD: (
        Rule.UNSEEN,
        "Its file can't be read, so nobody knows whether its posts hold: {count} ({urls}).",
        "`sitegen check` says what is wrong with the file.",
    ),
}


class ReadBack:
    """What one channel shows; `client` None where it can't be asked, `count` is how many posts were read."""

    def __init__(self, where: str, client: Client | None, traits: Traits, most: int) -> None:
        self.where, self.client, self.traits, self.most = where, client, traits, most
        self.findings: list[Finding] = []
        self.count = 0

    def compare(self, posts: tuple[Standing, ...]) -> tuple[Finding, ...]:
        """Every difference of the posts that should stand there, newest first; reads at most so many of them."""
        self._check_posts(posts, self._read(posts))
        return tuple(self.findings)

    def _tell(self, rule: Rule, what: str, hint: str = "", entry: Delivery | None = None, **more: str) -> None:
        self.findings.append(note(self.where, rule, what, hint, entry, **more))

    def _read(self, posts: tuple[Standing, ...]) -> Mapping[str, str | None]:
        """What the platform shows of the posts by remote id, None where it is gone; without what it did not tell."""
        if self.traits.guarantee is not Guarantee.READ_BACK:
            self._tell(Rule.NOT_READ, "What arrived here can't be read back, so it is not compared.")
            return {}
        # First those whose entry or update is gone: whether they stand decides whether anything is wrong.
        order = sorted(posts, key=lambda one: one.fate in _HELD)
        if len(order) > self.most:
            left = order[self.most :]
            what = f"Older posts that were not read back: {len(left)}, the newest of {left[0].words.since:%Y-%m-%d}."
            self._tell(Rule.NOT_READ, what, "`--most N` reads more.")
        if self.client is None:
            if order:
                what = f"Posts that could not be looked at: {len(order)}."
                self._tell(Rule.UNSEEN, what, "Mend the above, and try again.")
            return {}
        return dict(self._read_each(order[: self.most], self.client))

    def _read_each(self, posts: list[Standing], client: Client) -> Iterator[tuple[str, str | None]]:
        failures = 0
        for number, post in enumerate(posts):
            try:
                shown = client.read(post.made.remote_id)
            except (Rejected, RetryLater, Unclear) as error:
                failures += 1
                self._tell(Rule.UNSEEN, f"The post could not be looked at: {end(error.reason)}", entry=post.made)
                if failures == MOST_FAILURES and (left := len(posts) - number - 1):
                    self._tell(Rule.UNSEEN, f"Further posts that were not looked at for that: {left}.", AGAIN)
                    return
                continue
            failures, self.count = 0, self.count + 1
            yield post.made.remote_id, shown

    def _check_posts(self, posts: tuple[Standing, ...], shown: Mapping[str, str | None]) -> None:
        gone: dict[tuple[Fate, str], list[Delivery]] = defaultdict(list)
        for post in posts:
            made, text = post.made, shown.get(post.made.remote_id, post.words.text)
            if post.fate in _GONE and text is not None:
                gone[post.fate, made.incident].append(made)
            elif post.fate is Fate.UPDATE_GONE and text is not None:
                hint = "Put it back and add `retracted: why`, or delete the post by hand."
                self._tell(
                    Rule.UPDATE_GONE, "It is gone from the files, and its post stands.", hint, post.words, url=made.url
                )
            elif post.fate in _HELD:
                self._check_words(post, text)
        for (fate, incident), entries in gone.items():
            rule, what, hint = _GONE[fate]
            urls = ", ".join(one.url or one.remote_id for one in entries)
            self._tell(rule, what.format(count=len(entries), urls=urls), hint, incident=incident)

    def _check_words(self, post: Standing, text: str | None) -> None:
        if text is None and post.fate is not Fate.RETRACTED:
            what = "The post is gone from the platform, and the page still has what it said."
            hint = "If it was wrong, mark the update `retracted: why`; else say it again with a further update."
            self._tell(Rule.DELETED, what, hint, post.made)
        elif text is not None and (change := _find_change(post.words.text, text)) and not _is_any(text, post.perhaps):
            what = f"The post shows {quote(change[1])} where {quote(change[0])} was sent."
            hint = "Somebody changed it by hand: put the words back, and say what has changed with a further update."
            self._tell(Rule.EDITED, what, hint, post.words, url=post.made.url)


def _find_change(sent: str, shown: str) -> tuple[str, str] | None:
    """Where two texts part, to a reader's eyes; None where they don't."""
    before, after = _fold(sent), _fold(shown)
    if before == after:
        return None
    same = next((place for place, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), None)
    start = before.rfind(" ", 0, same) + 1
    return before[start:], after[start:]


def _is_any(shown: str, texts: tuple[str, ...]) -> bool:
    return any(_find_change(text, shown) is None for text in texts)


def _fold(text: str) -> str:
    # Platforms fold whitespace, compose letters, and drop characters that nobody sees.
    visible = (letter for letter in unicodedata.normalize("NFC", text) if unicodedata.category(letter) != "Cf")
    return " ".join("".join(visible).split())
