"""Writes incident files: a new one whole, an update into an old one with everything else in it untouched."""

from sitegen.author.files import Refused, append_update, dump_incident
from sitegen.author.naming import new_id

__all__ = ["Refused", "append_update", "dump_incident", "new_id"]
