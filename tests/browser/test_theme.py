"""A project's own templates: the worked example of the documentation, and what becomes of a mistake in one."""

from pathlib import Path

import pytest

from sitegen.render import TemplateError, theme_folder
from tests.browser.conftest import Visit
from tests.browser.gallery import MOMENT
from tests.browser.sites import Site, build_site
from tests.projects import INCIDENT, make_project

BRAND = "#7b1fa2"
HOME = """\
{% extends "default/home.html" %}
{% block recent %}
<section class="card"><h2>The week at the mill</h2><p>Open from Monday to Friday.</p></section>
{% endblock %}
"""


def build_with(folder: Path, templates: dict[str, str]) -> Site:
    """A project with templates of its own."""
    root = make_project(folder, incidents={"2026-11-23-card-payments": INCIDENT})
    (root / "templates").mkdir()
    for name, text in templates.items():
        (root / "templates" / name).write_text(text, "utf-8")
    return build_site("own", folder / "site", root, MOMENT)


def own_colours() -> str:
    return (theme_folder() / "variables.css").read_text("utf-8").replace("--brand: #1f4fd1", f"--brand: {BRAND}")


@pytest.mark.browser
def test_a_project_brings_its_own_colours_and_changes_one_block(tmp_path: Path, visit: Visit) -> None:
    page = visit(build_with(tmp_path, {"variables.css": own_colours(), "home.html": HOME}))
    current = page.get_by_role("link", name="Now")
    assert current.evaluate("e => getComputedStyle(e).borderBottomColor") == "rgb(123, 31, 162)"
    assert page.get_by_role("heading", name="The week at the mill").is_visible()
    assert page.get_by_role("heading", name="Recent").count() == 0
    assert page.get_by_role("heading", name="Card payments fail at checkout").is_visible(), "the other blocks stay"
    assert page.get_by_role("heading", name="Services").is_visible()


def test_own_colours_are_in_force_on_every_page(tmp_path: Path) -> None:
    site = build_with(tmp_path, {"variables.css": own_colours()})
    assert [path for path in site.pages if BRAND not in site.read(path)] == []


def test_a_default_that_is_extended_stands_in_the_project_s_own_frame(tmp_path: Path) -> None:
    base = '{% extends "default/base.html" %}{% block footer %}<p>Mill Street 1</p>{% endblock %}'
    site = build_with(tmp_path, {"base.html": base, "home.html": HOME})
    assert [path for path in site.pages if "Mill Street 1" not in site.read(path)] == []
    assert "The week at the mill" in site.read("index.html")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{% extends 'default/home.html' %}\n{% block recent %}", r"templates/home\.html:2: "),
        ("{% extends 'default/hom.html' %}", r"templates/home\.html: there is no template `default/hom\.html`"),
        ("{% extends 'default/home.html' %}\n{% block recent %}{{ nosuch }}{% endblock %}", r"home\.html:2: .*nosuch"),
    ],
    ids=["syntax", "missing", "undefined"],
)
def test_a_mistake_in_a_template_is_told_with_its_place_and_nothing_is_written(
    text: str, told: str, tmp_path: Path
) -> None:
    with pytest.raises(TemplateError, match=told):
        build_with(tmp_path, {"home.html": text})
    assert not list((tmp_path / "site").rglob("*.html"))
