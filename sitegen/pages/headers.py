"""`_headers`: what hosts that read it send along with every file (SECURITY.md)."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from sitegen.pages.page import Page, Scene


def pages(scene: Scene) -> Iterator[Page]:
    """The one file."""
    lines = (
        "/*",
        f"  Content-Security-Policy: {scene.theme.policy}; frame-ancestors 'none'",
        "  X-Content-Type-Options: nosniff",
        "  Referrer-Policy: no-referrer",
        "  Permissions-Policy: interest-cohort=()",
        "  Strict-Transport-Security: max-age=31536000",
    )
    yield Page(PurePosixPath("_headers"), lambda: ("\n".join(lines) + "\n").encode())
