"""The plan as a page: posts drawn roughly as their readers would see them, and texts ready to be copied."""

import base64
import hashlib
from datetime import timedelta

from sitegen.mirror.kit import SHORT
from sitegen.render import Theme
from sitegen.serve.outlook import Outlook
from sitegen.serve.overlay import cover
from sitegen.serve.posts import ENGLISH, find_columns, find_sheets, tell
from sitegen.serve.state import State


def draw(outlook: Outlook, state: State) -> str:
    """The page, with the preview's additions; it says everything without its script.

    Drawn with the default theme alone: a project's own is for its readers, and this page is not.
    """
    theme, columns, site = Theme(), find_columns(outlook), outlook.settings.site
    context = {
        "policy": _policy(theme),
        "name": site.name.read(ENGLISH.code, site.default_language),
        "outlook": outlook,
        "columns": columns,
        "cost": sum(column.cost for column in columns),
        "sheets": find_sheets(outlook),
        "short": SHORT,
        "hours": f"{outlook.settings.policy.max_age / timedelta(hours=1):g}",
        "tell": lambda moment: tell(moment, site),
    }
    return cover(theme.render("preview/page.html", ENGLISH, context), state)


def _policy(theme: Theme) -> str:
    """What the page may load: its own style and script, and the site's pictures."""
    style, script = (_hash(theme.render(f"preview/{name}", ENGLISH, {})) for name in ("style.css", "copy.js"))
    return (
        f"default-src 'none'; style-src '{style}'; script-src '{script}'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
