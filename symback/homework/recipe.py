"""The recipe of an exercise: which givens vary and how, and what must hold for a variant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from symback.derivation.derive import derive
from symback.derivation.steps import is_parameter
from symback.exercise.faults import FaultList
from symback.exercise.model import Exercise, Network
from symback.exercise.names import CHANCES, TARGETS, suggestion
from symback.exercise.nodes import Mapping as MappingNode
from symback.exercise.nodes import Node, Scalar, described, joined
from symback.homework.fields import names
from symback.homework.options import Options
from symback.homework.requirements import Requirement, read_requirements, some
from symback.homework.variation import (
    Variation,
    is_like,
    like_the_original,
    masks,
    read_variation,
    signs_like_the_original,
    stays,
)
from symback.homework.wholes import members, whole_of, wholes

#: What the exercise file calls the input column.
_ALIASES = {"x": "X"}


@dataclass(frozen=True)
class Recipe:
    """How the givens vary, by name, what is required, and whose slips have to show.

    `default` says that the file leaves the requirements to symback.
    """

    variations: Mapping[str, Variation]
    requirements: tuple[Requirement, ...] = ()
    distinct: tuple[str, ...] = ()
    distinct_line: int | None = None
    default: bool = False

    def options(self, exercise: Exercise) -> dict[str, tuple[Options, ...]]:
        """What each number of each given may become, row by row."""
        together = {name: self.variations[name](given) for name, given in wholes(exercise).items() if name in self}
        found = {}
        for name, given in exercise.givens.items():
            whole = whole_of(name, exercise)
            if name in together:
                found[name] = together[name]
            elif name in self or whole not in together:
                found[name] = self.variations.get(name, stays)(given)
            else:
                found[name] = (together[whole][members(whole, exercise).index(name)],)
        return found

    def __contains__(self, name: object) -> bool:
        return name in self.variations


def read_recipe(exercise: Exercise) -> Recipe:
    """The recipe in an exercise's file; without one, everything varies like the original.

    Raises InputError with all its faults at once, each with file, line and field.
    """
    faults = FaultList(exercise.source)
    decimal = exercise.sheet.decimal
    vary, require = exercise.extra.get("vary"), exercise.extra.get("require")
    variations = _variations(vary, exercise, faults, decimal)
    requirements, distinct = _requirements(require, exercise, faults, decimal)
    recipe = Recipe(
        variations,
        requirements,
        distinct,
        require.lines.get("distinct") if isinstance(require, MappingNode) else None,
        default=require is None and (vary is None or is_like(vary)),
    )
    _check_targets(recipe, exercise, faults)
    _check_masks(recipe, exercise, faults)
    _check_givens(recipe, exercise, faults)
    faults.stop_if_any()
    return recipe


def _variations(node: Node | None, exercise: Exercise, faults: FaultList, decimal: str) -> dict[str, Variation]:
    if node is None or is_like(node):
        return {name: _like(name, exercise) for name in wholes(exercise)}
    if not isinstance(node, MappingNode) or not node.entries:
        what = f"must be `like the original` or a mapping of givens, got {described(node)}"
        faults.add("vary", node.line, what)
        return {}
    known = tuple(dict.fromkeys((*wholes(exercise), *exercise.givens)))
    found: dict[str, Variation] = {}
    for key, entry in node.entries.items():
        name, field = _ALIASES.get(key, key), joined("vary", key)
        if name not in known:
            faults.add(field, node.lines[key], f"is not a given of this exercise; {suggestion(key, known)}")
        elif name in found:
            faults.add(field, node.lines[key], f"is {name}, which was named before")
        elif (variation := read_variation(entry, field, faults, decimal)) is not None:
            like = masks if _is_mask(name, exercise) else _like(name, exercise)
            found[name] = like if variation is like_the_original else variation
    return found


def _like(name: str, exercise: Exercise) -> Variation:
    """How a given varies like the original."""
    if not isinstance(exercise.network, Network):
        return like_the_original
    name = whole_of(name, exercise)
    if _is_target(name):
        return _TARGETS_VARY.get(exercise.network.loss, like_the_original)
    return like_the_original if name.startswith("X") or is_parameter(name) else stays


def _is_mask(name: str, exercise: Exercise) -> bool:
    """Whether a given is the mask of a dropout; it stays unless the recipe names it."""
    layers = exercise.network.layers if isinstance(exercise.network, Network) else ()
    return any(layer.kind == "dropout" and name == f"M_{number}" for number, layer in enumerate(layers, 1))


def _is_target(name: str) -> bool:
    """Whether a given holds targets: of all samples, or of one of them."""
    return name == "y" or name.startswith("y_")


#: How targets vary that are not any numbers; chances add up to 1 and stay as they are.
_TARGETS_VARY = {"hinge": signs_like_the_original, **dict.fromkeys(CHANCES, stays)}


def _requirements(
    node: Node | None, exercise: Exercise, faults: FaultList, decimal: str
) -> tuple[tuple[Requirement, ...], tuple[str, ...]]:
    if node is None:
        return (), ()
    if not isinstance(node, MappingNode):
        # An empty value after the colon requires nothing.
        if not (isinstance(node, Scalar) and not node.text):
            faults.add("require", node.line, f"must be a mapping of quantities, got {described(node)}")
        return (), ()
    known = tuple(derive(exercise.network).shapes)
    distinct: tuple[str, ...] = ()
    found: list[Requirement] = []
    for key, entry in node.entries.items():
        name = _ALIASES.get(key, key)
        if key == "distinct":
            derived = tuple(name for name in known if name not in exercise.givens)
            distinct = names(entry, "require.distinct", faults, derived)
        elif name in known:
            found += read_requirements(name, entry, faults, decimal)
        elif members(name, exercise) != (name,):
            of_each = read_requirements(name, entry, faults, decimal)
            found += [replace(each, quantity=own) for own in members(name, exercise) for each in of_each]
        else:
            what = f"is not a quantity of this exercise; {suggestion(key, (*known, 'distinct'))}"
            faults.add(joined("require", key), node.lines[key], what)
    return tuple(found), distinct


def _check_targets(recipe: Recipe, exercise: Exercise, faults: FaultList) -> None:
    """Targets of a cross entropy are chances, those of the hinge signs."""
    loss = exercise.network.loss if isinstance(exercise.network, Network) else ""
    for name in recipe.variations:
        if not _is_target(whole_of(name, exercise)):
            continue
        if loss in CHANCES and recipe.variations[name] is not stays:
            message = f"holds the chances of {loss}, which add up to 1: they cannot vary one by one; leave it out"
            faults.add(f"vary.{name}", _line(exercise, "vary", name), message)
        elif loss in TARGETS:
            _check_target(recipe.variations[name], name, loss, exercise, faults)


def _check_masks(recipe: Recipe, exercise: Exercise, faults: FaultList) -> None:
    """Masks hold 0 and 1."""
    for name, variation in recipe.variations.items():
        if _is_mask(name, exercise):
            few = variation(exercise.givens[name])[0].few
            if few is None or any(numeral.value not in (0, 1) for numeral in few):
                message = "varies a mask: it must hold 0 and 1 alone"
                faults.add(f"vary.{name}", _line(exercise, "vary", name), message)


def _check_target(variation: Variation, name: str, loss: str, exercise: Exercise, faults: FaultList) -> None:
    words, fits = TARGETS[loss]
    options = variation({**exercise.givens, **wholes(exercise)}[name])
    few = [numeral for each in options[:1] for numeral in (each.few or ())]
    wrong = next((numeral for numeral in few if not fits(numeral.value)), None)
    if wrong is not None or any(each.few is None for each in options[:1]):
        what = f"such as {wrong.text} " if wrong else ""
        message = f"has numbers {what}that are no targets of {loss}: they must {words}"
        faults.add(f"vary.{name}", _line(exercise, "vary", name), message)


def _check_givens(recipe: Recipe, exercise: Exercise, faults: FaultList) -> None:
    """A requirement on a given that none of its numbers meets can be refused before anything is drawn."""
    by_name = recipe.options(exercise)
    for requirement in recipe.requirements:
        if requirement.test is some:  # this one is not about each entry
            continue
        for options in by_name.get(requirement.quantity, ()):
            if options.few is not None and not any(requirement.test([options.at(k)[1]]) for k in range(options.count)):
                what = f"cannot be met: none of the numbers of {requirement.quantity} is {requirement.words}"
                faults.add(joined("require", requirement.quantity), requirement.line or 0, what)
                break


def _line(exercise: Exercise, key: str, name: str) -> int:
    node = exercise.extra.get(key)
    return node.lines.get(name, node.line) if isinstance(node, MappingNode) else getattr(node, "line", 0)
