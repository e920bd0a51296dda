"""Templates to text: the theme of the package, file by file replaced by the project's own `templates/`."""

import base64
import contextlib
import hashlib
import re
import traceback
from collections.abc import Callable, Mapping, MutableMapping
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType, MethodType
from typing import Any

import jinja2
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape

from sitegen.languages import Language

_PACKAGE = Path(__file__).parent
_COMMENTS = re.compile(r"/\*.*?\*/|^\s*//[^\n]*$", re.DOTALL | re.MULTILINE)
_SPACE = re.compile(r"\s*\n\s*")


def theme_folder() -> Path:
    """The default theme: inside an installed package, beside it in a checkout."""
    inside = _PACKAGE / "templates"
    return inside if inside.is_dir() else _PACKAGE.parent / "templates"


class TemplateError(Exception):
    """A template of the project that can't be used: where, and why, in a sentence."""


class _Context(Context):
    """Calls methods and macros, of which a page has hundreds, without asking first what else they might want."""

    def call(
        self, called: Callable[..., Any], *args: Any, _loop_vars: Any = None, _block_vars: Any = None, **kwargs: Any
    ) -> Any:
        if type(called) is MethodType:
            return called(*args, **kwargs)
        if type(called) is Macro:
            return called(self.eval_ctx, *args, **kwargs)
        return super().call(called, *args, _loop_vars=_loop_vars, _block_vars=_block_vars, **kwargs)


class _Template(jinja2.Template):
    """Escapes hundreds of values a page, most of which are safe already: those it lets through without a copy."""

    @classmethod
    def from_code(cls, *args: Any, **kwargs: Any) -> jinja2.Template:
        template = super().from_code(*args, **kwargs)
        template.root_render_func.__globals__["escape"] = _escape
        return template


def _escape(value: object) -> Markup:
    return value if type(value) is Markup else escape(value)


class _Environment(jinja2.Environment):
    """Its globals are one plain dictionary; the library would chain two for each template, and look through both."""

    context_class = _Context
    template_class = _Template

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return self.globals if d is None else super().make_globals(d)


class _Compiled(jinja2.FileSystemBytecodeCache):
    """Compiled templates by their text, in the user's own temporary folder: compiling is dearer than filling in.

    What is damaged there, or can't be written, is compiled again.
    """

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        with contextlib.suppress(Exception):  # whatever the library says of a file that is not as it was written
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        with contextlib.suppress(OSError):
            super().dump_bytecode(bucket)


@cache
def _find_compiled() -> _Compiled | None:
    """What was compiled by this very code; None where there is no folder that is the user's alone."""
    maker = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:16]
    try:
        return _Compiled(pattern=f"sitegen-{jinja2.__version__}-{maker}-%s")
    except (OSError, RuntimeError):
        return None


class _Speech:
    """The theme's words in one language."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._said: dict[str, Markup] = {}

    def speak(self, message: str, /, **values: Any) -> Markup:
        """What templates know as `_`: a message of theirs, the values in it escaped."""
        if values:
            return Markup(self._language.gettext(message)) % values
        if message not in self._said:
            self._said[message] = Markup(self._language.gettext(message)) % {}
        return self._said[message]


class Theme:
    """The templates in force for one project; text of incidents is never compiled, everything is escaped.

    `names` are what every template and macro knows, beside `lang` and what a page gives it.
    """

    def __init__(self, project_folder: Path | None = None, names: Mapping[str, Any] = MappingProxyType({})) -> None:
        self._names = names
        self._folders = [theme_folder()] if project_folder is None else [project_folder, theme_folder()]
        self._by_language: dict[str, jinja2.Environment] = {}

    def render(self, name: str, language: Language, context: Mapping[str, Any]) -> str:
        """The text of a template in a language; raises TemplateError that names file and line."""
        try:
            return self._speaking(language).get_template(name).render(context)
        except jinja2.TemplateSyntaxError as error:
            raise TemplateError(f"templates/{error.name}:{error.lineno}: {error.message}") from error
        except jinja2.TemplateNotFound as error:
            raise TemplateError(f"templates/{name}: there is no template `{error.name}`.") from error
        except Exception as error:  # whatever a project's own template does wrong is told like any mistake
            raise TemplateError(f"{_place(error) or f'templates/{name}'}: {error}") from error

    def _speaking(self, language: Language) -> jinja2.Environment:
        """The environment of one language: compiled templates hold on to their own words."""
        if language.code not in self._by_language:
            environment = self._environment()
            environment.install_gettext_callables(  # type: ignore[attr-defined]
                language.gettext, language.ngettext, newstyle=True
            )
            speak = _Speech(language).speak
            environment.globals.update(self._names, lang=language, gettext=speak, _=speak)
            self._by_language[language.code] = environment
        return self._by_language[language.code]

    def _environment(self) -> jinja2.Environment:
        environment = _Environment(
            loader=self._loader(),
            autoescape=lambda name: name is None or not name.endswith((".css", ".js")),
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
            auto_reload=False,  # each build has a theme of its own
            bytecode_cache=_find_compiled(),
        )
        environment.policies["ext.i18n.trimmed"] = True
        return environment

    def _loader(self) -> jinja2.BaseLoader:
        """Each file by its name, the project's own first; `default/NAME` is always the package's, to be extended."""
        default = jinja2.PrefixLoader({"default": jinja2.FileSystemLoader(theme_folder())})
        return jinja2.ChoiceLoader([jinja2.FileSystemLoader(self._folders), default])

    @cached_property
    def style(self) -> Markup:
        """The one inline style."""
        return self._plain("style.css")

    @cached_property
    def script(self) -> Markup:
        """The one inline script, which no page needs."""
        return self._plain("page.js")

    def _plain(self, name: str) -> Markup:
        try:
            text = self._environment().get_template(name).render()
        except jinja2.TemplateError as error:
            raise TemplateError(f"templates/{name}: {error.message}") from error
        # Nothing of this comes from incidents: the files are the project's own code.
        return Markup(_SPACE.sub("\n", _COMMENTS.sub("", text)).strip())

    @cached_property
    def policy(self) -> str:
        """The Content-Security-Policy of every page (SECURITY.md): the inline style and script by their hashes."""
        return (
            f"default-src 'none'; style-src '{_hash(self.style)}'; script-src '{_hash(self.script)}'; "
            "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'"
        )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _place(error: Exception) -> str:
    """The innermost line of a template in the error's traceback."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "/templates/" in frame.filename]
    return f"templates/{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
