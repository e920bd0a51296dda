"""The page and its components as the API has them."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

import msgspec

from sitegen import markup
from sitegen.languages import Language
from sitegen.model import Component, Condition, Group, Kind, Text
from sitegen.pages.api.changes import NEVER, changed, first_known, last_turns
from sitegen.pages.api.ids import IncidentIds, component_id, derive, group_id, identify
from sitegen.pages.api.verdict import declare, judge
from sitegen.pages.page import Scene
from sitegen.timeline import worst

Json = dict[str, Any]
# Consumers show bodies as text or as HTML, for hosted pages allow tags in them. None of ours begins one, in either.
_TAG = re.compile(r"<(?=[a-zA-Z/!?])")
_UNSEEN = "\u200b"


class Export:
    """One project at its view's moment; texts are in the site's first language, times in its zone."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.view = scene, scene.view
        self.site = scene.project.settings.site
        self.page_id = derive("page", self.site.url)

    @property
    def language(self) -> Language:
        """The site's first language."""
        return self.scene.languages[0]

    @cached_property
    def ids(self) -> IncidentIds:
        """The ids of all incidents."""
        return identify(self.scene.project.named)

    def name(self, text: Text) -> str:
        """A short text, letter by letter."""
        return text.read(self.site.default_language, self.site.default_language)

    def prose(self, text: Text) -> str:
        """A text in Markdown as plain text with its line breaks; read as HTML it has no element either."""
        return _TAG.sub(f"<{_UNSEEN}", markup.render(self.name(text)).plain)

    def stamp(self, moment: datetime) -> str:
        """The moment with milliseconds and the offset of the site's zone."""
        return moment.astimezone(self.site.zone).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    @cached_property
    def page(self) -> Json:
        """Whose page it is.

        `updated_at` is the newest change, as on hosted pages, and not the moment of the build: consumers take another
        value for news, and a build without any leaves all eight files as they were.
        """
        told = (changed(line) for line in self.view.timelines if line.kind is not Kind.NOTICE)
        newest = max((*told, *self._turns.values()), default=NEVER)
        return {
            "id": self.page_id,
            "name": self.name(self.site.name),
            "url": self.site.url,
            "time_zone": self.site.zone.key,
            "updated_at": self.stamp(newest),
        }

    @property
    def status(self) -> Json:
        """The verdict on the whole page."""
        verdict: Json = msgspec.to_builtins(judge(record.condition for record in self.view.records))
        return verdict

    @property
    def components(self) -> list[Json]:
        """All components in the order of the page, each group before those in it."""
        return list(self._list_components())

    def of(self, keys: Iterable[str]) -> list[Json]:
        """The components of these keys, in the order of the page."""
        return [self._leaves[component.key] for component in self.named(keys)]

    def named(self, keys: Iterable[str]) -> list[Component]:
        """What the settings say of the components of these keys, in the order of the page."""
        wanted = set(keys)
        return [component for component in self._components if component.key in wanted]

    def full_name(self, component: Component) -> str:
        """`Group - Component`, for names may repeat across groups."""
        return self._full_names[component.key]

    def _list_components(self) -> Iterable[Json]:
        for position, group in enumerate(self.view.settings.groups, 1):
            if group.name is not None:
                yield self._group(group, group.name, position)
            yield from (self._leaves[component.key] for component in group.components)

    @cached_property
    def _components(self) -> tuple[Component, ...]:
        return self.view.settings.components

    @cached_property
    def _full_names(self) -> Mapping[str, str]:
        """What each component is called where its group matters, by its key."""
        return {
            component.key: " - ".join(self.name(text) for text in (group.name, component.name) if text is not None)
            for group in self.view.settings.groups
            for component in group.components
        }

    @cached_property
    def _turns(self) -> Mapping[str, datetime]:
        return last_turns(self.view.timelines)

    @cached_property
    def _conditions(self) -> Mapping[str, Condition]:
        return {record.component.key: declare(record.condition) for record in self.view.records}

    @cached_property
    def _leaves(self) -> Mapping[str, Json]:
        """Every component that is not a group, by its key."""
        return {
            component.key: self._leaf(component, group, position)
            for number, group in enumerate(self.view.settings.groups, 1)
            for position, component in enumerate(group.components, number if group.name is None else 1)
        }

    def _leaf(self, component: Component, group: Group, position: int) -> Json:
        known = first_known(component, self.site.zone)
        return {
            "id": component_id(component),
            "name": self.name(component.name),
            "status": self._conditions[component.key].value,
            "created_at": self.stamp(known),
            "updated_at": self.stamp(max(known, self._turns.get(component.key, NEVER))),
            "position": position,
            "description": self.name(component.description) if component.description else None,
            "showcase": True,
            "start_date": component.since.isoformat() if component.since else None,
            "group_id": group_id(group) if group.name is not None else None,
            "page_id": self.page_id,
            "group": False,
            "only_show_if_degraded": False,
        }

    def _group(self, group: Group, name: Text, position: int) -> Json:
        known = [first_known(component, self.site.zone) for component in group.components]
        turns = [self._turns.get(component.key, NEVER) for component in group.components]
        return {
            "id": group_id(group),
            "name": self.name(name),
            "status": worst(self._conditions[component.key] for component in group.components).value,
            "created_at": self.stamp(min(known)),
            "updated_at": self.stamp(max(*known, *turns)),
            "position": position,
            "description": None,
            "showcase": False,
            "start_date": None,
            "group_id": None,
            "page_id": self.page_id,
            "group": True,
            "only_show_if_degraded": False,
            "components": [component_id(component) for component in group.components],
        }
