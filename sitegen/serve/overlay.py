"""What the preview adds to a page as it is sent: a script that loads it anew, the problems, the way to the posts."""

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from html import escape
from pathlib import Path

from sitegen.problems import Problem, Severity, has_errors
from sitegen.serve.state import State

POSTS = "/_preview/"
SCRIPT, STYLE = (Path(__file__).with_name(name).read_text("utf-8").strip() for name in ("live.js", "live.css"))
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="[^"]*"')
_PLAIN = """<!doctype html>
<html lang="en">
<head>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ; script-src ; connect-src 'self'; img-src data:">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>{title}</title>
</head>
<body>
<h1>{title}</h1>
</body>
</html>
"""  # noqa: E501 - a policy is one line


def cover(page: str, state: State) -> str:
    """The page with the script, the problems of the last build, and a policy that admits both (SECURITY.md)."""
    page = _POLICY.sub(_admit, page, count=1)
    end = page.rfind("</body>")
    end = len(page) if end < 0 else end
    return page[:end] + _addition(state) + page[end:]


def stand_in(title: str, state: State) -> str:
    """A page where the site has none."""
    return cover(_PLAIN.format(title=escape(title)), state)


def _admit(policy: re.Match[str]) -> str:
    hashes = {"script": _hash(SCRIPT), "style": _hash(STYLE)}
    return re.sub("(script|style)-src ", lambda source: f"{source[0]}'{hashes[source[1]]}' ", policy[0])


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _addition(state: State) -> str:
    """Markup in shadow roots, so that the page's style and this one leave each other alone."""
    script = f'<script data-stamp="{escape(state.stamp)}">{SCRIPT}</script>'
    if not (state.failure or state.problems):
        return _LINK + script
    return _shadow("sitegen-problems", _notice(state)) + _LINK + script


def _shadow(name: str, content: str) -> str:
    return f'<{name}><template shadowrootmode="open"><style>{STYLE}</style>{content}</template></{name}>'


_LINK = _shadow("sitegen-posts", f'<a href="{POSTS}">What will be said</a>')


def _notice(state: State) -> str:
    """A small panel that can be folded; above the page where the page is not the newest."""
    if state.failure:
        title = "Your last change is not in this page" if state.site is not None else "There is no page yet"
        text = f"<p>{escape(state.failure)}</p>{_list(state.problems)}"
        return f'<details class="failure" open><summary>{title}</summary>{text}</details>'
    opened = " open" if has_errors(state.problems) else ""
    return f"<details{opened}><summary>{_count(state.problems)}</summary>{_list(state.problems)}</details>"


def _list(problems: Iterable[Problem]) -> str:
    return "<ul>" + "".join(map(_item, problems)) + "</ul>"


def _item(problem: Problem) -> str:
    words = escape(f"{problem.what} {problem.hint}".strip())
    return f'<li class="{problem.severity}"><code>{escape(str(problem.where))}</code> {problem.severity}: {words}</li>'


def _count(problems: Iterable[Problem]) -> str:
    """As in “2 errors, 1 warning”."""
    counts = Counter(problem.severity for problem in problems)
    names = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "piece of advice"}
    plurals = {Severity.ERROR: "errors", Severity.WARNING: "warnings", Severity.ADVICE: "pieces of advice"}
    return ", ".join(f"{n} {(names if n == 1 else plurals)[kind]}" for kind in Severity if (n := counts[kind]))
