"""X's interface, version 2, as far as a channel uses it.

| rule | known from |
|---|---|
| OAuth 1.0a, HMAC-SHA1 over the https URL without its query | documented (RFC 5849, April 2010) |
| a nonce twice, or a timestamp 5 minutes off: 401 | documented (RFC 5849, April 2010); the 5 minutes are guessed |
| errors are `{title, detail, type, status}`; a 400 lists `errors` with `message` | documented (November 2026) |
| the `detail` of a 400 says nothing | seen in issues |
| an unknown field or parameter: 400 | documented (November 2026) |
| the same text again: 403, told from others by `detail` alone | seen in issues |
| the same text again is refused for ever, unless the first was deleted | guessed: no window is documented |
| replies by applications may be refused: 403 (`refuses_replies`) | documented (February 2026); the text is guessed |
| a reply to a post that is gone: 403 | guessed |
| 100 posts in 15 minutes and account: 429, `x-rate-limit-*` | documented (November 2026) |
| posts in 24 hours (`day_limits`): 429, `x-app-limit-24hour-*`, `x-user-limit-24hour-*` | seen in issues |
| a post costs 0.015 $, with a link 0.20 $ | documented (February 2026) |
| without credits: 402 | the status is seen in issues, the body is guessed |
| 280 weighted characters; more: 403 | the weights are documented (configuration 3); the status is guessed |
| more than one cashtag: 403 | documented (November 2026); the status is guessed |
| links, bare host names too, become t.co links, told in `entities.urls` | documented (November 2026) |
| `&`, `<` and `>` are escaped in texts that are read | seen |
| the own timeline: newest first, 5 to 100 a page, `next_token`, no `data` when empty | documented (November 2026) |
| a new post shows up on the timeline after a while (`lag`) | guessed |
| a post that is gone, when read: 200 with `errors` | documented (November 2026) |
| a post that is gone, when deleted: 404 | guessed |
| pictures are uploaded with the same tokens, as a form of `media`, `media_category`, `media_type` | documented (November 2026) |
| an upload as JSON, in base64: 400 | documented as possible; that it is refused is seen in issues, with 403 |
| JPEG, PNG, WebP, GIF; another format: 400 "media type unrecognized", no JSON | documented (November 2026); the words are seen |
| 5 MB; more: 413 with nothing in it | documented (November 2026); the status is seen with version 1.1 |
| an upload gets an `id` that is good for a day | documented (November 2026); the day is seen |
| alternative text of 1,000 characters at most, for an upload that no post shows yet | documented (version 1.1); more: 400 is guessed |
| alternative text costs 0.005 $, an upload nothing | documented (October 2026); the latter is on no price list |
| an `id` that is not good: 400, told by `errors` alone | seen in issues |
| what was uploaded may be refused in a post (`refuses_pictures`), with the same words | documented (November 2026) |
| a picture adds a t.co link to the text, told in `entities.urls` with a `media_key`, free of the 280 | documented (November 2026) |

Lengths and links are measured by the library that the channel measures with: the two can't disagree here, so that
the weights themselves are checked against numbers in the channel's own test.
"""  # noqa: E501 - the lines of a table

import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from twitter_text import extract_urls_with_indices, parse_tweet

from sitegen.model import Channel
from tests.simulators.base import Accepted, Trouble
from tests.simulators.loopback import Answer, HttpSimulator, Request, answer_json
from tests.simulators.oauth1 import Keys, Verifier
from tests.simulators.twitter_pictures import Pictures
from tests.simulators.twitter_posts import XPost, present, write
from tests.simulators.twitter_requests import (
    TIMELINE_PARAMETERS,
    Draft,
    Refusal,
    Window,
    read_body,
    read_draft,
    read_fields,
    read_query,
    read_range,
    read_upload,
    read_words,
)

HOST = "api.twitter.com"
DUPLICATE = "You are not allowed to create a Tweet with duplicate content."


class TwitterSimulator(HttpSimulator):
    """X with one account; the attributes without underscore are switches for tests."""

    kind = "twitter"

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.account, self.user_id = "example_status", "1722000000000000001"
        self.refuses_replies = False
        self.refuses_pictures = False
        self.hides_timeline = False
        self.credits: float | None = None
        self.page_size = 100
        self.quarter_limit = Window("x-rate-limit", 100, timedelta(minutes=15))
        self.day_limits = [Window(f"x-{whose}-limit-24hour", 1000, timedelta(days=1)) for whose in ("app", "user")]
        # Values with characters that URLs and base64 change, so that leaks of every form are noticed.
        self.verifier = Verifier(
            Keys("canaryKey/1+x", "canarySecret/2+y==", f"{self.user_id}-canaryToken3", "canary&4/z")
        )
        self._posts: list[XPost] = []
        self._pictures = Pictures()
        self._count = 0

    def channel(self, account: str = "") -> Channel:
        """Settings of a channel on this platform's (or that other) account, pointing here."""
        return Channel(name="twitter", kind=self.kind, account=account or self.account, api_url=self.url)

    def environment(self) -> Mapping[str, str]:
        """The variables with credentials that this platform takes for `channel()`."""
        keys = self.verifier.keys
        return {
            "SITEGEN_TWITTER_API_KEY": keys.api_key,
            "SITEGEN_TWITTER_API_KEY_SECRET": keys.api_key_secret,
            "SITEGEN_TWITTER_ACCESS_TOKEN": keys.token,
            "SITEGEN_TWITTER_ACCESS_TOKEN_SECRET": keys.token_secret,
        }

    def standing(self) -> Mapping[str, str]:
        """What visitors see now: the texts as they were written, by remote id."""
        return {post.id: post.written for post in self._posts}

    def shown_picture(self, remote_id: str) -> tuple[bytes, str]:
        """The picture that visitors see with a post, and its alternative text; both empty where it has none."""
        (media,) = (post.media for post in self._posts if post.id == remote_id)
        return self._pictures.show(media[0]) if media else (b"", "")

    def publish_by_hand(self, text: str) -> str:
        """A person posts on the same account; the remote id. Not part of `accepted`."""
        with self._lock:
            return self._add(Draft(text), self.clock()).id

    def remove_by_hand(self, remote_id: str) -> None:
        """A person deletes a post on the platform."""
        with self._lock:
            self._posts = [post for post in self._posts if post.id != remote_id]

    def publishes(self, request: Request) -> bool:
        """Whether this is a request that could publish something."""
        return (request.method, request.path) == ("POST", "/2/tweets")

    def refuse(self, trouble: Trouble) -> Answer:
        """X's way of saying RATE_LIMITED, TOKEN_DEAD, FORBIDDEN or INVALID."""
        now = self.clock()
        spent = Window("x-rate-limit", 1, timedelta(minutes=15), [now])
        refusals = {
            Trouble.RATE_LIMITED: (429, "Too Many Requests", "Too Many Requests", spent.headers(now)),
            Trouble.TOKEN_DEAD: (401, "Unauthorized", "Unauthorized"),
            Trouble.FORBIDDEN: (403, "Forbidden", "You are not permitted to perform this action."),
            Trouble.INVALID: (400, "Invalid Request", "One or more parameters to your request was invalid."),
        }
        return Refusal(*refusals[trouble]).answer  # type: ignore[arg-type]

    def answer(self, request: Request, at: datetime) -> Answer:
        """X's answer to a request that takes effect at this moment (UTC)."""
        try:
            if fault := self.verifier.find_fault(request):
                raise Refusal(401, "Unauthorized", f"Unauthorized: {fault}")
            return self._route(request, at)
        except Refusal as refusal:
            return refusal.answer

    def _route(self, request: Request, at: datetime) -> Answer:
        if request.headers["host"] != HOST:
            raise Refusal(404, "Not Found", "there is no such host here")
        match request.method, request.path.split("/")[1:]:
            case "POST", ["2", "tweets"]:
                return self._create(read_body(request), at)
            case "POST", ["2", "media", "upload"]:
                return answer_json(200, {"data": self._pictures.take(read_upload(request), at)})
            case "POST", ["2", "media", "metadata"]:
                return self._describe(*read_words(read_body(request)), at)
            case "DELETE", ["2", "tweets", remote_id]:
                return self._delete(remote_id)
            case "GET", ["2", "tweets", remote_id]:
                return self._show(remote_id, read_query(request, {"tweet.fields"}))
            case "GET", ["2", "users", "me"]:
                read_query(request, set())
                return answer_json(200, {"data": {"id": self.user_id, "name": "Example", "username": self.account}})
            case "GET", ["2", "users", self.user_id, "tweets"]:
                return self._list(read_query(request, TIMELINE_PARAMETERS))
        raise Refusal(404, "Not Found", "there is nothing here")

    def _create(self, body: dict[str, Any], at: datetime) -> Answer:
        windows = [self.quarter_limit, *self.day_limits]
        if any(window.left(at) <= 0 for window in windows):
            raise Refusal(429, "Too Many Requests", "Too Many Requests", self._limits(at))
        draft = read_draft(body)
        self._pictures.check(draft.media, at)
        if draft.media and self.refuses_pictures:
            raise Refusal(400, "Invalid Request", "Your media IDs are invalid.")
        self._charge(0.20 if extract_urls_with_indices(draft.text) else 0.015)
        self._check_rules(draft.text, draft.reply_to)
        post = self._add(draft, at)
        self._published.append(Accepted(remote_id=post.id, text=draft.text, at=at, reply_to=draft.reply_to))
        for window in windows:
            window.uses.append(at)
        content = {"id": post.id, "text": post.text, "edit_history_tweet_ids": [post.id]}
        return answer_json(201, {"data": content}, self._limits(at))

    def _limits(self, at: datetime) -> tuple[tuple[str, str], ...]:
        return tuple(header for window in (self.quarter_limit, *self.day_limits) for header in window.headers(at))

    def _describe(self, media: str, words: str, at: datetime) -> Answer:
        self._pictures.check([media], at)
        self._charge(0.005)
        self._pictures.describe(media, words)
        return answer_json(200, {"data": {"id": media, "associated_metadata": {"alt_text": {"text": words}}}})

    def _charge(self, price: float) -> None:
        if self.credits is None:
            return
        if self.credits < price:
            detail = "Your enrolled account does not have any credits to fulfill this request."
            raise Refusal(402, "CreditsDepleted", detail)
        self.credits -= price

    def _check_rules(self, text: str, reply_to: str) -> None:
        if reply_to and (self.refuses_replies or reply_to not in self.standing()):
            detail = "Reply to this conversation is not allowed because you have not been mentioned by its author."
            raise Refusal(403, "Forbidden", detail)
        if parse_tweet(text).weightedLength > 280:
            raise Refusal(403, "Forbidden", "Your Tweet text is too long.")
        if sum(word.startswith("$") and word[1:].isalpha() for word in text.split()) > 1:
            raise Refusal(403, "Forbidden", "A Tweet may hold one cashtag.")
        if _compare(text) in {_compare(post.written) for post in self._posts}:
            raise Refusal(403, "Forbidden", DUPLICATE)

    def _add(self, draft: Draft, at: datetime) -> XPost:
        self._count += 1
        post = write(draft, str(1990000000000000000 + self._count), at, self.account)
        self._posts.append(post)
        return post

    def _delete(self, remote_id: str) -> Answer:
        if remote_id not in self.standing():
            raise Refusal(404, "Not Found Error", f"Could not find tweet with id: [{remote_id}].")
        self.remove_by_hand(remote_id)
        return answer_json(200, {"data": {"deleted": True}})

    def _show(self, remote_id: str, query: Mapping[str, str]) -> Answer:
        fields = read_fields(query)
        for post in self._posts:
            if post.id == remote_id:
                return answer_json(200, {"data": present(post, fields)})
        kind = "https://api.twitter.com/2/problems/resource-not-found"
        detail = f"Could not find tweet with id: [{remote_id}]."
        return answer_json(200, {"errors": [{"title": "Not Found Error", "detail": detail, "type": kind}]})

    def _list(self, query: Mapping[str, str]) -> Answer:
        if self.hides_timeline:
            raise Refusal(403, "Forbidden", "You are not permitted to perform this action.")
        part, fields = read_range(query, self.page_size), read_fields(query)
        posts = [post for post in reversed(self._posts) if self._is_listed(post, part.start)]
        page, rest = posts[part.skipped :][: part.size], posts[part.skipped + part.size :]
        meta: dict[str, object] = {"result_count": len(page)}
        if rest:
            meta["next_token"] = str(part.skipped + part.size)
        return answer_json(200, {"meta": meta} | ({"data": [present(post, fields) for post in page]} if page else {}))

    def _is_listed(self, post: XPost, start: datetime) -> bool:
        return start <= post.at and post.at + self.lag <= self.clock()


def open_simulator(clock: Callable[[], datetime]) -> TwitterSimulator:
    """The simulator of this kind, not yet running."""
    return TwitterSimulator(clock)


def _compare(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
