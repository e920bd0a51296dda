"""Histories of other tools to a project of ours: every importer by name, and the one way to run it on a folder."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from types import MappingProxyType

import msgspec

from sitegen.importers import cstate, statuspage, upptime
from sitegen.importers.conversion import Conversion, Importer, Refusal
from sitegen.importers.folder import read_folder
from sitegen.problems import sort_problems

IMPORTERS: Mapping[str, Importer] = MappingProxyType(
    {"cstate": cstate.IMPORTER, "statuspage": statuspage.IMPORTER, "upptime": upptime.IMPORTER}
)


def import_folder(importer: Importer, root: Path) -> Conversion | Refusal:
    """What the importer makes of the files in the folder, or of one file; nothing is written, and nothing raises.

    Links, pipes, devices and what is too big are not read; each stands in `unread` and among the problems.
    """
    alone = root.is_file()
    reads = (PurePosixPath(root.name),) if alone else importer.reads
    folder = read_folder(root.parent if alone else root, reads, importer.most)
    beside = {} if alone else importer.gather(root)
    outcome = importer.convert({**beside, **folder.files})
    problems = sort_problems((*outcome.problems, *folder.problems))
    if isinstance(outcome, Refusal):
        return msgspec.structs.replace(outcome, problems=problems)
    return msgspec.structs.replace(outcome, problems=problems, unread=folder.unread)
