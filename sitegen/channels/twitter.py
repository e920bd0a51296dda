"""X, which its interface still calls Twitter: posts, the own timeline, and what its refusals mean."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Generic, TypeVar

import msgspec
import requests
import tweepy
from twitter_text import extract_urls, parse_tweet

from sitegen.channel import Account, Guarantee, Post, Receipt, Rejected, ReplyRefused, RetryLater, Traits, Unclear
from sitegen.channels import http
from sitegen.channels.credentials import Credentials
from sitegen.channels.limits import Limits
from sitegen.channels.matching import is_copy
from sitegen.model import Channel

PLATFORM = "https://api.twitter.com"
SECRETS = ("API_KEY", "API_KEY_SECRET", "ACCESS_TOKEN", "ACCESS_TOKEN_SECRET")

_LIMIT, _RESERVE = 280, 10
_COST, _COST_WITH_LINK = 0.015, 0.20

# The platform's clock and ours may differ by this much, and a post must not hide behind the difference.
_CLOCK_MARGIN = timedelta(minutes=15)
# The timeline ends at 3,200 posts: more pages of 100 than this are an endless answer.
_MOST_PAGES = 33
# A broken reset header must not silence a channel: the longest window that X counts is a day.
_LONGEST_WAIT = timedelta(hours=25)

_DUPLICATE = "duplicate content"
_ABOUT_THE_TEXT = ("text is too long", "cashtag")


def measure(text: str) -> int:
    """The length that X counts: links 23, CJK, emoji and "…" 2, a letter with its combining marks 1."""
    return int(parse_tweet(text).weightedLength)


def cost(post: Post) -> float:
    """What the post costs in US dollars (pay per use, February 2026); a bare host name counts as a link."""
    return _COST_WITH_LINK if extract_urls(post.text) else _COST


TRAITS = Traits(
    guarantee=Guarantee.READ_BACK,
    measure=measure,
    limit=_LIMIT - _RESERVE,
    settle=timedelta(seconds=120),
    threads=True,
    deletes=True,
    cost=cost,
)


def open_client(
    channel: Channel, credentials: Credentials, *, clock: Callable[[], datetime], limits: Limits
) -> "TwitterClient":
    """A client with OAuth 1.0a user tokens, which do not expire; raises Rejected where one of them is missing."""
    http.hush("tweepy", "oauthlib", "requests_oauthlib")
    key, key_secret, token, token_secret = credentials.require(*SECRETS)
    client = tweepy.Client(
        consumer_key=key,
        consumer_secret=key_secret,
        access_token=token,
        access_token_secret=token_secret,
        return_type=requests.Response,
    )
    client.session = http.open_session(PLATFORM, channel.api_url, limits)
    return TwitterClient(channel, client, credentials.redact, clock)


class _Problem(msgspec.Struct):
    title: str = ""
    detail: str = ""
    type: str = ""
    message: str = ""


class _Problems(_Problem):
    errors: list[_Problem] = []


class _User(msgspec.Struct):
    id: str
    username: str


class _Created(msgspec.Struct):
    id: str


class _Deleted(msgspec.Struct):
    deleted: bool


class _Link(msgspec.Struct):
    url: str
    expanded_url: str = ""


class _Entities(msgspec.Struct):
    urls: list[_Link] = []


class _Tweet(msgspec.Struct):
    id: str
    text: str
    entities: _Entities = msgspec.field(default_factory=_Entities)

    @property
    def links(self) -> tuple[str, ...]:
        """Where its links lead, t.co looked through."""
        return tuple(link.expanded_url for link in self.entities.urls)

    @property
    def written(self) -> str:
        """The text as it was sent: X escapes three characters and shortens links."""
        text = self.text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        for link in self.entities.urls:
            text = text.replace(link.url, link.expanded_url or link.url)
        return text


_Content = TypeVar("_Content")
_Shape = TypeVar("_Shape", bound=msgspec.Struct)


class _Answer(msgspec.Struct, Generic[_Content]):
    data: _Content


class _Lookup(msgspec.Struct):
    data: _Tweet | None = None
    errors: list[_Problem] = []


class _Meta(msgspec.Struct):
    result_count: int
    next_token: str = ""


class _Timeline(msgspec.Struct):
    meta: _Meta
    data: list[_Tweet] = []

    def __post_init__(self) -> None:
        # A part of the timeline must never pass for the whole: what it leaves out would be sent again.
        if self.meta.result_count != len(self.data):
            raise ValueError("the timeline announces another number of posts than it holds")


class _Gone(Rejected):
    """There is no such post (any more)."""


class TwitterClient:
    """One account of X; see `channel.Client`."""

    traits = TRAITS

    def __init__(
        self, channel: Channel, client: tweepy.Client, redact: Callable[[str], str], clock: Callable[[], datetime]
    ) -> None:
        self._channel, self._client, self._redact, self._clock = channel, client, redact, clock
        self._account = channel.account.removeprefix("@")
        self._user_id = ""

    def identify(self) -> Account:
        """Who the tokens belong to; raises Rejected where that is not the channel's account."""
        user = self._ask(_Answer[_User], lambda: self._client.get_me()).data
        if user.username.casefold() != self._account.casefold():
            pinned = f"the channel `{self._channel.name}` is pinned to @{self._account}"
            raise Rejected(f"The credentials belong to @{user.username}, but {pinned}.", stops=True)
        self._user_id = user.id
        return Account(user.username, user.id)

    def send(self, post: Post) -> Receipt:
        """Publish the post in one request."""
        reply_to = post.reply_to or None
        created = self._ask(
            _Answer[_Created], lambda: self._client.create_tweet(text=post.text, in_reply_to_tweet_id=reply_to), post
        )
        return self._receipt(created.data.id)

    def find(self, post: Post, since: datetime) -> Receipt | None:
        """The oldest copy of the post on the own timeline since a quarter of an hour before `since`."""
        copies = [tweet for tweet in self._read_timeline(since) if is_copy(post, tweet.written, tweet.links)]
        return self._receipt(copies[-1].id) if copies else None

    def edit(self, remote_id: str, post: Post) -> None:
        """X edits for paying accounts only, under a new id: not built on."""
        raise Rejected("Posts on X are corrected by a further post, not edited.")

    def delete(self, remote_id: str) -> None:
        """Take the post away; one that is gone already is fine."""
        try:
            deleted = self._ask(_Answer[_Deleted], lambda: self._client.delete_tweet(remote_id)).data.deleted
        except _Gone:
            return
        if not deleted:
            raise Rejected(f"X did not delete the post {remote_id}.")

    def read(self, remote_id: str) -> str | None:
        """The text that stands there, links expanded; None where the post is gone."""
        try:
            found = self._ask(
                _Lookup, lambda: self._client.get_tweet(remote_id, tweet_fields=["entities"], user_auth=True)
            )
        except _Gone:
            return None
        if found.data is None and not any(error.type.endswith("/resource-not-found") for error in found.errors):
            raise RetryLater(f"X does not show the post {remote_id}: {_say(found.errors)}", self._later())
        return found.data.written if found.data else None

    def _read_timeline(self, since: datetime) -> list[_Tweet]:
        if not self._user_id:
            self.identify()
        tweets: list[_Tweet] = []
        token: str | None = None
        for _ in range(_MOST_PAGES):
            page = self._ask(_Timeline, partial(self._read_page, since - _CLOCK_MARGIN, token))
            tweets += page.data
            token = page.meta.next_token
            if not token:
                return tweets
        raise RetryLater("The own timeline did not end.", self._later())

    def _read_page(self, start: datetime, token: str | None) -> requests.Response:
        response: requests.Response = self._client.get_users_tweets(
            self._user_id,
            start_time=start,
            max_results=100,
            tweet_fields=["created_at", "entities"],
            pagination_token=token,
            user_auth=True,
        )
        return response

    def _receipt(self, remote_id: str) -> Receipt:
        return Receipt(remote_id, f"https://x.com/{self._account}/status/{remote_id}")

    def _ask(self, shape: type[_Shape], request: Callable[[], requests.Response], post: Post | None = None) -> _Shape:
        try:
            return msgspec.json.decode(request().content, type=shape)
        except Exception as problem:
            failure = self._classify(problem, post)
        # Raised out here, it carries nothing of the library's exception, which may hold the signed request.
        raise failure

    def _classify(self, problem: Exception, post: Post | None) -> Rejected | RetryLater | Unclear:
        detail = _say_body(problem.body) if isinstance(problem, http.Refused) else ""
        if isinstance(problem, http.Refused) and (known := self._judge(problem, self._redact(detail), post)):
            return known
        now, publishes = self._clock(), post is not None
        return http.classify(problem, now=now, publishes=publishes, redact=self._redact, detail=detail)

    def _judge(self, refusal: http.Refused, detail: str, post: Post | None) -> Rejected | RetryLater | Unclear | None:
        reason = f"X refused: {refusal} {detail}".rstrip()
        match refusal.status:
            case 403 if post and _DUPLICATE in detail:
                # Perhaps of our own earlier attempt: only the detail tells, and no id comes with it.
                return Unclear(reason)
            case 403 | 404 if post and post.reply_to:
                return ReplyRefused(reason)
            case 403 if any(sign in detail for sign in _ABOUT_THE_TEXT):
                return Rejected(reason)
            case 404:
                return _Gone(reason)
            case 429 if ends := _ends_of_spent_windows(refusal.headers):
                now = self._clock()
                return RetryLater(reason, min(max(*ends, now), now + _LONGEST_WAIT))
        return None

    def _later(self) -> datetime:
        return self._clock() + timedelta(minutes=1)


def _ends_of_spent_windows(headers: Mapping[str, str]) -> list[datetime]:
    windows = [name.lower().removesuffix("-reset") for name in headers if name.lower().endswith("-reset")]
    spent = [headers[f"{window}-reset"] for window in windows if headers.get(f"{window}-remaining", "").strip() == "0"]
    return [datetime.fromtimestamp(int(end), UTC) for end in spent if re.fullmatch(r"[0-9]{1,11}", end)]


def _say_body(body: bytes) -> str:
    try:
        found = msgspec.json.decode(body, type=_Problems)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    return _say([found, *found.errors])


def _say(problems: list[_Problem]) -> str:
    return " ".join(filter(None, (problem.detail or problem.message or problem.title for problem in problems)))
