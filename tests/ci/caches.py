"""What runs of workflows keep for later ones, as GitHub does: archives that never change, found by key and branch."""

import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

# As the action's own library does it (seen in packages/cache/src/internal/tar.ts of actions/toolkit).
_PACKER = ("zstd -T0", "zstd -d") if shutil.which("zstd") else ("gzip", "gzip -d")


class Caches:
    """The archives of one repository in a folder: `BRANCH/NUMBER/KEY`, numbered as they came.

    A run finds those of its own branch and of the default one (documented, 2026-11-23: GitHub's "Dependency caching
    reference"). There the limits are a size and an age as well; here nothing is ever dropped.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def count(self) -> int:
        """How many there are."""
        return len(list(self._folder.glob("*/*/*")))

    @property
    def newest(self) -> Path:
        """The archive that came last."""
        return max(self._folder.glob("*/*/*"), key=_age)

    def keep(self, branch: str, key: str, workspace: Path, places: Sequence[str]) -> str:
        """Keep the places of the workspace under the key; what came of it. None of it fails a run."""
        if not any((workspace / place).exists() for place in places):
            return "Path Validation Error: nothing is there, so nothing is kept."
        if any(archive.name == key for archive in self._find(branch)):
            return "Unable to reserve cache: there is one of that key."
        archive = self._folder / branch / f"{self.count + 1:06}" / key
        archive.parent.mkdir(parents=True)
        place: tuple[str | Path, ...] = ("-P", "-C", workspace, "--use-compress-program", _PACKER[0])
        subprocess.run(("tar", "--posix", "-cf", archive, *place, *places), check=True)
        return f"kept as {key}"

    def fetch(self, branches: Iterable[str], key: str, prefix: str, workspace: Path) -> str:
        """Unpack the archive of that key, else the newest whose key begins so; its key, empty where nothing came.

        What was unpacked before an archive proved broken stays there.
        """
        for branch in branches:
            fitting = [archive for archive in self._find(branch) if archive.name == key]
            fitting += sorted(
                (one for one in self._find(branch) if one.name.startswith(prefix)), key=_age, reverse=True
            )
            if fitting:
                place = ("-P", "-C", workspace, "--use-compress-program", _PACKER[1])
                ended = subprocess.run(("tar", "-xf", fitting[0], *place), stderr=subprocess.DEVNULL, check=False)
                return fitting[0].name if ended.returncode == 0 else ""
        return ""

    def _find(self, branch: str) -> list[Path]:
        return list((self._folder / branch).glob("*/*"))


def _age(archive: Path) -> str:
    return archive.parent.name
