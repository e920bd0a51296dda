"""SECURITY.md, row 10: pictures are local, of four formats by their first bytes, small enough, and described."""

from pathlib import Path
from xml.etree.ElementTree import Element

import pytest

from sitegen import project
from sitegen.build import build
from tests.projects import INCIDENT, MOMENT, build_site, make_project
from tests.security.parsing import files, html_pages
from tests.security.samples import png

SCRIPT = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
# Not one of these may reach the site.
UNFIT: dict[str, bytes] = {
    "script.svg": SCRIPT,
    "script.png": SCRIPT,
    "page.png": b"<!doctype html><script>alert(1)</script>",
    "other.jpg": png(2, 2),
    "film.gif": b"GIF89a\x02\0\x02\0\0\0\0;",
    "empty.png": b"",
    "cut.png": png(2, 2)[:12],
    "heavy.png": png(2, 2) + b"\0" * (2 * 1024 * 1024),
    "vast.png": png(20_000, 1),
    "icon.ico": b"\0\0\1\0",
    "program.wasm": b"\0asm",
    "text.txt": b"x",
    "Loud.PNG": png(2, 2),
    "a..png": png(2, 2),
}
REMOTE = [
    *("![x](https://evil.invalid/x.png)", "![x](http://evil.invalid/x.png)", "![x](//evil.invalid/x.png)"),
    *("![x](data:image/png;base64,AAAA)", "![x](../fine.png)", "![x](/etc/passwd)", "![x](file:///etc/passwd)"),
    *("![x](nowhere.png)", "![x](script.svg)", "![x](fine.png?x)", "![](fine.png)", "![ ](fine.png)"),
    *("![x][r]\n      \n      [r]: https://evil.invalid/x.png", "![&#32;](fine.png)"),
]


def _entry(message: str) -> str:
    return INCIDENT[: INCIDENT.index("    message:")] + f"    message: |\n      {message}\n"


def _pictures(page: Element) -> list[str]:
    return [image.get("src", "") for image in page.iter("img")]


def test_only_pictures_are_copied_and_every_other_file_is_told(tmp_path: Path) -> None:
    root = make_project(
        tmp_path, incidents={"2026-11-23-open": _entry("![Fine](fine.png)"), "fine.png": png(4, 3), **UNFIT}
    )
    assert [name for name in files(build_site(root)) if name.startswith("media/")] == ["media/fine.png"]
    assert {problem.where.path.name for problem in project.read(root).problems} == set(UNFIT)


@pytest.mark.parametrize("message", REMOTE)
def test_a_picture_from_elsewhere_or_without_description_is_not_shown_but_told(message: str, tmp_path: Path) -> None:
    root = make_project(tmp_path, incidents={"2026-11-23-open": _entry(message), "fine.png": png(4, 3)})
    content = project.read(root)
    assert content.project is not None
    told = build(content.project, root / "site", MOMENT).problems
    assert [problem for problem in told if problem.where.path.name == "2026-11-23-open.yaml"]
    for name, page in html_pages(root / "site").items():
        assert not _pictures(page), name
    for name, content_of_file in files(root / "site").items():
        assert not name.endswith(".atom") or b"<img" not in content_of_file


def test_a_described_picture_is_shown_with_its_size_on_every_page_and_in_the_feed(tmp_path: Path) -> None:
    root = make_project(tmp_path, incidents={"2026-11-23-open": _entry("![Errors](fine.png)"), "fine.png": png(4, 3)})
    site = build_site(root)
    pages = html_pages(site)
    for name, source in {"index.html": "media/fine.png", "incidents/2026-11-23-open.html": "../media/fine.png"}.items():
        (image,) = pages[name].iter("img")
        assert (image.get("src"), image.get("alt")) == (source, "Errors")
        assert (image.get("width"), image.get("height")) == ("4", "3")
    feed = files(site)["updates.atom"].decode()
    assert "https://status.example.com/media/fine.png" in feed


@pytest.mark.parametrize(
    "front",
    [
        "image: fine.png",
        *(f"image: {name}\nalt: x" for name in ("script.svg", "../fine.png", "https://evil.invalid/x.png")),
    ],
)
def test_a_post_mortem_shows_no_other_picture(front: str, tmp_path: Path) -> None:
    account = f"---\npublished: 2026-11-23 10:00\n{front}\n---\nWhat happened.\n"
    incidents: dict[str, str | bytes] = {
        "2026-11-23-open": INCIDENT,
        "2026-11-23-open.md": account,
        "fine.png": png(4, 3),
    }
    root = make_project(tmp_path, incidents=incidents)
    page = html_pages(build_site(root))["incidents/2026-11-23-open.html"]
    assert not _pictures(page)
    assert "What happened." in "".join(page.itertext())
    assert project.read(root).problems


def test_a_picture_that_only_a_draft_shows_is_not_published(tmp_path: Path) -> None:
    draft = _entry("![Load](secret-plan.png)") + "draft: true\n"
    shown = _entry("![Load](shown.png)")
    entries: dict[str, str | bytes] = {
        "2026-11-22-draft": draft,
        "2026-11-23-open": shown,
        "secret-plan.png": png(2, 2),
        "shown.png": png(2, 2),
    }
    site = build_site(make_project(tmp_path, incidents=entries))
    assert [path.name for path in (site / "media").iterdir()] == ["shown.png"]
