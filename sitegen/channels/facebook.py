"""Pages on Facebook through the Graph API: posts, comments, what it shows of them, and what its refusals mean."""

import hmac
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TypeVar
from urllib.parse import quote

import msgspec
import requests

from sitegen.channel import Account, Guarantee, Post, Receipt, Rejected, ReplyRefused, RetryLater, Traits, Unclear
from sitegen.channels import http
from sitegen.channels.credentials import Credentials
from sitegen.channels.facebook_answers import (
    Done,
    Error,
    Inspection,
    Named,
    Photo,
    Stories,
    Story,
    read_error,
    read_wait,
)
from sitegen.channels.limits import Limits
from sitegen.channels.matching import is_copy
from sitegen.model import Channel

PLATFORM = "https://graph.facebook.com"
VERSION = "v26.0"
SECRETS = ("PAGE_TOKEN", "APP_SECRET")

_LIMIT, _RESERVE = 63_206, 206
_COMMENT_LIMIT = 8_000
# By their first bytes; of the formats that a project may have, Facebook names all but AVIF.
_PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png", b"RIFF": "image/webp"}

# The platform's clock and ours may differ by this much, and a post must not hide behind the difference.
_CLOCK_MARGIN = timedelta(minutes=15)
# No page says so much after an attempt: more than 33 parts of 100 are an endless list.
_MOST_PARTS = 33
_PAUSE = timedelta(minutes=1)

# 80001 is what 32 is called where the token is a page's or a system user's.
_RATE = frozenset({4, 17, 32, 341, 613, 80001})
_STOPPING = frozenset({10, 102, 190, 368, 2635, *range(200, 300)})
_DOUBTFUL, _DUPLICATE = frozenset({1, 2}), 506

_DEVELOPMENT = (
    "Facebook does not tell whether the app is live. While it is in development mode only people with a role in the "
    "app see its posts: look at one in a browser where nobody is logged in."
)


def measure(text: str) -> int:
    """The length in UTF-16 units: nobody says what Facebook counts, and any other way counts less."""
    return len(text.encode("utf-16-le")) // 2


TRAITS = Traits(
    guarantee=Guarantee.READ_BACK,
    measure=measure,
    limit=_LIMIT - _RESERVE,
    maximum=_LIMIT,
    # Two requests: what Facebook takes without its link or picture is sent once more.
    send_timeout=timedelta(seconds=60),
    settle=timedelta(seconds=180),
    long=True,
    comments=True,
    edits=True,
    deletes=True,
    pictures=True,
)


def open_client(
    channel: Channel, credentials: Credentials, *, clock: Callable[[], datetime], limits: Limits
) -> "FacebookClient":
    """A client with a token of the page; raises Rejected where that or the app's secret is missing."""
    # At DEBUG it writes the addresses of requests, and the proof of each stands there.
    http.hush("urllib3")
    return FacebookClient(channel, http.open_session(PLATFORM, channel.api_url, limits), credentials, clock)


_Shape = TypeVar("_Shape", bound=msgspec.Struct)
_Fields = Mapping[str, str]


class _Gone(Rejected):
    """There is no such post, comment or page (any more)."""


class _Unattachable(Rejected):
    """Facebook takes the post without its link and picture."""


class FacebookClient:
    """One page on Facebook; see `channel.Client`."""

    traits = TRAITS

    def __init__(
        self, channel: Channel, session: requests.Session, credentials: Credentials, clock: Callable[[], datetime]
    ) -> None:
        self._channel, self._session, self._redact, self._clock = channel, session, credentials.redact, clock
        self._token, self._secret = credentials.require(*SECRETS)
        self._page = channel.account

    def identify(self) -> Account:
        """The page that the token is for; raises Rejected where that is another one, or a permission is missing."""
        page = self._ask(Named, "GET", ("me",), {"fields": "id,name"})
        if page.id != self._page:
            pinned = f"the channel `{self._channel.name}` is pinned to the page {self._page}"
            raise Rejected(f"The token belongs to {page.name} ({page.id}), but {pinned}.", stops=True)
        warnings, notes = self._check_token()
        return Account(page.name, page.id, warnings, (*notes, _DEVELOPMENT))

    def send(self, post: Post) -> Receipt:
        """Publish the post or comment; once more, plain, where Facebook surely refused its link or picture only."""
        try:
            remote_id = self._publish(post)
        except _Unattachable:
            remote_id = self._publish(msgspec.structs.replace(post, link="", picture=b""))
        return self._receipt(remote_id, post)

    def find(self, post: Post, since: datetime) -> Receipt | None:
        """The oldest copy on the page, or among its own comments on the post, since 15 minutes before `since`."""
        start = str(int((since - _CLOCK_MARGIN).timestamp()))
        try:
            stories = self._list_comments(post.reply_to, start) if post.reply_to else self._list_posts(start)
        except _Gone:
            if not post.reply_to:
                raise
            # What it comments on is gone: it stands alone, if anywhere.
            return self.find(msgspec.structs.replace(post, reply_to=""), since)
        copies = [story for story in stories if is_copy(post, story.message, story.links)]
        return self._receipt(copies[-1].id, post) if copies else None

    def edit(self, remote_id: str, post: Post) -> None:
        """Put other words in the post's place; id, link and picture stay. Raises ReplyRefused where it is gone."""
        try:
            done = self._ask(Done, "POST", (remote_id,), {"message": post.text})
        except _Gone as gone:
            raise ReplyRefused(gone.reason) from None
        if not done.success:
            raise Rejected(f"Facebook did not change the post {remote_id}.")

    def delete(self, remote_id: str) -> None:
        """Take the post or comment away; one that is gone already is fine."""
        with suppress(_Gone):
            if not self._ask(Done, "DELETE", (remote_id,), {}).success:
                raise Rejected(f"Facebook did not delete the post {remote_id}.")

    def read(self, remote_id: str) -> str | None:
        """The text that stands there; None where the post is gone."""
        with suppress(_Gone):
            return self._ask(Story, "GET", (remote_id,), {"fields": "id,message"}).message
        return None

    def _check_token(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Warnings and notes about the token; raises Rejected where it lacks a permission."""
        try:
            app = self._ask(Named, "GET", ("app",), {"fields": "id"})
            # A GET whose parameters stand in no address (Graph API, "Making large requests").
            fields = {"method": "GET", "input_token": self._token}
            known = self._ask(Inspection, "POST", ("debug_token",), fields, token=f"{app.id}|{self._secret}")
        except Rejected as refusal:
            return (), (f"What the token may do, and until when, can't be checked. {refusal.reason}",)
        needed = ["pages_manage_posts", "pages_read_engagement"]
        needed += ["pages_manage_engagement"] if self._channel.mode == "edit" else []
        if missing := ", ".join(scope for scope in needed if scope not in known.data.scopes):
            raise Rejected(f"The token lacks permissions: {missing}.", stops=True)
        advice = "a system user's can be made without an end"
        end = (f"The token works until {known.end:%Y-%m-%d} at the latest; {advice}.",) if known.end else ()
        return end, ()

    def _publish(self, post: Post) -> str:
        """One request that may publish; the new id."""
        if post.reply_to:
            return self._comment(post)
        kind = next((kind for start, kind in _PICTURES.items() if post.picture.startswith(start)), "")
        if kind:
            fields = {"caption": post.text, "alt_text_custom": post.alt}
            files = {"source": ("picture", post.picture, kind)}
            return self._ask(Photo, "POST", (self._page, "photos"), fields, post=post, files=files).post_id
        return self._ask(Named, "POST", (self._page, "feed"), {"message": post.text, "link": post.link}, post=post).id

    def _comment(self, post: Post) -> str:
        if measure(post.text) > _COMMENT_LIMIT:
            raise ReplyRefused(f"A comment on Facebook has at most {_COMMENT_LIMIT} characters.")
        try:
            return self._ask(Named, "POST", (post.reply_to, "comments"), {"message": post.text}, post=post).id
        except _Gone as gone:
            raise ReplyRefused(gone.reason) from None

    def _list_posts(self, start: str) -> list[Story]:
        return self._list((self._page, "published_posts"), {"fields": "id,message", "limit": "100", "since": start})

    def _list_comments(self, remote_id: str, start: str) -> list[Story]:
        """The page's own ones: customers comment too, and may repeat what we say."""
        fields = {"fields": "id,message,from", "filter": "stream", "order": "reverse_chronological"}
        comments = self._list((remote_id, "comments"), {**fields, "limit": "100", "since": start})
        return [comment for comment in comments if comment.author and comment.author.id == self._page]

    def _list(self, path: tuple[str, ...], fields: _Fields) -> list[Story]:
        stories: list[Story] = []
        for _ in range(_MOST_PARTS):
            part = self._ask(Stories, "GET", path, fields)
            stories += part.data
            if not part.paging.next:
                return stories
            fields = part.rest
        raise RetryLater("The list of posts did not end.", self._clock() + _PAUSE)

    def _receipt(self, remote_id: str, post: Post) -> Receipt:
        """Ids are `PAGE_POST`, those of comments `POST_COMMENT`; the addresses made of them lead to Facebook's own."""
        own, above = remote_id.rpartition("_")[2], post.reply_to.rpartition("_")[2]
        comment = f"?comment_id={own}" if above else ""
        return Receipt(remote_id, f"https://www.facebook.com/{self._page}/posts/{above or own}{comment}")

    def _ask(
        self,
        shape: type[_Shape],
        method: str,
        path: tuple[str, ...],
        fields: _Fields,
        *,
        token: str = "",
        post: Post | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
    ) -> _Shape:
        """The answer; `post` is what the request could publish. Empty fields are left out."""
        try:
            response = self._request(method, path, fields, token or self._token, files)
            return msgspec.json.decode(response.content, type=shape)
        except Exception as problem:
            failure = self._classify(problem, post)
        # Raised out here, it carries nothing of the library's exception, which may hold the request.
        raise failure

    def _request(
        self,
        method: str,
        path: tuple[str, ...],
        fields: _Fields,
        token: str,
        files: Mapping[str, tuple[str, bytes, str]] | None,
    ) -> requests.Response:
        address = "/".join((PLATFORM, VERSION, *(quote(part, safe="") for part in path)))
        proof = hmac.new(self._secret.encode(), token.encode(), sha256).hexdigest()
        content = {name: value for name, value in fields.items() if value} | {"appsecret_proof": proof}
        headers = {"Authorization": f"Bearer {token}"}
        if method == "POST":
            return self._session.post(address, data=content, headers=headers, files=files)
        return self._session.request(method, address, params=content, headers=headers)

    def _classify(self, problem: Exception, post: Post | None) -> Rejected | RetryLater | Unclear:
        detail = ""
        if isinstance(problem, http.Refused):
            error = read_error(problem.body)
            detail = error.words
            if known := self._judge(problem, error, post):
                return known
        publishes = post is not None
        return http.classify(problem, now=self._clock(), publishes=publishes, redact=self._redact, detail=detail)

    def _judge(self, refusal: http.Refused, error: Error, post: Post | None) -> Rejected | RetryLater | Unclear | None:
        reason, now = self._redact(f"Facebook refused: {refusal} {error.words}".rstrip()), self._clock()
        if error.code in _RATE:
            return RetryLater(reason, now + read_wait(refusal.headers))
        if error.code in _STOPPING or "appsecret_proof" in error.message:
            return Rejected(reason, stops=True)
        if error.is_gone:
            return _Gone(reason, stops=True)
        if post and ((post.link and error.is_about_link) or (post.picture and error.is_about_picture)):
            return _Unattachable(reason)
        if error.code in _DOUBTFUL or error.is_transient or (post and error.code == _DUPLICATE):
            return Unclear(reason) if post else RetryLater(reason, now + _PAUSE)
        return None
