"""The Graph API for one page on Facebook, as far as a channel uses it.

| rule | known from |
|---|---|
| a path begins with a version; another one than ours: 2635 | the prefix is documented (November 2026), the code is seen |
| a token as `Authorization: Bearer`; none: 104, a wrong one: 190 | seen in issues |
| a token in an address: 100 | ours (SECURITY.md): Facebook would take it |
| `appsecret_proof`, HMAC-SHA256 of the token; missing or wrong: 100, told by its message alone | documented (November 2026); the messages are seen in issues |
| errors are `{error: {message, type, code, error_subcode, is_transient, fbtrace_id}}` | documented (November 2026); `is_transient` is seen |
| a POST with `method=GET` is a GET | documented (November 2026, "Making large requests") |
| an unknown field: 100 | guessed: Facebook ignores many; strictness is ours |
| `/me` is the page whose token it is | documented (November 2026) |
| `/app` is the app whose token it is | seen in issues |
| `/debug_token` for the app's token alone: scopes, `expires_at`, `data_access_expires_at`, 0 for never | documented (November 2026); the 0 is seen |
| nothing tells whether the app is live | no field is documented for it (November 2026) |
| posts of an app in development mode are seen by people with a role in it, until it goes live | documented (November 2026) |
| ids are `PAGE_POST`, of comments `POST_COMMENT`; a photo has its own and a `post_id` | documented (November 2026) |
| the same message twice running: 506 | documented (November 2026); that comments are free of it is guessed |
| a link that can't be read (`scrapes` off): 1609005, nothing is published | documented (November 2026); the second half is guessed |
| a picture that is none: 100 with 1366046, nothing is published | seen in issues; the second half is guessed |
| 63,206 characters in a post, 8,000 in a comment; more: 100 | seen; the code is guessed |
| editing changes the message and nothing else; `success` | documented (November 2026) |
| what is gone or out of sight: 100 with subcode 33 | seen in issues |
| the comments of a post go with it | guessed |
| lists: newest first, `limit` to 100, `since`, `paging.next` with the token in it, gone at the end | documented (November 2026); the token is seen |
| who commented is told to the page's token | documented (November 2026) |
| a new post shows up in lists after a while (`lag`) | guessed |
| a lost permission: 200 | documented (November 2026) |
| too much at once: 80001 for a page's token, with `X-Business-Use-Case-Usage` in minutes | documented (November 2026) |
| 1 or 2 may come though it was published | seen in issues |
"""  # noqa: E501 - the lines of a table

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from sitegen.model import Channel
from tests.simulators.base import Accepted, Trouble
from tests.simulators.facebook_requests import Call, Refusal, read_call
from tests.simulators.facebook_stories import Stories, Story, list_part, pick, present
from tests.simulators.loopback import Answer, Fault, HttpSimulator, Request, answer_json

_LIST = ("fields", "limit", "since", "after")
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")
_TOO_MANY = "There have been too many calls to this Page account"
_UNKNOWN = Refusal(1, "An unknown error occurred").answer()
_UNAVAILABLE = Refusal(2, "Service temporarily unavailable", status=500, transient=True).answer()


class FacebookSimulator(HttpSimulator):
    """One page and one app; the attributes without underscore are switches for tests."""

    kind = "facebook"
    faults: ClassVar[Mapping[Trouble, Fault]] = {
        **HttpSimulator.faults,
        Trouble.BROKEN: Fault(accepts=False, change=lambda _: _UNKNOWN),
        Trouble.BROKEN_AFTER: Fault(change=lambda _: _UNAVAILABLE),
    }

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.page_id, self.page_name, self.app_id = "104857600000001", "Example Pay", "998877665544332"
        # Values with characters that URLs and base64 change, so that leaks of every form are noticed.
        self.page_token, self.app_secret = "EAAcanary/1+PageToken", "canarySecret/2+y=="
        self.scopes = ["pages_show_list", "pages_manage_posts", "pages_read_engagement", "pages_manage_engagement"]
        self.expires = self.data_expires = datetime.fromtimestamp(0, UTC)
        self.development = False
        self.scrapes = True
        self.hides_timeline = False
        self.inspects = True
        self.calls_left: int | None = None
        self.regain = timedelta(minutes=20)
        self.page_size = 100
        self._stories = Stories(self.page_id)

    def channel(self, account: str = "") -> Channel:
        """Settings of a channel on this platform's (or that other) page, pointing here."""
        account = account or self.page_id
        return Channel(name="facebook", kind=self.kind, account=account, mode="edit", api_url=self.url)

    def environment(self) -> Mapping[str, str]:
        """The variables with credentials that this platform takes for `channel()`."""
        return {"SITEGEN_FACEBOOK_PAGE_TOKEN": self.page_token, "SITEGEN_FACEBOOK_APP_SECRET": self.app_secret}

    def standing(self) -> Mapping[str, str]:
        """What visitors see now, posts and comments: the texts as they were written, by remote id."""
        seen = (story for story in self._stories.everything() if story.by_hand or not self.development)
        return {story.id: story.message for story in seen}

    def publish_by_hand(self, text: str) -> str:
        """A person posts on the same page; the remote id. Not part of `accepted`."""
        with self._lock:
            return self._stories.add(Story(message=text, at=self.clock(), author=self.page_id, by_hand=True))

    def comment_by_hand(self, above: str, text: str) -> str:
        """A customer comments on a post; the remote id."""
        with self._lock:
            return self._stories.add(Story(message=text, at=self.clock(), author="4242", above=above, by_hand=True))

    def remove_by_hand(self, remote_id: str) -> None:
        """A person deletes a post, with its comments, or a comment."""
        with self._lock:
            self._stories.remove(remote_id)

    def shown(self, remote_id: str) -> tuple[str, bytes, str]:
        """What stands below a post's text: the link of its preview, its picture, and the picture's alternative text."""
        story = self._stories.get(remote_id)
        return story.link, story.picture, story.alt

    def shown_picture(self, remote_id: str) -> tuple[bytes, str]:
        """The picture that visitors see with a post, and its alternative text; both empty where it has none."""
        return self.shown(remote_id)[1:]

    def publishes(self, request: Request) -> bool:
        """Whether this is a request that could publish something."""
        return request.method == "POST" and request.path.endswith(("/feed", "/photos", "/comments"))

    def refuse(self, trouble: Trouble) -> Answer:
        """Facebook's way of saying RATE_LIMITED, TOKEN_DEAD, FORBIDDEN or INVALID."""
        refusals = {
            Trouble.RATE_LIMITED: Refusal(80001, _TOO_MANY),
            Trouble.TOKEN_DEAD: Refusal(190, "Error validating access token: Session has expired.", subcode=463),
            Trouble.FORBIDDEN: Refusal(200, "Permissions error", status=403),
            Trouble.INVALID: Refusal(100, "Invalid parameter"),
        }
        return refusals[trouble].answer(self._usage())

    def answer(self, request: Request, at: datetime) -> Answer:
        """Facebook's answer to a request that takes effect at this moment (UTC)."""
        try:
            call = read_call(request, self.app_secret)
            if call.token not in (self.page_token, f"{self.app_id}|{self.app_secret}"):
                raise Refusal(190, "Invalid OAuth access token - Cannot parse access token", status=401)
            self._count()
            return answer_json(200, self._route(call, at), self._usage())
        except Refusal as refusal:
            return refusal.answer(self._usage())

    def _count(self) -> None:
        if self.calls_left is not None:
            if self.calls_left <= 0:
                raise Refusal(80001, _TOO_MANY)
            self.calls_left -= 1

    def _usage(self) -> tuple[tuple[str, str], ...]:
        spent = self.calls_left is not None and self.calls_left <= 0
        share = {"call_count": 100 if spent else 28, "total_cputime": 25, "total_time": 25}
        wait = {"type": "pages", "estimated_time_to_regain_access": self.regain // timedelta(minutes=1) if spent else 0}
        cases = {self.page_id: [share | wait]}
        return (("X-App-Usage", json.dumps(share)), ("X-Business-Use-Case-Usage", json.dumps(cases)))

    def _route(self, call: Call, at: datetime) -> object:
        match call.method, call.path:
            case "GET", ("me",):
                return pick({"id": self.page_id, "name": self.page_name}, call.check("fields"))
            case "GET", ("app",):
                return pick({"id": self.app_id, "name": "Status"}, call.check("fields"))
            case "GET", ("debug_token",):
                return self._inspect(call)
            case "POST", (self.page_id, "feed"):
                return {"id": self._post(call.check("message", "link"), at).id}
            case "POST", (self.page_id, "photos"):
                return self._post_photo(call, at)
            case "POST", (remote_id, "comments"):
                return {"id": self._comment(self._stories.get(remote_id), call.check("message"), at).id}
            case "GET", (self.page_id, "published_posts"):
                return self._list_posts(call)
            case "GET", (remote_id, "comments"):
                return self._list_comments(self._stories.get(remote_id), call)
        return self._serve_story(call)

    def _serve_story(self, call: Call) -> object:
        story = self._stories.get("/".join(call.path))
        match call.method:
            case "GET":
                return pick(present(story), call.check("fields"))
            case "POST":
                story.message = call.check("message")["message"]
            case "DELETE":
                call.check()
                self._stories.remove(story.id)
        return {"success": True}

    def _inspect(self, call: Call) -> object:
        if call.token == self.page_token or not self.inspects:
            raise Refusal(100, "You must provide an app access token")
        is_ours = call.check("input_token")["input_token"] == self.page_token
        ends = {
            "expires_at": int(self.expires.timestamp()),
            "data_access_expires_at": int(self.data_expires.timestamp()),
        }
        return {"data": {"type": "PAGE", "is_valid": is_ours, "scopes": self.scopes if is_ours else [], **ends}}

    def _post(self, fields: Mapping[str, str], at: datetime, picture: bytes = b"", alt: str = "") -> Story:
        message, link = fields.get("message", ""), fields.get("link", "")
        if not 0 < len(message) <= 63_206:
            raise Refusal(100, "Param message has a wrong length")
        if link and not self.scrapes:
            raise Refusal(1609005, "Error posting link")
        if [post.message for post in self._stories.below("")[:1]] == [message]:
            raise Refusal(506, "Duplicate status message")
        return self._accept(Story(message=message, at=at, author=self.page_id, link=link, picture=picture, alt=alt))

    def _post_photo(self, call: Call, at: datetime) -> object:
        fields, picture = call.check("caption", "alt_text_custom"), call.files.get("source", b"")
        if not picture.startswith(_PICTURES):
            raise Refusal(100, "Invalid parameter", subcode=1366046)
        alt = fields.get("alt_text_custom", "")
        post = self._post({"message": fields.get("caption", "")}, at, picture, alt)
        return {"id": f"7{post.id.rpartition('_')[2]}", "post_id": post.id}

    def _comment(self, above: Story, fields: Mapping[str, str], at: datetime) -> Story:
        message = fields.get("message", "")
        if not 0 < len(message) <= 8_000:
            raise Refusal(100, "Param message has a wrong length")
        return self._accept(Story(message=message, at=at, author=self.page_id, above=above.id))

    def _accept(self, story: Story) -> Story:
        self._stories.add(story)
        known = Accepted(remote_id=story.id, text=story.message, at=story.at, reply_to=story.above)
        self._published.append(known)
        return story

    def _list_posts(self, call: Call) -> object:
        if self.hides_timeline:
            raise Refusal(10, "This endpoint requires the 'pages_read_engagement' permission", status=403)
        call.check(*_LIST)
        return list_part(self._stories.below(""), call, self.page_size, self.clock() - self.lag)

    def _list_comments(self, above: Story, call: Call) -> object:
        fields = call.check(*_LIST, "filter", "order")
        if (fields.get("filter"), fields.get("order")) != ("stream", "reverse_chronological"):
            raise Refusal(100, "Facebook would choose which comments to show, and in which order")
        return list_part(self._stories.below(above.id), call, self.page_size, self.clock() - self.lag)


def open_simulator(clock: Callable[[], datetime]) -> FacebookSimulator:
    """The simulator of this kind, not yet running."""
    return FacebookSimulator(clock)
