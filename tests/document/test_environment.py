"""Templates: a teacher's come first, see plain data only, and cannot use up the machine."""

import pickle
import re
import sys
import time

import pytest

from symback.document import environment as environments
from symback.document import guard
from symback.document.environment import environment, render
from symback.document.escapes import escape_markdown
from symback.errors import LimitError, SymbackError, TemplateError
from tests.hostile import cases

QUICK = guard.Limits(seconds=1, megabytes=256)
CONTEXT = {"name": "Bob", "grid": [[1, 2], [3, 4]], "steps": ({"title": "a"},)}

linux = pytest.mark.skipif(sys.platform != "linux", reason="limits of memory hold on Linux")


@pytest.fixture
def teacher(tmp_path):
    """Write a teacher's templates and render the first."""

    def rendered(text: str, context=CONTEXT, **others: str) -> str:
        for name, content in {"case": text, **others}.items():
            (tmp_path / f"{name}.j2").write_text(content)
        return render(environment(tmp_path), "case.j2", context, limits=QUICK)

    return rendered


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """Let a folder stand for the shipped templates."""
    folder = tmp_path / "shipped"
    folder.mkdir()
    monkeypatch.setattr(environments, "shipped", lambda: folder)
    return folder


def test_a_template_sees_the_context(teacher):
    assert teacher("{{ name }} {{ grid[1][0] }} {{ steps[0].title }}") == "Bob 3 a"


def test_blocks_leave_no_lines_behind_and_the_last_newline_stays(teacher):
    assert teacher("{% if true %}\n  a\n  {% endif %}\nb\n") == "  a\nb\n"


def test_text_is_not_escaped_unless_a_filter_does_it(tmp_path):
    (tmp_path / "case.j2").write_text("{{ '<b>' }} {{ '<b>'|text }}")
    env = environment(tmp_path, {"text": escape_markdown})
    assert render(env, "case.j2", {}) == "<b> &lt;b&gt;"


def test_shipped_templates_are_rendered_in_this_process(shipped, monkeypatch):
    monkeypatch.setattr(guard, "call", None)
    (shipped / "sheet.j2").write_text("{% from 'part.j2' import twice %}{{ twice(name|mark) }}")
    (shipped / "part.j2").write_text("{% macro twice(x) %}{{ x }}{{ x }}{% endmacro %}")
    env = environment(filters={"mark": lambda text: f"*{text}*"})
    assert render(env, "sheet.j2", CONTEXT) == "*Bob**Bob*"


def test_a_teachers_template_stands_in_front_of_the_shipped_one(tmp_path):
    """The other process finds the shipped ones by itself, so this one has to be really shipped."""
    names = environment().jinja.list_templates()
    if not names:
        pytest.skip("no templates are shipped yet")
    (tmp_path / names[0]).write_text("mine")
    (tmp_path / "wraps.j2").write_text(f"[{{% include {names[0]!r} %}}]")
    assert render(environment(tmp_path), "wraps.j2", {}) == "[mine]"


HOSTILE = {case.input: case.required for case in cases("jinja_template")}


@linux
@pytest.mark.parametrize("source", HOSTILE, ids=lambda source: source[:30])
def test_hostile_templates_end_with_the_exit_code_that_is_wanted(teacher, source):
    with pytest.raises(SymbackError) as caught:
        teacher(source)
    wanted = re.search(r"exit (\d)", HOSTILE[source])
    assert caught.value.exit_code == (int(wanted[1]) if wanted else 2)
    assert str(caught.value).startswith("case.j2")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{% for x in %}", "case.j2:1: Expected an expression, got 'end of statement block'"),
        ("a\n{{ nmae }}", "case.j2:2: 'nmae' is undefined; did you mean name?"),
        ("{{ steps[0].titel }}", "case.j2:1: 'dict object' has no attribute 'titel'"),
        ("{{ grid.append(1) }}", "case.j2:1: access to attribute 'append' of 'list' object is unsafe."),
        ("{{ name.__class__ }}", "case.j2:1: access to attribute '__class__' of 'str' object is unsafe."),
        ("{% macro f() %}{{ f() }}{% endmacro %}\n{{ f() }}", "case.j2:1: endless recursion"),
        ("{% include 'case.j2' %}", "case.j2:1: endless recursion"),
        ("{{ 1/0 }}", "case.j2:1: ZeroDivisionError: division by zero"),
        ("{{ name|markdwon }}", "case.j2:1: No filter named 'markdwon'."),
        ("\n{% include 'prat.j2' %}", "case.j2:2: there is no template prat.j2; did you mean part.j2?"),
        ("{% include '../../../etc/passwd' %}", "case.j2:1: there is no template ../../../etc/passwd"),
        ("\n{% from 'part.j2' import missing %}{{ missing() }}", "case.j2:2: the template 'part.j2'"),
        ("{% from 'part.j2' import f %}{{ f(1, 2) }}", "case.j2:1: TypeError: macro 'f' takes"),
        ("{% from 'part.j2' import f %}{{ f(1) }}", "part.j2:2: 'oops' is undefined"),
        ("{% for i in range(10000000) %}{% endfor %}", "case.j2:1: OverflowError: Range too big"),
        ("{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}", "case.j2: endless recursion"),
    ],
)
def test_a_fault_names_the_template_and_the_line(teacher, source, message):
    with pytest.raises(TemplateError, match="^" + re.escape(message)) as caught:
        teacher(source, part="{% macro f(x) %}\n{{ oops }}{% endmacro %}")
    assert caught.value.exit_code == 2


def test_a_fault_in_a_shipped_template_is_told_in_the_same_way(shipped):
    (shipped / "sheet.j2").write_text("\n\n{{ nmae }}")
    with pytest.raises(TemplateError, match=r"^sheet\.j2:3: 'nmae' is undefined; did you mean name\?$"):
        render(environment(), "sheet.j2", CONTEXT)
    with pytest.raises(TemplateError, match=r"there is no template shet\.j2; did you mean sheet\.j2\?$"):
        render(environment(), "shet.j2", CONTEXT)


def test_a_template_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "case.j2").write_bytes(b"\xff\xfe")
    with pytest.raises(TemplateError, match=r"case\.j2: is not UTF-8 text"):
        render(environment(tmp_path), "case.j2", {})


@pytest.mark.parametrize(("name", "words"), [("none", "no such folder"), ("file", "is not a folder")])
def test_a_folder_that_is_none_is_refused(tmp_path, name, words):
    (tmp_path / "file").write_text("")
    with pytest.raises(TemplateError, match=words):
        environment(tmp_path / name)


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the processor's time")
def test_time_has_an_end_and_other_sheets_go_on(teacher):
    loops = "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}"
    start = time.monotonic()
    with pytest.raises(LimitError, match=r"case\.j2: stopped after 1 s") as caught:
        teacher(loops)
    assert time.monotonic() - start < 4
    assert caught.value.exit_code == 3
    assert teacher("{{ name }}") == "Bob"


@linux
@pytest.mark.parametrize("source", ["{{ 'a'*1000000000 }}", "{{ 'x'|center(1000000000) }}", "{{ [0]*1000000000 }}"])
def test_memory_has_an_end(teacher, source):
    with pytest.raises(LimitError, match="more than the 256 MB"):
        teacher(source)


def test_the_result_has_an_end(teacher):
    with pytest.raises(LimitError, match="the result is longer than 16 MB"):
        teacher("{% for i in range(20) %}{{ 'a' * 1000000 }}{% endfor %}")


@pytest.mark.parametrize("value", [1.5, object(), {1: "x"}, b"x", [1, {"a": (2, {3})}], ValueError])
def test_only_plain_data_reaches_a_template(value):
    with pytest.raises(TypeError, match=r"^context\.value"):
        render(environment(), "any.j2", {"value": value})


def test_the_context_is_not_changed_and_the_request_can_be_sent():
    environments.check_plain(CONTEXT)
    assert pickle.loads(pickle.dumps(CONTEXT)) == CONTEXT


def test_shipped_templates_are_found_beside_or_inside_the_package():
    assert environments.shipped().name == "templates"
    assert environments.shipped().is_dir()
