"""What Statuspage tells of one incident or maintenance, whichever file it was saved in."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from sitegen.importers.assembly import Account
from sitegen.importers.conversion import Findings
from sitegen.importers.records import Record
from sitegen.importers.statuspage.bodies import to_markdown
from sitegen.model import Condition
from sitegen.problems import Location

# What the API says in place of a component where there is none.
_NOBODY = "No components were affected by this update."
_CONDITIONS = {condition.value: condition for condition in Condition if condition is not Condition.UNKNOWN}
_ENTRY = frozenset(
    (
        *("id", "name", "status", "created_at", "updated_at", "monitoring_at", "resolved_at", "impact", "shortlink"),
        *("started_at", "page_id", "incident_updates", "components", "reminder_intervals", "scheduled_for"),
        *("scheduled_until", "scheduled_remind_prior", "scheduled_reminded_at", "scheduled_auto_in_progress"),
        *("scheduled_auto_completed", "scheduled_auto_transition", "impact_override", "backfilled", "metadata"),
        *("auto_transition_deliver_notifications_at_end", "auto_transition_deliver_notifications_at_start"),
        *("auto_transition_to_maintenance_state", "auto_transition_to_operational_state", "auto_tweet_at_beginning"),
        *("auto_tweet_on_completion", "auto_tweet_on_creation", "auto_tweet_one_hour_before", "postmortem_body"),
        *("postmortem_body_last_updated_at", "postmortem_ignored", "postmortem_notified_subscribers"),
        *("postmortem_notified_twitter", "postmortem_published_at"),
    )
)
_UPDATE = frozenset(
    (
        *("id", "status", "body", "incident_id", "created_at", "updated_at", "display_at", "affected_components"),
        *("deliver_notifications", "custom_tweet", "tweet_id", "twitter_updated_at", "wants_twitter_update"),
    )
)


class Touch(msgspec.Struct, frozen=True):
    """A component that an update or an incident names, by code or name, and its condition before and after.

    `group` is the code of its group, where the API tells.
    """

    code: str
    name: str
    group: str = ""
    before: Condition | None = None
    after: Condition | None = None


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One update: `at` is when it counts from on the page (UTC), `text` is Markdown, `status` the word as written."""

    code: str = ""
    status: str
    text: str
    at: datetime
    where: Location
    touches: tuple[Touch, ...] = ()


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """One incident or maintenance as one capture has it; moments are UTC, `said` stands oldest first.

    `code` is Statuspage's own id, `updated` how new it is, `page` the id of its page. `is_exact` is what the API gives;
    a feed knows less. `over_by` is when it was no longer listed as open, where nothing else tells of its end.
    """

    code: str
    title: str
    where: Location
    status: str = ""
    impact: str = ""
    is_planned: bool = False
    is_exact: bool = True
    said: tuple[Said, ...] = ()
    named: tuple[Touch, ...] = ()
    created: datetime | None = None
    started: datetime | None = None
    ended: datetime | None = None
    start: datetime | None = None
    end: datetime | None = None
    keeps_running: bool = False
    account: Account | None = None
    aliases: tuple[str, ...] = ()
    updated: datetime | None = None
    over_by: datetime | None = None
    page: str = ""


def read_story(record: Record, *, is_planned: bool) -> Story:
    """What an object of the API says; whatever can't be understood of it is told."""
    _tell_unknown(record, _ENTRY)
    code = record.name("id")
    if not code:
        record.source.findings.warn(record.where, "This entry has no id; no old link leads to it.")
    said, accounts = _read_updates(record)
    start, end = record.moment("scheduled_for"), record.moment("scheduled_until")
    return Story(
        code=code,
        title=record.text("name"),
        where=record.where,
        status=record.text("status").lower(),
        impact=record.text("impact").lower(),
        is_planned=is_planned or start is not None,
        said=said,
        named=tuple(_touch(one) for one in part_groups(record.records("components"))[0]),
        created=record.moment("created_at"),
        started=record.moment("started_at"),
        ended=record.moment("resolved_at"),
        start=start,
        end=end,
        keeps_running=record.fields.get("auto_transition_to_maintenance_state") is False,
        account=_account(record) or join(accounts),
        aliases=(f"incidents/{code}",) if code else (),
        updated=record.moment("updated_at"),
        page=record.name("page_id"),
    )


def part_groups(records: Sequence[Record]) -> tuple[tuple[Record, ...], tuple[Record, ...]]:
    """The components among these, and the groups: what says so, and what others name as theirs, as older pages do."""
    named = {one.name("group_id") for one in records}
    groups = tuple(one for one in records if one.is_true("group") or (one.name("id") and one.name("id") in named))
    return tuple(one for one in records if one not in groups), groups


def _account(record: Record) -> Account | None:
    """The post-mortem as the authenticated API has it."""
    body = to_markdown(record.text("postmortem_body", prose=True))
    published = record.fields.get("postmortem_published_at")
    # Its documentation calls this true or false; a text is a moment.
    at = record.moment("postmortem_published_at") if isinstance(published, str) else None
    if published is True:
        at = record.moment("postmortem_body_last_updated_at") or record.moment("updated_at")
    if body and at is None:
        record.source.findings.advise(record.where, "Its post-mortem was not published; it is a draft.")
    return Account(body, at, record.where) if body else None


def join(accounts: Sequence[Account]) -> Account | None:
    """All that was published as post-mortem, as one text."""
    if not accounts:
        return None
    return msgspec.structs.replace(accounts[0], body="\n\n".join(account.body for account in accounts))


def _read_updates(record: Record) -> tuple[tuple[Said, ...], tuple[Account, ...]]:
    """The updates, oldest first, and the post-mortems, which Statuspage lists among them."""
    dated: list[tuple[datetime, datetime, Said]] = []
    accounts = []
    for one in reversed(record.records("incident_updates")):
        _tell_unknown(one, _UPDATE)
        shown, written = one.moment("display_at"), one.moment("created_at")
        at = shown or written or record.moment("created_at") or record.moment("started_at")
        body = to_markdown(one.text("body", prose=True))
        status = one.text("status").lower()
        if at is None:
            what = f"Nothing says when this was said, so it was left out: “{body[:80]}”"
            record.source.findings.lose(one.where, what)
        elif status == "postmortem":
            accounts.append(Account(body, at, one.where))
        else:
            _tell_times(one, shown, written)
            said = Said(code=one.name("id"), status=status, text=body, at=at, where=one.where, touches=_touches(one))
            dated.append((at, written or at, said))
    dated.sort(key=lambda item: item[:2])
    return tuple(said for _, _, said in dated), tuple(account for account in accounts if account.body)


def _tell_times(update: Record, shown: datetime | None, written: datetime | None) -> None:
    findings = update.source.findings
    if shown is None and written is None:
        findings.warn(update.where, "This update has no time; it stands at that of its incident.")
    elif shown and written and abs((shown - written).total_seconds()) >= 60:
        what = f"It was written at {written:%Y-%m-%d %H:%M} UTC and shown as of {shown:%Y-%m-%d %H:%M} UTC"
        findings.advise(update.where, f"{what}; `at` is the latter, which is what the page said.")
    if tweet := update.text("custom_tweet"):
        findings.warn(update.where, f"Its own words for X were left out, for they were said: “{tweet[:280]}”")


def _touches(update: Record) -> tuple[Touch, ...]:
    return tuple(
        _touch(one)
        for one in update.records("affected_components")
        if not (one.text("name") == _NOBODY and not one.name("code"))
    )


def _touch(record: Record) -> Touch:
    """A component as an update or an incident names it; of the latter its state is that of the capture."""
    before, after = (_condition(record, key) for key in ("old_status", "new_status"))
    code, group = record.name("code") or record.name("id"), record.name("group_id")
    return Touch(code, record.text("name"), group, before, after)


def _condition(record: Record, key: str) -> Condition | None:
    word = record.text(key)
    if word and word not in _CONDITIONS:
        record.source.findings.warn(record.where, f"`{word[:60]}` is no state of a component; it was left out.")
    return _CONDITIONS.get(word)


def _tell_unknown(record: Record, known: frozenset[str]) -> None:
    for key in _unknown(record, known):
        record.source.findings.warn(record.where, f"`{key[:60]}` has no counterpart; it was left out.")


def _unknown(record: Record, known: frozenset[str]) -> Iterator[str]:
    return (key for key, value in record.fields.items() if key not in known and value not in (None, "", [], {}, False))


def tell_touched(stories: tuple[Record, ...], findings: Findings) -> None:
    """Say once for a file how many updates were touched after they were made: what changed nobody knows."""
    updates = [one for story in stories for one in _quietly(story).records("incident_updates")]
    touched = [one for one in updates if _is_touched(one)]
    if touched:
        what = f"{len(touched)} of {len(updates)} updates were touched after they were made; what changed is not saved"
        findings.advise(touched[0].where, f"{what}, so none is marked as edited. This is the first.")


def _is_touched(update: Record) -> bool:
    created, updated = update.moment("created_at"), update.moment("updated_at")
    return bool(created and updated and (updated - created).total_seconds() >= 60)


def _quietly(record: Record) -> Record:
    """The same object with a report of its own: what is wrong with it was told when it was read."""
    return msgspec.structs.replace(record, source=msgspec.structs.replace(record.source, findings=Findings()))
