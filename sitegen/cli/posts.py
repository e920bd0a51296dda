"""Posts for the eyes of an engineer: what a run would say, what it said, and what is left for a person."""

import json

import click

from sitegen.channel import Traits
from sitegen.channels import CHANNELS
from sitegen.cli.mirroring import Plans
from sitegen.ledger import Record, Snapshot
from sitegen.mirror.delivery import Outcome
from sitegen.mirror.plan import Decision, Item
from sitegen.mirror.run import Report
from sitegen.model import Connection, DeliveryState


def print_plan(plans: Plans, snapshot: Snapshot) -> None:
    """The plan in text: per channel the words, counted and priced, then what is not said and why."""
    for name, items in plans.items():
        click.secho(name, bold=True)
        if name not in snapshot.connections:
            click.echo(f"  not connected: `sitegen mirror connect {name}` does that, once")
        for item in items:
            if item.decision is not Decision.DONE:
                _print_item(item)
        if not any(item.decision in (Decision.DELIVER, Decision.TAKE_OVER) for item in items):
            click.echo("  nothing to say now")


def _print_item(item: Item) -> None:
    head = f"  {item.story} · {item.announcement.part}: {item.decision}"
    click.echo(f"{head} ({item.reason})" if item.reason else head)
    if item.draft is None:
        return
    for line in item.draft.text.splitlines():
        click.echo(f"    │ {line}")
    click.echo(f"    {_measure(item)}")


def _measure(item: Item) -> str:
    """How long it is of what is allowed, what it does there, and what it costs."""
    traits = _traits(item)
    text = item.draft.text if item.draft else ""
    limit = "" if traits.limit is None else f"/{traits.limit}"
    cost = "" if not item.cost else f", ${item.cost:.3f}"
    return f"{traits.measure(text)}{limit} characters, {item.deed}{cost}"


def _traits(item: Item) -> Traits:
    return CHANNELS[item.channel.kind].traits()


def print_plan_as_json(plans: Plans, snapshot: Snapshot) -> None:
    """The plan for scripts: one object per channel."""
    body = {
        name: {"connected": name in snapshot.connections, "items": [_as_json(item) for item in items]}
        for name, items in plans.items()
    }
    click.echo(json.dumps(body, indent=2, ensure_ascii=False))


def _as_json(item: Item) -> dict[str, object]:
    return {
        "key": item.key,
        "incident": item.story,
        "part": item.announcement.part,
        "saying": item.announcement.saying.value,
        "decision": item.decision.value,
        "deed": item.deed.value,
        "reason": item.reason,
        "text": item.draft.text if item.draft else None,
        "link": item.draft.link if item.draft else None,
        "length": _traits(item).measure(item.draft.text) if item.draft else None,
        "cost": item.cost,
    }


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
