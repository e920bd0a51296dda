"""What a person does at the host once, from the files to a page that can be reached."""

from collections.abc import Iterator

from sitegen.ci.place import Place
from sitegen.ci.workflows import PAGES_BRANCH, Host
from sitegen.model import Settings


def next_steps(host: Host, settings: Settings, place: Place) -> tuple[str, ...]:
    """The steps in their order, each a line; addresses are exact where the remote `origin` is known."""
    steps = {Host.GITHUB: _on_github, Host.GITLAB: _on_gitlab}[host]
    return tuple(steps(settings, place))


def _on_github(settings: Settings, place: Place) -> Iterator[str]:
    web = f"https://{place.host or 'github.com'}/{place.path or 'OWNER/NAME'}"
    if not settings.site.url:
        yield f"Write the page's address into sitegen.yaml, as `url` of the `site`: {_pages_address(place)}"
    yield f"Commit everything and push it to `{place.branch}`."
    yield (
        f"When the first run ({web}/actions) has made the branch {PAGES_BRANCH}, choose `Deploy from a branch`, "
        f"`{PAGES_BRANCH}`, `/ (root)` at {web}/settings/pages"
    )
    yield f"Run it once more: `Run workflow` at {web}/actions/workflows/status-publish.yml"
    yield f"The page is at {settings.site.url or _pages_address(place)}, the form for a phone at {_form(web)}"


def _form(web: str) -> str:
    return f"{web}/actions/workflows/status-incident.yml"


def _pages_address(place: Place) -> str:
    """The address that GitHub gives the page of a repository, with what is not known in capitals."""
    owner, _, name = (place.path if place.host == "github.com" else "OWNER/NAME").partition("/")
    own = f"{owner}.github.io".lower() if owner != "OWNER" else "OWNER.github.io"
    return f"https://{own}" if name.lower() == own else f"https://{own}/{name}"


def _on_gitlab(settings: Settings, place: Place) -> Iterator[str]:
    web = f"https://{place.host or 'gitlab.com'}/{place.path or 'GROUP/NAME'}"
    yield f"At {web}/-/settings/ci_cd, `Job token permissions`, allow Git push requests to the repository."
    yield f"Commit everything and push it to `{place.branch}`, which should be protected."
    if not settings.site.url:
        yield (
            f"When the job `pages` has run, {web}/pages shows the page's address. Write it into sitegen.yaml, as `url` "
            "of the `site`, and push that. Until then the job `mirror` is red."
        )
    yield (
        f"At {web}/-/pipeline_schedules/new make two schedules for `{place.branch}`: `7 * * * *` (`7 */6 * * *` where "
        "compute minutes are few), and `23 6 * * 1` with the input `what` set to `check`."
    )
    yield f"The page is at {settings.site.url or f'the address in {web}/pages'}, the form at {web}/-/pipelines/new"
