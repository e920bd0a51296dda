"""What an importer made, read as our own program reads it: nothing in it may be wrong."""

from datetime import datetime

from sitegen import config, load, postmortem
from sitegen.importers.conversion import Conversion
from sitegen.model import Incident, Settings, Status
from sitegen.problems import Severity


def load_all(conversion: Conversion) -> tuple[Settings, dict[str, Incident]]:
    """The project, loaded without a single problem, its post-mortems too."""
    configuration = config.read(conversion.settings_yaml)
    assert configuration.problems == ()
    assert configuration.settings is not None
    incidents = {}
    for path, content in conversion.incidents.items():
        entry = load.read_incident(path, content, configuration.settings)
        assert entry.problems == ()
        incidents[path.stem] = entry.incident
    for path, content in conversion.postmortems.items():
        assert path.with_suffix(".yaml") in conversion.incidents
        language = configuration.settings.site.default_language
        assert postmortem.read_postmortem({language: (path, content)}, configuration.settings).problems == ()
    assert load.find_collisions(incidents.values()) == ()
    assert set(conversion.origins) == set(conversion.incidents)
    return configuration.settings, incidents


def messages(incident: Incident) -> list[str]:
    return [update.message.read("en", "en") for update in incident.updates]


def statuses(incident: Incident) -> list[Status | None]:
    return [update.status for update in incident.updates]


def clocks(incident: Incident) -> list[str]:
    return [f"{update.at:%d %H:%M}" for update in incident.updates]


def titles(incidents: dict[str, Incident]) -> list[str]:
    return [incident.title.read("en", "en") for incident in incidents.values()]


def groups(settings: Settings) -> list[tuple[str, list[str]]]:
    """The groups by name, empty for what stands alone, each with the keys of its components."""
    named = ((group.name.read("en", "en") if group.name else "", group.components) for group in settings.groups)
    return [(name, [component.key for component in components]) for name, components in named]


def told(conversion: Conversion, words: str) -> list[str]:
    """Where the report says something with these words."""
    return [str(one.where) for one in conversion.problems if words in one.what]


def losses(conversion: Conversion) -> list[str]:
    """What the report says was lost."""
    return [one.what for one in conversion.problems if one.severity is Severity.ERROR]


def moment(text: str) -> datetime:
    """A moment written in ISO 8601."""
    return datetime.fromisoformat(text)
