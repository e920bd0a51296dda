"""`_headers`: what hosts that read it send along with every file (SECURITY.md), and with what other sites ask for."""

from collections.abc import Iterator

from sitegen import links
from sitegen.pages import keys
from sitegen.pages.page import Page, Scene

# Hosts know most types by the ending; these they get wrong, or without the encoding.
_TYPES = {
    links.UPDATES_FEED: "application/atom+xml; charset=utf-8",
    links.HISTORY_ATOM: "application/atom+xml; charset=utf-8",
    links.HISTORY_RSS: "application/rss+xml; charset=utf-8",
    links.UPDATES_JSON: "application/feed+json; charset=utf-8",
    links.CALENDAR: "text/calendar; charset=utf-8",
    links.STATUS_TEXT: "text/plain; charset=utf-8",
}
# Scripts of other sites read only these: a page that a company keeps to itself stays out of their reach.
_FOR_OTHER_SITES = (links.NOW, links.EMBED, links.api_file("summary").parent / "*")


def pages(scene: Scene) -> Iterator[Page]:
    """The one file."""
    lines = (
        "/*",
        f"  Content-Security-Policy: {scene.theme.policy}; frame-ancestors 'none'",
        "  X-Content-Type-Options: nosniff",
        "  Referrer-Policy: no-referrer",
        "  Permissions-Policy: interest-cohort=()",
        "  Strict-Transport-Security: max-age=31536000",
        *_types(scene),
        *(line for path in _FOR_OTHER_SITES for line in (f"/{path}", "  Access-Control-Allow-Origin: *")),
    )
    key = keys.of_settings(scene, "headers")
    yield Page("_headers", key, lambda: ("\n".join(lines) + "\n").encode())


def _types(scene: Scene) -> Iterator[str]:
    site = scene.project.settings.site
    for code in site.languages:
        for path, media_type in _TYPES.items():
            yield f"/{links.in_language(path, code, site)}"
            yield f"  Content-Type: {media_type}"
