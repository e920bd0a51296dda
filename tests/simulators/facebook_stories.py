"""The posts and comments of one page on Facebook, and how the Graph API shows them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import msgspec

from tests.simulators.facebook_requests import HOST, VERSION, Call, Refusal, refuse_missing


class Story(msgspec.Struct, kw_only=True):
    """A post, or a comment on the post `above`; `link` is what it previews."""

    message: str
    at: datetime
    author: str
    id: str = ""
    above: str = ""
    link: str = ""
    picture: bytes = b""
    alt: str = ""
    by_hand: bool = False


class Stories:
    """All that stands on a page."""

    def __init__(self, page: str) -> None:
        self._page = page
        self._stories: dict[str, Story] = {}
        self._count = 0

    def add(self, story: Story) -> str:
        """The story's new id."""
        self._count += 1
        owner = story.above.rpartition("_")[2] if story.above else self._page
        story.id = f"{owner}_{122100000000000000 + self._count}"
        self._stories[story.id] = story
        return story.id

    def get(self, remote_id: str) -> Story:
        """The story of this id; refused where there is none."""
        if remote_id not in self._stories:
            raise refuse_missing(remote_id)
        return self._stories[remote_id]

    def remove(self, remote_id: str) -> None:
        """Take a comment away, or a post with its comments."""
        kept = (story for story in self._stories.values() if remote_id not in (story.id, story.above))
        self._stories = {story.id: story for story in kept}

    def below(self, above: str) -> list[Story]:
        """The comments on a post, or the page's posts, newest first."""
        return [story for story in reversed(self._stories.values()) if story.above == above]

    def everything(self) -> list[Story]:
        """Posts and comments, oldest first."""
        return list(self._stories.values())


def pick(content: Mapping[str, object], fields: Mapping[str, str]) -> dict[str, object]:
    """The fields that are asked for, the id always."""
    wanted = fields.get("fields", "id").split(",")
    if unknown := set(wanted) - content.keys():
        raise Refusal(100, f"Tried accessing nonexisting field ({min(unknown)})")
    return {name: content[name] for name in ("id", *wanted)}


def present(story: Story) -> dict[str, object]:
    """The story as the Graph API tells it to the page's token."""
    created = f"{story.at:%Y-%m-%dT%H:%M:%S}+0000"
    return {"id": story.id, "message": story.message, "from": {"id": story.author}, "created_time": created}


def list_part(found: list[Story], call: Call, page_size: int, before: datetime) -> dict[str, object]:
    """The part of the list that is asked for, of what was there `before` that moment (UTC)."""
    size, skipped = int(call.fields.get("limit", "25")), int(call.fields.get("after", "0"))
    if not 0 < size <= 100:
        raise Refusal(100, "Param limit must be between 1 and 100")
    since = datetime.fromtimestamp(0, UTC) + timedelta(seconds=int(call.fields.get("since", "0")))
    seen = [pick(present(story), call.fields) for story in found if since <= story.at <= before]
    end = skipped + min(size, page_size)
    part: dict[str, object] = {"data": seen[skipped:end]}
    if seen[end:]:
        query = urlencode({**call.fields, "after": end, "access_token": call.token})
        part["paging"] = {"next": f"https://{HOST}/{VERSION}/{'/'.join(call.path)}?{query}"}
    return part
