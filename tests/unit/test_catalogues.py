"""Every catalogue says everything the pages can say: extraction and comparison, as `pybabel` would do them."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from gettext import c2py
from io import BytesIO
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po

from sitegen.languages import available

REPOSITORY = Path(__file__).parents[2]
LOCALE = REPOSITORY / "sitegen" / "locale"
PLACEHOLDER = re.compile(r"%\((\w+)\)")


@cache
def extract(root: Path) -> Catalog:
    """All sentences in the templates and the code of a repository, found by the rules of `babel.cfg`."""
    with (LOCALE / "babel.cfg").open(encoding="utf-8") as rules:
        methods, options = parse_mapping_cfg(rules)  # type: ignore[no-untyped-call]  # babel gives it no types
    sentences = Catalog()
    found = extract_from_dir(
        root, methods, options, directory_filter=lambda folder: not Path(folder).name.startswith(".")
    )
    for path, line, message, comments, context in found:
        sentences.add(message, None, [(path, line)], auto_comments=comments, context=context)
    return sentences


def forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def fills(text: str, expected: str) -> bool:
    """Whether a text takes exactly the placeholders of another, and nothing in it breaks `%`."""
    names = set(PLACEHOLDER.findall(expected))
    try:
        return set(PLACEHOLDER.findall(text)) == names and bool(text % dict.fromkeys(names, 1))
    except (TypeError, ValueError, KeyError):
        return False


def is_for_one_alone(catalogue: Catalog) -> bool:
    """Whether the first plural form speaks of one thing only: in Russian it is said of 21 as well."""
    choose = c2py(catalogue.plural_expr)
    return [n for n in range(200) if choose(n) == 0] == [1]


def find_flaws(sentence: Message, catalogue: Catalog) -> Iterator[str]:
    """What is wrong with one translation; a form for one alone may leave out what English leaves out of its own."""
    translated = catalogue.get(sentence.id, sentence.context)
    english, texts = forms(sentence.id), forms(translated.string if translated else None)
    wanted = catalogue.num_plurals if sentence.pluralizable else 1
    first = english[0] if not sentence.pluralizable or is_for_one_alone(catalogue) else english[-1]
    if translated is None or not any(texts):
        yield f"{english[0]!r} is not translated"
    elif translated.fuzzy:
        yield f"{english[0]!r} is fuzzy"
    elif len(texts) != wanted or not all(texts):
        yield f"{english[0]!r} needs {wanted} forms"
    elif not all(fills(text, english[-1]) or (index == 0 and fills(text, first)) for index, text in enumerate(texts)):
        yield f"{english[0]!r} has other placeholders in its translation"


def compare(sentences: Catalog, catalogue: Catalog) -> list[str]:
    """All that keeps a catalogue from saying these sentences, no more and no less."""
    flaws = [flaw for sentence in sentences if sentence.id for flaw in find_flaws(sentence, catalogue)]
    unused = [entry for entry in catalogue if entry.id and sentences.get(entry.id, entry.context) is None]
    unused.extend(catalogue.obsolete.values())
    return flaws + [f"{forms(entry.id)[0]!r} is no longer used" for entry in unused]


def find_calls(root: Path) -> Iterator[tuple[str, str]]:
    """Each sentence that the code asks to have translated, also inside an f-string, with its file."""
    for path in sorted((root / "sitegen").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and (said := find_sentence(node)):
                yield str(path.relative_to(root)), said


def find_sentence(call: ast.Call) -> str:
    """The sentence of a call of gettext or its kin; empty for other calls, and where it is no literal."""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    first = call.args[0] if call.args else None
    is_asked = name in ("gettext", "ngettext", "N_", "_") and isinstance(first, ast.Constant)
    return str(first.value) if is_asked and isinstance(first, ast.Constant) else ""


def read_catalogue(code: str) -> Catalog:
    with (LOCALE / code / "messages.po").open("rb") as source:
        return read_po(source)


@pytest.mark.parametrize("code", [code for code in available() if code != "en"])
def test_every_catalogue_says_every_sentence_and_no_other(code: str) -> None:
    assert compare(extract(REPOSITORY), read_catalogue(code)) == []


@pytest.mark.parametrize("code", [code for code in available() if code != "en"])
def test_a_catalogue_says_whose_it_is(code: str) -> None:
    catalogue, locale = read_catalogue(code), Locale.parse(code, sep="-")
    assert catalogue.locale == locale
    assert not catalogue.fuzzy
    assert (catalogue.num_plurals, catalogue.plural_expr) == (
        get_plural(locale).num_plurals,
        get_plural(locale).plural_expr,
    )
    assert "FULL NAME" not in str(dict(catalogue.mime_headers))


# What no text of a language may hold: letters of another one, quotes and apostrophes of typewriters, a question that
# does not open, a sign that may be torn from its word.
UNFIT = {
    "de": r"['\"]",
    "es": r"['\"]|^[^¿]*\?",
    "fr": r"['\"]|(?<![\u00a0\u202f])[:;!?»](?!\w)|«(?!\u00a0)",
    "pl": r"['\"]",
    "ro": r"['\"şţŞŢ]",
    "ru": r"['\"іїєґІЇЄҐ]",
    "uk": r"['\"ыэъёЫЭЪЁ]",
}


def translations(code: str) -> Iterator[tuple[str, str]]:
    """Each English form with the one that stands for it; further forms go with the plural."""
    for entry in read_catalogue(code):
        english = forms(entry.id)
        for index, text in enumerate(forms(entry.string) if entry.id else ()):
            yield english[min(index, len(english) - 1)], text


@pytest.mark.parametrize("code", UNFIT)
def test_the_signs_are_those_of_the_language(code: str) -> None:
    assert [text for _, text in translations(code) if re.search(UNFIT[code], text)] == []


@pytest.mark.parametrize("code", [code for code in available() if code != "en"])
def test_a_translation_ends_as_its_sentence_does(code: str) -> None:
    """Texts are put together: what a time follows has no full stop, and a heading none either."""
    ends = {text: english for english, text in translations(code) if text.strip() != text or end(text) != end(english)}
    ends.pop(next((text for english, text in translations(code) if english == "lasted"), ""), None)
    assert ends == {}


def end(text: str) -> str:
    """The sign that a text ends with, if any."""
    return text[-1:] if text.endswith((".", ":", ";", "!", "?", "…")) else ""


def test_there_is_no_catalogue_of_the_language_of_the_sources() -> None:
    assert not (LOCALE / "en").exists()


def test_the_sentences_of_the_code_are_found() -> None:
    assert extract(REPOSITORY).get("less than a minute") is not None


def test_no_sentence_hides_from_the_extraction() -> None:
    """A call inside an f-string is found by some versions of Python only."""
    known = {forms(sentence.id)[0] for sentence in extract(REPOSITORY) if sentence.id}
    assert [(path, said) for path, said in find_calls(REPOSITORY) if said not in known] == []


def test_a_sentence_inside_an_f_string_is_seen_by_that_test(tmp_path: Path) -> None:
    (tmp_path / "sitegen").mkdir()
    (tmp_path / "sitegen" / "feed.py").write_text("f\"{a.gettext('Retracted')}: {gettext(x)} {other('No')}\"\n")
    assert list(find_calls(tmp_path)) == [("sitegen/feed.py", "Retracted")]


def test_templates_and_code_are_read_in_every_folder(tmp_path: Path) -> None:
    template = """
    {% trans %}Current
       state{% endtrans %} {{ _("Follow") }} {{ gettext('Page of %(name)s', name=x) }}
    {% trans count=n %}{{ count }} update{% pluralize %}{{ count }} updates{% endtrans %}
    """
    for path in ("templates/home.html", "templates/_parts/bar.html", "templates/feed.atom", "templates/README.md"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(template.replace("Follow", f"Follow {path}"), "utf-8")
    (tmp_path / "sitegen" / "pages").mkdir(parents=True)
    (tmp_path / "sitegen" / "pages" / "html.py").write_text('N_("Not found")\nlanguage.gettext("Read")\n', "utf-8")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_x.py").write_text('_("A test")', "utf-8")
    found = {forms(sentence.id) for sentence in extract(tmp_path) if sentence.id}
    assert found == {
        ("Current state",),
        ("Follow templates/home.html",),
        ("Follow templates/_parts/bar.html",),
        ("Follow templates/feed.atom",),
        ("Page of %(name)s",),
        ("%(count)s update", "%(count)s updates"),
        ("Not found",),
        ("Read",),
    }


@pytest.mark.parametrize(
    ("entry", "flaw"),
    [
        ('msgid "Hello %(name)s"\nmsgstr "Cześć %(name)s"', None),
        ('msgid "Hello %(name)s"\nmsgstr ""', "'Hello %(name)s' is not translated"),
        ('#, fuzzy\nmsgid "Hello %(name)s"\nmsgstr "Cześć %(name)s"', "'Hello %(name)s' is fuzzy"),
        ('msgid "Hello %(name)s"\nmsgstr "Cześć"', "'Hello %(name)s' has other placeholders in its translation"),
        ('msgid "Hello %(name)s"\nmsgstr "5% %(name)s"', "'Hello %(name)s' has other placeholders in its translation"),
        ('msgid "Hello %(name)s"\nmsgstr "%(nome)s"', "'Hello %(name)s' has other placeholders in its translation"),
    ],
)
def test_a_flaw_in_a_translation_is_named(entry: str, flaw: str | None) -> None:
    sentences, header = Catalog(), 'msgid ""\nmsgstr ""\n"Language: pl\\n"\n\n'
    sentences.add("Hello %(name)s")
    assert compare(sentences, read_po(BytesIO((header + entry).encode()))) == ([flaw] if flaw else [])


@pytest.mark.parametrize(
    ("texts", "flawed"),
    [
        (("%(num)s pies", "%(num)s psy", "%(num)s psów"), False),
        (("jeden pies", "%(num)s psy", "%(num)s psów"), True),
        (("%(num)s pies", "psy", "%(num)s psów"), True),
        (("%(num)s pies", "%(num)s psy", ""), True),
    ],
)
def test_every_plural_form_is_needed(texts: tuple[str, ...], flawed: bool) -> None:
    sentences, catalogue = Catalog(), Catalog("pl")
    sentences.add(("%(num)s dog", "%(num)s dogs"))
    catalogue.add(("%(num)s dog", "%(num)s dogs"), texts)
    assert bool(compare(sentences, catalogue)) is flawed


@pytest.mark.parametrize(("first", "flawed"), [("одна собака", True), ("%(num)s собака", False)])
def test_a_form_that_is_not_for_one_alone_says_how_many(first: str, flawed: bool) -> None:
    sentences, catalogue = Catalog(), Catalog("ru")
    sentences.add(("one dog", "%(num)s dogs"))
    catalogue.add(("one dog", "%(num)s dogs"), (first, "%(num)s собаки", "%(num)s собак"))
    assert bool(compare(sentences, catalogue)) is flawed


def test_what_is_no_longer_said_is_named() -> None:
    old = '#~ msgid "Old"\n#~ msgstr "Stare"\n\nmsgid "Gone"\nmsgstr "Nie ma"\n'
    assert compare(Catalog(), read_po(BytesIO(old.encode()))) == ["'Gone' is no longer used", "'Old' is no longer used"]
