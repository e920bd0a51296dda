"""A site as a build left it in its folder."""

from pathlib import Path, PurePosixPath

import msgspec

from sitegen import output


class BuiltSite(msgspec.Struct, frozen=True):
    """The `folder`, and the `paths` in it that are the site; what else lies there is not."""

    folder: Path
    paths: tuple[PurePosixPath, ...]

    def read(self, path: PurePosixPath) -> bytes:
        """The bytes of one of its files."""
        return (self.folder / path).read_bytes()


def open_site(folder: Path) -> BuiltSite:
    """The site in a folder that a build has just written."""
    names = (folder / output.MANIFEST).read_text("utf-8").splitlines()
    return BuiltSite(folder, tuple(map(PurePosixPath, names)))
