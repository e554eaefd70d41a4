"""A computation graph in an exercise file: named numbers, named steps over them, and what is derived by what.

    given: {x: -2, y: 5, z: -4}
    steps:
      q: x + y
      f: q * z
    derive: {f: [x, y, z]}     # or: derive: f, by all givens
    then:                      # steps that may use the derivatives
      x_new: x - 0.1 * dx

A step may use what stands above it. Nothing may begin with d, for `dx` is the derivative by x; a Greek delta may.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable
from fractions import Fraction

from symback.exercise.faults import FaultList
from symback.exercise.fields import formula_in, number, plain_text
from symback.exercise.grammar import CONSTANTS, FUNCTIONS, names_in
from symback.exercise.model import Given, Line, Numeral, Program
from symback.exercise.names import suggestion
from symback.exercise.nodes import Mapping, Node, Scalar, Sequence, described, joined, shown

#: The key that only a graph has, and all of its keys.
GRAPH_MARK = "steps"
GRAPH = ("given", GRAPH_MARK, "derive", "then")

MOST_LINES, LONGEST_NAME = 300, 30
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*")
_DERIVATIVE = re.compile(r"d(?!elta)")
_TAKEN = (*FUNCTIONS, *CONSTANTS)
_NOTHING = Numeral("", Fraction(0), 1, 1, None)


def read_graph(tree: Mapping, faults: FaultList, decimal: str) -> tuple[Program | None, dict[str, Given]]:
    """The graph of a file with its numbers; None where it has faults."""
    givens = _givens(tree, faults, decimal)
    reader = _Lines(faults, list(givens))
    steps = reader.read(tree, "steps", ())
    target, by = _derive(tree.entries.get("derive"), steps, tuple(givens), faults)
    derivatives = tuple(f"d{name}" for name in _reached(steps, target, by))
    then = reader.read(tree, "then", derivatives) if "then" in tree.entries else ()
    if faults.found:
        return None, {}
    return Program(tuple(givens), steps, target, by, then), givens


def _givens(tree: Mapping, faults: FaultList, decimal: str) -> dict[str, Given]:
    node = tree.entries.get("given")
    if not isinstance(node, Mapping) or not node.entries:
        wrong = f"must be a mapping from names to numbers, got {described(node)}" if node else ""
        what = wrong or "is missing: named numbers"
        faults.add("given", node.line if node else tree.line, what)
        return {}
    if len(node.entries) > MOST_LINES:
        faults.add("given", node.line, f"has more than {MOST_LINES} numbers")
        return {}
    found = {}
    for name, entry in node.entries.items():
        field = joined("given", name)
        cell = number(entry, field, faults, decimal)
        if _good_name(name, field, node.lines[name], faults):
            # A faulty number keeps its name, so that the steps that use it are still read.
            found[name] = Given(name, ((cell or _NOTHING,),))
    return found


def _good_name(name: str, field: str, line: int, faults: FaultList) -> bool:
    wrong = ""
    if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        wrong = f"must be letters, digits and single _ between them, at most {LONGEST_NAME}"
    elif keyword.iskeyword(name) or name in _TAKEN:
        wrong = "has a meaning of its own here; choose another name"
    elif _DERIVATIVE.match(name):
        wrong = "begins with d, which means a derivative (dx); choose another name"
    if wrong:
        faults.add(field, line, f"is no name for a quantity: {shown(name)} {wrong}")
    return not wrong


class _Lines:
    """Reads steps in the order of the file, each in the names above it."""

    def __init__(self, faults: FaultList, known: list[str]) -> None:
        self.faults, self.known = faults, known

    def read(self, tree: Mapping, key: str, derivatives: tuple[str, ...]) -> tuple[Line, ...]:
        """The steps under one key, which may use these derivatives as well."""
        node = tree.entries[key]
        if not isinstance(node, Mapping) or not 1 <= len(node.entries) <= MOST_LINES:
            what = f"must be a mapping from 1 to {MOST_LINES} names to formulas, got {described(node)}"
            self.faults.add(key, node.line, what)
            return ()
        lines = [self._line(node, key, name, derivatives) for name in node.entries]
        return tuple(line for line in lines if line is not None)

    def _line(self, node: Mapping, key: str, name: str, derivatives: tuple[str, ...]) -> Line | None:
        entry, field = node.entries[name], joined(key, name)
        good = _good_name(name, field, node.lines[name], self.faults)
        if name in self.known:
            self.faults.add(field, node.lines[name], "is defined above already")
            return None
        later = [other for other in node.entries if other not in self.known]
        formula = formula_in(entry, field, self.faults, (*self.known, *derivatives, *later))
        early = [other for other in later if formula and other in names_in(formula)]
        if early:
            which = "itself" if early[0] == name else f"{early[0]}, which is worked out below it"
            self.faults.add(field, entry.line, f"uses {which}; a step may use what stands above it")
        if good:
            self.known.append(name)
        if formula is None or early or not good:
            return None
        return Line(name, formula, entry.text if isinstance(entry, Scalar) else "")


def _derive(
    node: Node | None, steps: tuple[Line, ...], givens: tuple[str, ...], faults: FaultList
) -> tuple[str, tuple[str, ...]]:
    """What is derived, and by what."""
    if node is None:
        return "", ()
    names = tuple(line.name for line in steps)
    if isinstance(node, Mapping) and len(node.entries) == 1:
        ((target, entry),) = node.entries.items()
        wanted = _wanted(entry, joined("derive", target), (*givens, *names), faults)
    else:
        target = plain_text(node, "derive", faults) or ""
        wanted = upon(steps, target, givens)
    if not target:
        return "", ()
    if target not in names:
        faults.add("derive", node.line, f"is {shown(target)}, which is not a step; {suggestion(target, names)}")
        return "", ()
    reached = set(upon(steps, target, (*givens, *names)))
    for name in wanted:
        if name not in reached or name == target:
            faults.add("derive", node.line, f"asks for the derivative by {name}, on which {target} does not depend")
    return target, wanted


def _wanted(node: Node, field: str, known: tuple[str, ...], faults: FaultList) -> tuple[str, ...]:
    items = node.items if isinstance(node, Sequence) else (node,)
    found = []
    for item in items:
        name = plain_text(item, field, faults)
        if name is not None and name not in known:
            faults.add(field, item.line, f"has {shown(name)}, which is not known; {suggestion(name, known)}")
        elif name is not None and name not in found:
            found.append(name)
    if not items:
        faults.add(field, node.line, "is empty: name what to derive by")
    return tuple(found)


def upon(steps: tuple[Line, ...], target: str, names: Iterable[str]) -> tuple[str, ...]:
    """Those of some names on which the target hangs, in their order."""
    needed = {target}
    for line in reversed(steps):
        if line.name in needed:
            needed |= names_in(line.formula)
    return tuple(name for name in names if name in needed)


def _reached(steps: tuple[Line, ...], target: str, by: tuple[str, ...]) -> tuple[str, ...]:
    """What the target is derived by on the way: all that hangs on a wanted name and leads to the target."""
    depends = set(by)
    for line in steps:
        if names_in(line.formula) & depends:
            depends.add(line.name)
    between = upon(steps, target, (line.name for line in steps if line.name in depends and line.name != target))
    return tuple(dict.fromkeys((*by, *between)))
