"""One server of Mastodon, version 4, as far as a channel uses its interface.

| rule | known from |
|---|---|
| `Authorization: Bearer`; another token: 401 | documented (November 2026) |
| a token without the scope: 403, "outside the authorized scopes" | documented; the text is seen |
| errors are `{error}` | documented (November 2026) |
| an unknown field or parameter: 422 | guessed: real servers pass over them, and so would hide a misspelt one |
| an empty status, or more than 500 characters: 422; what is seen as one character counts 1, a link 23 | documented |
| the same `Idempotency-Key` within an hour: 200 with the status that is there | documented (November 2026) |
| two with the same key at the same moment are both taken (`key_lag`) | seen in issues; mended in February 2026 |
| the same key again: 500, though the first was taken (`repeats_break`) | seen in issues (September 2026) |
| the same key again after the status was deleted: 404 | seen in the server's source |
| a reply to a status that is gone: 404 | seen in the server's source |
| 300 statuses in 3 hours: 429, `X-RateLimit-Reset` in ISO 8601, the end of a window that the clock cuts | seen there |
| 300 requests in 5 minutes; 30 uploads, and 30 deletions, in 30 minutes: 429 | documented; the windows as above |
| the own statuses: newest first, at most 40 a page, `max_id`, `exclude_reblogs` | documented (November 2026) |
| a new status shows up there after a while (`lag`) | guessed |
| `content` is HTML: paragraphs, breaks, links whose address is shown in three parts | seen in the server's source |
| texts are stripped, else unchanged; `/source` gives them back | documented; the stripping is seen in the source |
| an edit keeps id and time; pictures that it does not name go | documented; the pictures are seen in an issue |
| an upload: 200, or 202 and then 206 until it is ready (`processing`) | documented (November 2026) |
| a file that is no picture (`refuses_pictures`): 422 | documented (November 2026) |
| an account that its moderators limited, or that moved, says so (`profile`) | documented (November 2026) |
"""

import html
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from sitegen.model import Channel
from tests.simulators.base import Accepted, Trouble
from tests.simulators.loopback import Answer, HttpSimulator, Request, answer_json
from tests.simulators.mastodon_requests import URL, Picture, Refusal, Window, check, count, read_json, read_picture

HOST = "mastodon.example"
_HOUR = timedelta(hours=1)
_FIELDS = {"status", "language", "media_ids"}


class _Status(msgspec.Struct, kw_only=True):
    id: str
    text: str
    at: datetime
    reply_to: str = ""
    language: str = ""
    media: list[str] = []


class MastodonSimulator(HttpSimulator):
    """A server with one account; the attributes without underscore are switches for tests."""

    kind = "mastodon"

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.user, self.user_id = "status", "109300000000000001"
        # A value with characters that URLs and base64 change, so that leaks of every form are noticed.
        self.token = "canary/Token+1="
        # Those that the how-to asks for.
        self.scopes = {"read:accounts", "read:statuses", "write:statuses", "write:media"}
        self.profile: dict[str, object] = {"bot": True, "locked": False}
        self.key_lag = timedelta()
        self.repeats_break = False
        self.refuses_pictures = False
        self.processing = 0
        self.page_size = 40
        half_hour = timedelta(minutes=30)
        self.windows = {
            "requests": Window(300, timedelta(minutes=5)),
            "statuses": Window(300, timedelta(hours=3)),
            "uploads": Window(30, half_hour),
            "deletions": Window(30, half_hour),
        }
        self._statuses: list[_Status] = []
        self._keys: dict[str, tuple[datetime, str]] = {}
        self._pictures: dict[str, Picture] = {}
        self._count = 0

    def channel(self, account: str = "") -> Channel:
        """Settings of a channel on this server's (or that other) account, pointing here."""
        user = account or self.user
        name = user if "@" in user else f"{user}@{HOST}"
        return Channel(name="mastodon", kind=self.kind, account=name, language="en", api_url=self.url)

    def environment(self) -> Mapping[str, str]:
        """The variables with credentials that this server takes for `channel()`."""
        return {"SITEGEN_MASTODON_ACCESS_TOKEN": self.token}

    def standing(self) -> Mapping[str, str]:
        """What visitors see now: the texts as they were written, by remote id."""
        return {status.id: status.text for status in self._statuses}

    def languages(self) -> tuple[str, ...]:
        """The languages of the statuses that stand, oldest first."""
        return tuple(status.language for status in self._statuses)

    def pictures(self, remote_id: str) -> tuple[Picture, ...]:
        """The pictures that a status shows."""
        return tuple(self._pictures[name] for name in self._find(remote_id).media)

    def shown_picture(self, remote_id: str) -> tuple[bytes, str]:
        """The picture that visitors see with a status, and its alternative text; both empty where it has none."""
        return next(((one.content, one.description) for one in self.pictures(remote_id)), (b"", ""))

    def publish_by_hand(self, text: str) -> str:
        """A person posts on the same account; the remote id. Not part of `accepted`."""
        with self._lock:
            return self._add(text, self.clock()).id

    def remove_by_hand(self, remote_id: str) -> None:
        """A person deletes a status on the server."""
        with self._lock:
            self._statuses.remove(self._find(remote_id))

    def publishes(self, request: Request) -> bool:
        """Whether this is a request that could publish something."""
        return (request.method, request.path) == ("POST", "/api/v1/statuses")

    def refuse(self, trouble: Trouble) -> Answer:
        """The server's way of saying RATE_LIMITED, TOKEN_DEAD, FORBIDDEN or INVALID."""
        refusals = {
            Trouble.RATE_LIMITED: self.windows["statuses"].refusal(self.clock()),
            Trouble.TOKEN_DEAD: Refusal(401, "The access token was revoked"),
            Trouble.FORBIDDEN: Refusal(403, "Your login is currently disabled"),
            Trouble.INVALID: Refusal(422, "Validation failed: Text can't be blank"),
        }
        return refusals[trouble].answer

    def answer(self, request: Request, at: datetime) -> Answer:
        """The server's answer to a request that takes effect at this moment (UTC)."""
        try:
            if request.headers["host"] != HOST:
                raise Refusal(404, "there is no such host here")
            if request.headers.get("authorization") != f"Bearer {self.token}":
                raise Refusal(401, "The access token is invalid")
            self.windows["requests"].use(at)
            return self._route(request, at)
        except Refusal as refusal:
            return refusal.answer

    def _route(self, request: Request, at: datetime) -> Answer:
        match request.method, request.path.split("/")[1:]:
            case "GET", ["api", "v1", "accounts", "verify_credentials"]:
                self._need("read:accounts")
                return answer_json(200, {"id": self.user_id, "username": self.user, "acct": self.user} | self.profile)
            case "GET", ["api", "v1", "accounts", self.user_id, "statuses"]:
                self._need("read:statuses")
                return self._list(check(dict(request.query), {"limit", "exclude_reblogs", "max_id"}))
            case "POST", ["api", "v1", "statuses"]:
                self._need("write:statuses")
                return self._create(request, at)
            case method, ["api", "v1", "statuses", remote_id, *rest]:
                self._need("read:statuses" if method == "GET" else "write:statuses")
                return self._serve_status(request, self._find(remote_id), rest, at)
            case "POST", ["api", "v2", "media"]:
                self._need("write:media")
                return self._take_picture(request, at)
            case "GET", ["api", "v1", "media", name] if name in self._pictures:
                self._need("write:media")
                return self._show_picture(name, 206)
        raise Refusal(404, "The page you are looking for isn't here.")

    def _need(self, scope: str) -> None:
        if not {scope, scope.partition(":")[0]} & self.scopes:
            raise Refusal(403, "This action is outside the authorized scopes")

    def _create(self, request: Request, at: datetime) -> Answer:
        fields = check(read_json(request), _FIELDS | {"visibility", "in_reply_to_id"})
        if above := fields.get("in_reply_to_id"):
            self._find(above, "The post you are trying to reply to does not appear to exist.")
        if known := self._find_by_key(request.headers.get("idempotency-key", ""), at):
            return answer_json(200, self._present(known))
        if fields.get("visibility") != "public":
            raise Refusal(422, "not public: nobody would see it")
        self._check_content(fields)
        self.windows["statuses"].use(at)
        status = self._add(fields["status"], at, fields)
        if key := request.headers.get("idempotency-key"):
            self._keys[key] = (at, status.id)
        self._published.append(Accepted(remote_id=status.id, text=status.text, at=at, reply_to=status.reply_to))
        return answer_json(200, self._present(status))

    def _find_by_key(self, key: str, at: datetime) -> _Status | None:
        taken, remote_id = self._keys.get(key, (at - 2 * _HOUR, ""))
        if not self.key_lag <= at - taken < _HOUR:
            return None
        if self.repeats_break:
            raise Refusal(500, "This page is not correct")
        return self._find(remote_id)

    def _check_content(self, fields: Mapping[str, Any]) -> None:
        if not fields["status"].strip():
            raise Refusal(422, "Validation failed: Text can't be blank")
        if count(fields["status"]) > 500:
            raise Refusal(422, "Validation failed: Text character limit of 500 exceeded")
        media = set(fields.get("media_ids", []))
        if not media <= self._pictures.keys() or (media and self.processing):
            raise Refusal(422, "Cannot attach files that have not finished processing. Try again in a moment!")

    def _add(self, text: str, at: datetime, fields: Mapping[str, Any] | None = None) -> _Status:
        given = fields or {}
        self._count += 1
        status = _Status(
            id=str((int(at.timestamp() * 1000) << 16) + self._count),
            text=text.strip(),
            at=at,
            reply_to=given.get("in_reply_to_id", ""),
            language=given.get("language", ""),
            media=given.get("media_ids", []),
        )
        self._statuses.append(status)
        return status

    def _find(self, remote_id: str, error: str = "Record not found") -> _Status:
        for status in self._statuses:
            if status.id == remote_id:
                return status
        raise Refusal(404, error)

    def _serve_status(self, request: Request, status: _Status, rest: list[str], at: datetime) -> Answer:
        match request.method, rest:
            case "GET", []:
                return answer_json(200, self._present(status))
            case "GET", ["source"]:
                return answer_json(200, {"id": status.id, "text": status.text, "spoiler_text": ""})
            case "PUT", []:
                fields = check(read_json(request), _FIELDS)
                self._check_content(fields)
                status.text, status.media = fields["status"].strip(), fields.get("media_ids", [])
                status.language = fields.get("language", status.language)
                return answer_json(200, self._present(status))
            case "DELETE", []:
                self.windows["deletions"].use(at)
                self._statuses.remove(status)
                return answer_json(200, self._present(status) | {"text": status.text})
        raise Refusal(404, "The page you are looking for isn't here.")

    def _list(self, query: Mapping[str, str]) -> Answer:
        newest = int(query.get("max_id", 1 << 80))
        shown = [status for status in reversed(self._statuses) if status.at + self.lag <= self.clock()]
        older = [status for status in shown if int(status.id) < newest]
        size = min(int(query.get("limit", "20")), 40, self.page_size)
        return answer_json(200, [self._present(status) for status in older[:size]])

    def _present(self, status: _Status) -> dict[str, object]:
        return {
            "id": status.id,
            "created_at": f"{status.at:%Y-%m-%dT%H:%M:%S}.{status.at.microsecond // 1000:03}Z",
            "in_reply_to_id": status.reply_to or None,
            "language": status.language or None,
            "content": _format(status.text),
            "media_attachments": [{"id": name, "type": "image"} for name in status.media],
            "reblog": None,
        }

    def _take_picture(self, request: Request, at: datetime) -> Answer:
        self.windows["uploads"].use(at)
        picture = read_picture(request)
        if self.refuses_pictures:
            raise Refusal(422, "Validation failed: File content type is invalid, File is invalid")
        name = str(22_348_641 + len(self._pictures))
        self._pictures[name] = picture
        return self._show_picture(name, 202)

    def _show_picture(self, name: str, unready: int) -> Answer:
        picture: dict[str, object] = {"id": name, "type": "image", "url": None}
        if self.processing:
            self.processing -= unready == 206
            return answer_json(unready, picture)
        return answer_json(200, picture | {"url": f"https://files.{HOST}/{name}.png"})


def open_simulator(clock: Callable[[], datetime]) -> MastodonSimulator:
    """The simulator of this kind, not yet running."""
    return MastodonSimulator(clock)


def _format(text: str) -> str:
    blocks = [_link(block).replace("\n", "<br />") for block in re.split(r"\n\n+", text)]
    return "".join(f"<p>{block}</p>" for block in blocks)


def _link(text: str) -> str:
    shown, end = "", 0
    for found in URL.finditer(text):
        start = re.match(r"https?://(?:www\.)?", found[0])
        assert start is not None
        middle = found[0][start.end() : start.end() + 30]
        parts = (("invisible", start[0]), ("ellipsis", middle), ("invisible", found[0][start.end() + 30 :]))
        spans = "".join(f'<span class="{style}">{html.escape(part)}</span>' for style, part in parts)
        address = f'<a href="{html.escape(found[0])}" target="_blank" rel="nofollow noopener noreferrer">{spans}</a>'
        shown, end = f"{shown}{html.escape(text[end : found.start()])}{address}", found.end()
    return shown + html.escape(text[end:])
