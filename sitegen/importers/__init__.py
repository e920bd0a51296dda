"""Histories of other tools to a project of ours: every importer by name, and the one way to run it on a folder."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import msgspec

from sitegen.importers import cstate
from sitegen.importers.conversion import Conversion, Importer, Refusal
from sitegen.importers.folder import read_folder
from sitegen.problems import sort_problems

IMPORTERS: Mapping[str, Importer] = MappingProxyType({"cstate": cstate.IMPORTER})


def import_folder(importer: Importer, root: Path) -> Conversion | Refusal:
    """What the importer makes of the files in the folder; nothing is written, and nothing in the folder raises.

    Links, pipes, devices and what is too big are not read; each stands in `unread` and among the problems.
    """
    folder = read_folder(root, importer.reads)
    outcome = importer.convert(folder.files)
    problems = sort_problems((*outcome.problems, *folder.problems))
    if isinstance(outcome, Refusal):
        return msgspec.structs.replace(outcome, problems=problems)
    return msgspec.structs.replace(outcome, problems=problems, unread=folder.unread)
