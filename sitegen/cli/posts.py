"""Posts for the eyes of an engineer: what a run would say, what it said, and what is left for a person."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import click

from sitegen.channel import Traits
from sitegen.channels import CHANNELS
from sitegen.checks import redact
from sitegen.cli.mirroring import Plans
from sitegen.compose import SOCIAL_KINDS
from sitegen.ledger import Record, Snapshot
from sitegen.mirror.delivery import Outcome
from sitegen.mirror.kit import Copy
from sitegen.mirror.plan import Decision, Deed, Item, is_connected
from sitegen.mirror.preview import Shown, show, total
from sitegen.mirror.run import Report
from sitegen.model import Channel, Connection, DeliveryState, Saying, Settings


def print_plan(plans: Plans, snapshot: Snapshot, settings: Settings) -> None:
    """The plan in text: per channel the words, counted and priced, then what is not said and why."""
    channels = {channel.name: channel for channel in settings.channels}
    for name, items in plans.items():
        click.secho(name, bold=True)
        click.echo(f"  {_connection(channels[name], snapshot, settings)}")
        for shown in show(items, snapshot):
            if shown.item.decision is not Decision.DONE:
                _print_item(shown)
        _print_sum(items)
    costs = sum(total(items) for items in plans.values())
    if costs and len(plans) > 1:
        click.echo(f"all channels together: {_dollars(costs)}")
    click.echo("`sitegen serve` draws this under /_preview/")


def print_copies(copies: Iterable[Copy]) -> None:
    """The copy-paste kit, for places that no program may write to: each text whole, and a short one, both counted."""
    for copy in copies:
        one = copy.announcement
        click.secho(f"to copy: {one.incident.id} · {one.part} ({copy.language})", bold=True)
        for text in dict.fromkeys((copy.full, copy.short)):
            for line in text.splitlines():
                click.echo(f"    │ {line}".rstrip())
            click.echo(f"    {len(text)} characters")


def _connection(channel: Channel, snapshot: Snapshot, settings: Settings) -> str:
    connection = snapshot.connections.get(channel.name)
    if connection is None or not is_connected(snapshot, channel, settings):
        changed = " as sitegen.yaml has it now" if connection else ""
        return f"not connected{changed}: `sitegen mirror connect {channel.name}` does that, once"
    account = redact(connection.account)
    return f"{account}, in {connection.language}, connected since {connection.since:%Y-%m-%d %H:%M} UTC"


def _print_sum(items: tuple[Item, ...]) -> None:
    count = sum(item.speaks for item in items)
    cost = f", {_dollars(total(items))}" if total(items) else ""
    click.echo(f"  {count} to say{cost}" if count else "  nothing to say now")


def show_posts(plans: Plans, snapshot: Snapshot, story: str) -> None:
    """On stderr, what a run would post now on each connected channel, counted and priced; why an entry is left out."""
    for name, items in plans.items():
        if name not in snapshot.connections:
            continue
        spoken = [item for item in items if item.speaks]
        for item in spoken:
            click.secho(f"  {name} · {_measure(item)}", err=True, bold=True)
            _print_text(item, err=True)
        if not any(item.story == story for item in spoken):
            reasons = [item.reason for item in items if item.story == story and item.reason]
            click.echo(f"  {name}: nothing to post of this ({reasons[-1] if reasons else 'nothing is due'})", err=True)


def _print_item(shown: Shown) -> None:
    item = shown.item
    head = f"  {item.story} · {_part(item)}: {item.decision}"
    click.echo(f"{head} ({item.reason})" if item.reason else head)
    _print_text(item)
    for line in _facts(shown):
        click.echo(f"    {line}")


def _part(item: Item) -> str:
    saying = item.announcement.saying
    return item.announcement.part if saying is Saying.POST else f"{item.announcement.part}, {saying}"


def _facts(shown: Shown) -> Iterator[str]:
    """What there is to know of an item beside its words."""
    item, draft = shown.item, shown.item.draft
    if until := shown.until:
        yield f"until {until:%Y-%m-%d %H:%M} UTC"
    if draft is not None:
        deed = "" if item.deed is Deed.SEND else f", {item.deed}"
        yield f"{shown.measure}{deed}" + (f", {_dollars(item.cost)}" if item.cost else "")
        if item.channel.kind not in SOCIAL_KINDS:
            yield f"subject: {draft.title}"
        if shown.picture:
            yield f"picture: {shown.picture} ({draft.alt})"
    if shown.above is not None:
        deed = "comments on" if item.below is not None else "replies to"
        yield f"{deed} {shown.above.url or 'the post before this one'}"
    for target in item.targets if draft is not None or item.deed is Deed.DELETE else ():
        yield f"{'deletes' if item.deed is Deed.DELETE else 'edits'} {target.url or target.remote_id}"


def _dollars(cost: float) -> str:
    return f"${cost:.3f}".removesuffix("0")


def _print_text(item: Item, *, err: bool = False) -> None:
    for line in item.draft.text.splitlines() if item.draft else ():
        click.echo(f"    │ {line}".rstrip(), err=err)


def _measure(item: Item) -> str:
    """How long it is of what is allowed, what it does there where that is no new post, and what it costs: $0.20."""
    traits = _traits(item)
    length = traits.measure(item.draft.text) if item.draft else 0
    deed = "" if item.deed is Deed.SEND else f", {item.deed}"
    cost = f", ${item.cost:.3f}".removesuffix("0") if item.cost else ""
    return (f"{length} characters" if traits.limit is None else f"{length}/{traits.limit}") + deed + cost


def _traits(item: Item) -> Traits:
    return CHANNELS[item.channel.kind].traits()


def print_plan_as_json(plans: Plans, snapshot: Snapshot) -> None:
    """The plan for scripts: one object per channel (docs/reference/plan.md)."""
    body = {name: _channel_as_json(name, items, snapshot) for name, items in plans.items()}
    click.echo(json.dumps(body, indent=2, ensure_ascii=False))


def _channel_as_json(name: str, items: tuple[Item, ...], snapshot: Snapshot) -> dict[str, object]:
    connection = snapshot.connections.get(name)
    return {
        "connected": connection is not None,
        "connected_since": _moment(connection.since) if connection else None,
        "account": redact(connection.account) if connection else None,
        "language": connection.language if connection else None,
        "cost": round(total(items), 3),
        "items": [_as_json(shown) for shown in show(items, snapshot)],
    }


def _as_json(shown: Shown) -> dict[str, object]:
    item, draft, above = shown.item, shown.item.draft, shown.above
    return {
        "key": item.key,
        "incident": item.story,
        "part": item.announcement.part,
        "saying": item.announcement.saying.value,
        "decision": item.decision.value,
        "deed": item.deed.value,
        "reason": item.reason,
        "waits_until": _moment(shown.until) if shown.until else None,
        "title": draft.title if draft else None,
        "text": draft.text if draft else None,
        "link": draft.link if draft else None,
        "image": shown.picture or None,
        "alt": draft.alt if draft and shown.picture else None,
        "length": shown.length,
        "limit": shown.limit,
        "cost": item.cost,
        "below": {"part": above.part, "url": above.url or None} if above else None,
        "targets": [{"part": target.part, "url": target.url or None} for target in item.targets],
        "url": item.entry.url or None if item.entry else None,
    }


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def tell_outcome(outcome: Outcome) -> None:
    """One line for each post as it happens: where it stands, or what became of it."""
    entry, item = outcome.entry, outcome.item
    name = f"{item.channel.name}: {item.story} · {item.announcement.part}"
    if entry is None:
        click.echo(f"{name}: another run has it", err=True)
    elif entry.state is DeliveryState.POSTED:
        click.echo(f"{name}: {entry.url or entry.remote_id}")
    else:
        click.echo(f"{name}: {entry.state} – {entry.reason} (key {entry.key})", err=True)


def tell_report(report: Report) -> None:
    """What is left on a channel after a run."""
    if report.stopped:
        click.secho(f"{report.channel}: {report.stopped}", err=True, fg="red")
    for item in report.waiting:
        click.echo(f"{report.channel}: {item.story} · {item.announcement.part} waits: {item.reason}", err=True)
    for entry in report.forgotten:
        what = f"{entry.incident} · {entry.part} is in doubt, and its update is gone (key {entry.key})"
        click.echo(f"{report.channel}: {what}", err=True)


def print_record(record: Record) -> None:
    """One commit of the ledger: when, by whom, and what it recorded."""
    for entry in record.entries:
        if isinstance(entry, Connection):
            what = f"{entry.channel} connected as {entry.account}"
        else:
            what = (
                f"{entry.channel} {entry.incident} · {entry.part}: {entry.state} {entry.url or entry.reason}".rstrip()
            )
        click.echo(f"{record.at:%Y-%m-%d %H:%M} UTC  {record.by}  {what}")
