"""X, which its interface still calls Twitter: posts, pictures, the own timeline, and what its refusals mean."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import msgspec
import requests
import tweepy

from sitegen.channel import Account, Guarantee, Post, Receipt, Rejected, ReplyRefused, RetryLater, Traits, Unclear
from sitegen.channels import http
from sitegen.channels.credentials import Credentials
from sitegen.channels.limits import Limits
from sitegen.channels.matching import is_copy
from sitegen.channels.twitter_answers import (
    Answer,
    Deleted,
    Lookup,
    Named,
    Timeline,
    Tweet,
    User,
    ends_of_spent_windows,
    read_refusal,
    say,
)
from sitegen.model import Channel

PLATFORM = "https://api.twitter.com"
SECRETS = ("API_KEY", "API_KEY_SECRET", "ACCESS_TOKEN", "ACCESS_TOKEN_SECRET")

_LIMIT, _RESERVE = 280, 10
_COST, _COST_WITH_LINK, _COST_OF_ALT = 0.015, 0.20, 0.005
# By their first bytes; of the formats that a project may have, X takes all but AVIF.
_PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png", b"RIFF": "image/webp"}

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
    from twitter_text import parse_tweet  # here: its import is slow, and most plans say nothing new

    return int(parse_tweet(text).weightedLength)


def cost(post: Post) -> float:
    """What the post costs in US dollars (pay per use, 2026); a bare host name counts as a link.

    A picture's words are paid for as "Media Metadata"; its upload is not on the price list.
    """
    from twitter_text import extract_urls

    said = _COST_WITH_LINK if extract_urls(post.text) else _COST
    return round(said + (_COST_OF_ALT if post.alt else 0), 3)


TRAITS = Traits(
    guarantee=Guarantee.READ_BACK,
    measure=measure,
    limit=_LIMIT - _RESERVE,
    maximum=_LIMIT,
    # Four requests: a picture, its words, the post, and that once more where X does not take the picture there.
    send_timeout=timedelta(seconds=120),
    settle=timedelta(seconds=120),
    threads=True,
    deletes=True,
    pictures=True,
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


_Result = TypeVar("_Result")
_Shape = TypeVar("_Shape", bound=msgspec.Struct)


class _Gone(Rejected):
    """There is no such post (any more)."""


class _Unattachable(Rejected):
    """X takes the post without its picture."""


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
        user = self._ask(Answer[User], lambda: self._client.get_me()).data
        if user.username.casefold() != self._account.casefold():
            pinned = f"the channel `{self._channel.name}` is pinned to @{self._account}"
            raise Rejected(f"The credentials belong to @{user.username}, but {pinned}.", stops=True)
        self._user_id = user.id
        return Account(user.username, user.id)

    def send(self, post: Post) -> Receipt:
        """Publish the post with its picture; once more, plain, where X surely refused it for its picture only."""
        try:
            remote_id = self._publish(post, self._upload(post))
        except _Unattachable:
            remote_id = self._publish(post, [])
        return self._receipt(remote_id)

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
            deleted = self._ask(Answer[Deleted], lambda: self._client.delete_tweet(remote_id)).data.deleted
        except _Gone:
            return
        if not deleted:
            raise Rejected(f"X did not delete the post {remote_id}.")

    def read(self, remote_id: str) -> str | None:
        """The text that stands there, links expanded; None where the post is gone."""
        try:
            found = self._ask(
                Lookup, lambda: self._client.get_tweet(remote_id, tweet_fields=["entities"], user_auth=True)
            )
        except _Gone:
            return None
        if found.data is None and not any(error.type.endswith("/resource-not-found") for error in found.errors):
            raise RetryLater(f"X does not show the post {remote_id}: {say(found.errors)}", self._later())
        return found.data.written if found.data else None

    def _upload(self, post: Post) -> list[str]:
        """The id of the post's picture with its words, which publishes nothing.

        None where X refuses either of them: what the post says matters more. Where it is the account that X refuses,
        it refuses the post as well.
        """
        kind = next((kind for start, kind in _PICTURES.items() if post.picture.startswith(start)), "")
        if not kind:
            return []
        try:
            media = self._ask(Answer[Named], lambda: self._send_file(post.picture, kind)).data.id
            if post.alt:
                self._guard(lambda: self._describe(media, post.alt))
        except Rejected:
            return []
        return [media]

    def _send_file(self, picture: bytes, kind: str) -> requests.Response:
        """The library uploads to version 1.1 of the interface only, which is gone: its signature, our request."""
        client = self._client
        signer = tweepy.OAuth1UserHandler(
            client.consumer_key, client.consumer_secret, client.access_token, client.access_token_secret
        )
        response: requests.Response = client.session.post(
            f"{PLATFORM}/2/media/upload",
            data={"media_category": "tweet_image", "media_type": kind},
            files={"media": ("picture", picture, kind)},
            auth=signer.apply_auth(),
        )
        return response

    def _describe(self, media: str, alt: str) -> None:
        content = {"id": media, "metadata": {"alt_text": {"text": alt}}}
        self._client.request("POST", "/2/media/metadata", json=content, user_auth=True)

    def _publish(self, post: Post, media: list[str]) -> str:
        """One request that may publish; the new id."""
        create = partial(
            self._client.create_tweet,
            text=post.text,
            in_reply_to_tweet_id=post.reply_to or None,
            media_ids=media or None,
        )
        return self._ask(Answer[Named], create, post).data.id

    def _read_timeline(self, since: datetime) -> list[Tweet]:
        if not self._user_id:
            self.identify()
        tweets: list[Tweet] = []
        token: str | None = None
        for _ in range(_MOST_PAGES):
            page = self._ask(Timeline, partial(self._read_page, since - _CLOCK_MARGIN, token))
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
        """The answer; `post` is what the request could publish."""
        return self._guard(lambda: msgspec.json.decode(request().content, type=shape), post)

    def _guard(self, deed: Callable[[], _Result], post: Post | None = None) -> _Result:
        try:
            return deed()
        except Exception as problem:
            failure = self._classify(problem, post)
        # Raised out here, it carries nothing of the library's exception, which may hold the signed request.
        raise failure

    def _classify(self, problem: Exception, post: Post | None) -> Rejected | RetryLater | Unclear:
        detail = read_refusal(problem.body) if isinstance(problem, http.Refused) else ""
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
            case 400 if post and "media" in detail.lower():
                return _Unattachable(reason)
            case 403 | 404 if post and post.reply_to:
                return ReplyRefused(reason)
            case 403 if any(sign in detail for sign in _ABOUT_THE_TEXT):
                return Rejected(reason)
            case 404:
                return _Gone(reason)
            case 429 if ends := ends_of_spent_windows(refusal.headers):
                now = self._clock()
                return RetryLater(reason, min(max(*ends, now), now + _LONGEST_WAIT))
        return None

    def _later(self) -> datetime:
        return self._clock() + timedelta(minutes=1)
