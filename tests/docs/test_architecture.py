"""The page on architecture lists the modules in the order in which they may import each other."""

import tomllib

from tests.docs.documents import ROOT, Document

PAGE = Document("docs/explanation/architecture.md")


def layers() -> list[str]:
    """The layers of the import contract from the bottom, which import-linter compares with the modules that exist."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (downwards,) = (contract for contract in contracts if contract["id"] == "downwards")
    return [layer for layer in reversed(downwards["layers"]) if not layer.startswith("(")]


def test_every_module_is_listed_in_the_order_of_the_layers() -> None:
    assert list(PAGE.first_column("Modules")) == layers()


def test_what_is_listed_exists() -> None:
    modules = PAGE.first_column("Modules")
    package = ROOT / "sitegen"
    assert [name for name in modules if not (package / f"{name}.py").exists() and not (package / name).is_dir()] == []
    folders = [name.strip("`") for row in PAGE.table("Where the rest is") for name in row[0].split(", ")]
    assert [name for name in folders if not (ROOT / name).exists()] == []


def test_every_dependency_has_a_reason() -> None:
    table = Document("docs/explanation/decisions.md").table("Dependencies")
    told = {name.strip("` ") for row in table for name in row[0].split(",")}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    needed = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    assert told == {requirement.partition(">=")[0] for requirement in needed}
