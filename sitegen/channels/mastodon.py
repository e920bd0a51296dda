"""Mastodon: statuses on one of many servers; which one is part of the account's name."""

import re
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec
import requests

from sitegen.channel import Account, Guarantee, Post, Receipt, Rejected, ReplyRefused, RetryLater, Traits, Unclear
from sitegen.channels import http
from sitegen.channels.credentials import Credentials
from sitegen.channels.limits import Limits
from sitegen.channels.mastodon_answers import Named, Picture, Profile, Source, Status, say
from sitegen.model import Channel

SECRETS = ("ACCESS_TOKEN",)

_ACCOUNT = re.compile(r"@?(\w[\w.-]*)@([a-z0-9.-]+(?::[0-9]+)?)", re.ASCII | re.IGNORECASE)
_STATUSES = "/api/v1/statuses"

_LIMIT, _RESERVE, _LINK_LENGTH = 500, 10, 23

# The server's clock and ours may differ by this much, and a status must not hide behind the difference.
_CLOCK_MARGIN = timedelta(minutes=15)
# 2,000 statuses: more pages of 40 than this are an endless answer.
_MOST_PAGES = 50
# The longest window that the server counts is three hours; a broken header must not silence a channel for longer.
_LONGEST_WAIT = timedelta(hours=3, minutes=5)
_MINUTE = timedelta(minutes=1)
_PAUSE = 0.5
_STARTS = ((b"\x89PNG", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"RIFF", "image/webp"))


def measure(text: str) -> int:
    """At least the length that the server counts: links 23, and each character 1 (it counts what is seen as one once).

    Where it sees a link is decided as on X, by the rules that Mastodon took over and widened.
    """
    from twitter_text import extract_urls_with_indices  # here: its import is slow, and most plans say nothing new

    links = (found["indices"] for found in extract_urls_with_indices(text) if "://" in found["url"])
    return len(text) + sum(_LINK_LENGTH - (int(end) - int(start)) for start, end in links)


# A picture takes three more requests before the one that publishes.
TRAITS = Traits(
    guarantee=Guarantee.READ_BACK,
    measure=measure,
    limit=_LIMIT - _RESERVE,
    maximum=_LIMIT,
    send_timeout=timedelta(seconds=120),
    settle=timedelta(seconds=180),
    threads=True,
    edits=True,
    deletes=True,
    pictures=True,
)


def open_client(
    channel: Channel, credentials: Credentials, *, clock: Callable[[], datetime], limits: Limits
) -> "MastodonClient":
    """A client with the access token of an application; raises Rejected where account or token can't be used."""
    (token,) = credentials.require(*SECRETS)
    if not re.fullmatch(r"[!-~]+", token):
        raise Rejected("The access token holds a space or a line break: copy it once more.", stops=True)
    name = _ACCOUNT.fullmatch(channel.account)
    if name is None:
        example = "written with its server, like `status@mastodon.example`"
        raise Rejected(f"Channel `{channel.name}`: the account `{channel.account}` must be {example}.", stops=True)
    session = http.open_session(f"https://{name[2]}", channel.api_url, limits)
    session.headers["Authorization"] = f"Bearer {token}"
    return MastodonClient(channel, (name[1], name[2]), session, credentials.redact, clock, limits.total)


class _Gone(Rejected):
    """There is no such status (any more)."""


_Shape = TypeVar("_Shape")


class MastodonClient:
    """One account of one server; see `channel.Client`."""

    traits = TRAITS

    def __init__(
        self,
        channel: Channel,
        name: tuple[str, str],
        session: requests.Session,
        redact: Callable[[str], str],
        clock: Callable[[], datetime],
        patience: timedelta,
    ) -> None:
        self._channel, self._session, self._redact, self._clock = channel, session, redact, clock
        self._user, self._host = name
        self._patience = patience
        self._account_id = ""

    def identify(self) -> Account:
        """Who the token belongs to; raises Rejected where that is not the channel's account."""
        profile = self._ask(Profile, "GET", "/api/v1/accounts/verify_credentials")
        handle = f"{profile.username}@{self._host}"
        if profile.username.casefold() != self._user.casefold():
            pinned = f"the channel `{self._channel.name}` is pinned to @{self._user}@{self._host}"
            raise Rejected(f"The token belongs to @{handle}, but {pinned}.", stops=True)
        self._account_id = profile.id
        return Account(handle, profile.id, tuple(profile.warnings()), tuple(profile.notes()))

    def send(self, post: Post) -> Receipt:
        """Publish the post in one request, after those for its picture.

        For an hour the server knows the key, and answers a repetition with the status that is there already.
        """
        content = self._content(post, self._upload(post)) | {"visibility": "public"}
        if post.reply_to:
            content["in_reply_to_id"] = post.reply_to
        headers = {"Idempotency-Key": post.key}
        try:
            created = self._ask(Named, "POST", _STATUSES, publishes=True, json=content, headers=headers)
        except _Gone as gone:
            if not post.reply_to:
                raise
            raise ReplyRefused(gone.reason) from None
        return self._receipt(created.id)

    def find(self, post: Post, since: datetime) -> Receipt | None:
        """The oldest copy of the post on the own timeline since a quarter of an hour before `since`."""
        copies = [status.id for status in self._read_timeline(since - _CLOCK_MARGIN) if status.is_copy_of(post)]
        return self._receipt(copies[-1]) if copies else None

    def edit(self, remote_id: str, post: Post) -> None:
        """Put other words in place of a status's; its picture stays, or comes with them where it had none.

        What an edit does not name again is taken away, so the status is read first.
        """
        try:
            status = self._ask(Status, "GET", _path(remote_id))
            media = [picture.id for picture in status.media_attachments] or self._upload(post)
            self._ask(Named, "PUT", _path(remote_id), json=self._content(post, media))
        except _Gone as gone:
            raise ReplyRefused(gone.reason) from None

    def delete(self, remote_id: str) -> None:
        """Take the status away; one that is gone already is fine."""
        try:
            self._ask(Named, "DELETE", _path(remote_id))
        except _Gone:
            return

    def read(self, remote_id: str) -> str | None:
        """The text that stands there, as it was written; None where the status is gone."""
        try:
            return self._ask(Source, "GET", f"{_path(remote_id)}/source").text
        except _Gone:
            return None

    def _content(self, post: Post, media: list[str]) -> dict[str, object]:
        content: dict[str, object] = {"status": post.text, "media_ids": media}
        # Without a language the server takes that of the account's settings.
        return content | ({"language": self._channel.language} if self._channel.language else {})

    def _upload(self, post: Post) -> list[str]:
        """The id of the post's picture, ready to be shown; none where the server refuses it: the words matter more."""
        if not post.picture:
            return []
        kind = next((kind for start, kind in _STARTS if post.picture.startswith(start)), "image/avif")
        file = ("picture", post.picture, kind)
        try:
            picture = self._ask(Picture, "POST", "/api/v2/media", files={"file": file}, data={"description": post.alt})
            return [self._await(picture)]
        except Rejected as refused:
            if refused.stops:
                raise
            return []

    def _await(self, picture: Picture) -> str:
        """The picture's id when the server has worked it up; large ones take a moment."""
        end = time.monotonic() + self._patience.total_seconds()
        while picture.url is None:
            if time.monotonic() >= end:
                raise RetryLater("The server did not get the picture ready in time.", self._clock() + _MINUTE)
            time.sleep(_PAUSE)
            picture = self._ask(Picture, "GET", f"/api/v1/media/{quote(picture.id, safe='')}")
        return picture.id

    def _read_timeline(self, start: datetime) -> list[Status]:
        if not self._account_id:
            self.identify()
        path = f"/api/v1/accounts/{quote(self._account_id, safe='')}/statuses"
        statuses: list[Status] = []
        query = {"limit": "40", "exclude_reblogs": "true"}
        for _ in range(_MOST_PAGES):
            page = self._ask(list[Status], "GET", path, params=query)
            statuses += [status for status in page if status.created_at >= start]
            if not page or page[-1].created_at < start:
                return statuses
            query["max_id"] = page[-1].id
        raise RetryLater("The own timeline did not end.", self._clock() + _MINUTE)

    def _receipt(self, remote_id: str) -> Receipt:
        return Receipt(remote_id, f"https://{self._host}/@{self._user}/{remote_id}")

    def _ask(self, shape: type[_Shape], method: str, path: str, *, publishes: bool = False, **options: Any) -> _Shape:
        try:
            response = self._session.request(method, f"https://{self._host}{path}", **options)
            return msgspec.json.decode(response.content, type=shape)
        except Exception as problem:
            failure = self._classify(problem, publishes)
        # Raised out here, it carries nothing of the library's exception, which may hold the request with its token.
        raise failure

    def _classify(self, problem: Exception, publishes: bool) -> Rejected | RetryLater | Unclear:
        detail = say(problem.body) if isinstance(problem, http.Refused) else ""
        if isinstance(problem, http.Refused) and (known := self._judge(problem, self._redact(detail))):
            return known
        return http.classify(problem, now=self._clock(), publishes=publishes, redact=self._redact, detail=detail)

    def _judge(self, refusal: http.Refused, detail: str) -> Rejected | RetryLater | None:
        reason = f"The server refused: {refusal} {detail}".rstrip()
        match refusal.status:
            case 404:
                return _Gone(reason)
            case 410:
                return Rejected(reason, stops=True)
            case 429 if end := _end_of_window(refusal.headers):
                now = self._clock()
                return RetryLater(reason, min(max(end, now + _MINUTE), now + _LONGEST_WAIT))
        return None


def _path(remote_id: str) -> str:
    return f"{_STATUSES}/{quote(remote_id, safe='')}"


def _end_of_window(headers: Mapping[str, str]) -> datetime | None:
    try:
        end = datetime.fromisoformat(headers.get("X-RateLimit-Reset", ""))
    except ValueError:
        return None
    return end if end.tzinfo else None
