"""Templates: where they are found, and how they are rendered without being trusted.

Shipped templates are rendered in this process. As soon as a teacher's folder stands in front of them,
rendering happens in a limited child process, and every fault names the template and the line.
"""

from __future__ import annotations

import difflib
import functools
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from symback.document import guard
from symback.errors import Fault, TemplateError

if TYPE_CHECKING:
    import jinja2

Plain = str | int | bool | None | list["Plain"] | tuple["Plain", ...] | dict[str, "Plain"]
Filters = Mapping[str, Callable[..., object]]

LIMITS = guard.Limits(seconds=5, megabytes=512)


@dataclass(frozen=True, eq=False)
class Environment:
    """The templates of one run: a teacher's folder, if any, in front of the shipped ones, and the filters.

    With a teacher's folder, the filters travel to another process: they have to be functions of a module.
    """

    folder: Path | None = None
    filters: Filters = field(default_factory=dict)

    @functools.cached_property
    def jinja(self) -> jinja2.Environment:
        """The sandboxed Jinja environment; templates are kept in it once they are compiled."""
        import jinja2
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        made = ImmutableSandboxedEnvironment(
            loader=jinja2.ChoiceLoader([jinja2.FileSystemLoader(folder) for folder in self.folders]),
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=False,
            auto_reload=False,
        )
        made.filters.update(self.filters)
        return made

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders that are searched, in order."""
        return (shipped(),) if self.folder is None else (self.folder, shipped())


def environment(templates: Path | None = None, filters: Filters | None = None) -> Environment:
    """Give the environment for a teacher's folder of templates, or for the shipped ones alone.

    Raises:
        TemplateError: the folder is not there.
    """
    if templates is not None and not templates.is_dir():
        what = "is not a folder" if templates.exists() else "there is no such folder of templates"
        raise TemplateError(Fault(what, file=str(templates)))
    return Environment(templates, dict(filters or {}))


def render(
    env: Environment, name: str, context: Mapping[str, Plain], *, limits: guard.Limits = LIMITS
) -> str:
    """Render a template.

    Raises:
        TemplateError: a template is missing or has a fault; the message has its name and line.
        LimitError: a teacher's template used too much time or memory.
        TypeError: the context holds something besides plain data (a mistake in symback, not in a template).
    """
    check_plain(context)
    if env.folder is None:
        return render_here(env.folder, env.filters, name, context, env.jinja)
    arguments = (env.folder, env.filters, name, dict(context))
    return guard.call(name, render_here, *arguments, limits=limits)


def render_here(
    folder: Path | None,
    filters: Filters,
    name: str,
    context: Mapping[str, Plain],
    jinja: jinja2.Environment | None = None,
) -> str:
    """Render in this process, without limits; the arguments are such that they can be sent to another one."""
    import jinja2

    env = Environment(folder, filters)
    jinja = jinja or env.jinja
    try:
        return jinja.get_template(name).render(context)
    except jinja2.TemplateSyntaxError as fault:
        raise TemplateError(Fault(str(fault.message), file=fault.name or name, line=fault.lineno)) from None
    except jinja2.TemplateNotFound as fault:
        _missing(env, fault, name)
    except MemoryError:
        raise
    except Exception as fault:  # whatever an expression in a template can raise is the template's fault
        _blame(env, fault, name, context)


def check_plain(data: object, place: str = "context") -> None:
    """Make sure that only text, whole numbers and containers of them reach a template.

    An object would bring its methods along, and a float would bring its rounding.

    Raises:
        TypeError: `data` holds something else; the message says where.
    """
    if data is None or type(data) in (str, int, bool):
        return
    if isinstance(data, Mapping):
        for key, value in data.items():
            if type(key) is not str:
                raise TypeError(f"{place}: the key {key!r} is not text")
            check_plain(value, f"{place}.{key}")
    elif type(data) in (list, tuple):
        for number, value in enumerate(data):  # type: ignore[arg-type]
            check_plain(value, f"{place}[{number}]")
    else:
        raise TypeError(f"{place}: {type(data).__name__} is not plain data")


@functools.cache
def shipped() -> Path:
    """Find the shipped templates: inside the package when installed, beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


def _missing(env: Environment, fault: jinja2.TemplateNotFound, name: str) -> NoReturn:
    wanted = str(fault.message)
    known = env.jinja.list_templates()
    near = difflib.get_close_matches(wanted, known, 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    where, line = _place(env, fault, name)
    message = wanted if " " in wanted else f"there is no template {wanted}"
    raise TemplateError(Fault(message + hint, file=where, line=line)) from fault


def _blame(env: Environment, fault: Exception, name: str, context: Mapping[str, Plain]) -> NoReturn:
    where, line = _place(env, fault, name)
    message = _words(fault)
    if message.endswith("is undefined"):
        near = difflib.get_close_matches(message.split("'")[1], context, 1)
        message += f"; did you mean {near[0]}?" if near else ""
    raise TemplateError(Fault(message, file=where, line=line)) from fault


def _words(fault: Exception) -> str:
    import jinja2

    if isinstance(fault, RecursionError):
        return "endless recursion: a macro or a template calls itself"
    if isinstance(fault, jinja2.TemplateError):
        return str(fault.message)
    if isinstance(fault, UnicodeDecodeError):
        return "is not UTF-8 text"
    return f"{type(fault).__name__}: {fault}"


def _place(env: Environment, fault: Exception, name: str) -> tuple[str, int | None]:
    """Find the innermost line of a template in a traceback; Jinja names templates there by their files."""
    for frame, line in reversed(list(traceback.walk_tb(fault.__traceback__))):
        path = Path(frame.f_code.co_filename)
        for folder in env.folders:
            if path.is_relative_to(folder):
                return path.relative_to(folder).as_posix(), line
    return name, None
