r"""The names that a computation graph brings along, in the spellings that people use for them.

`net_h1` is also `net_{h1}`, `\mathrm{net}_{h1}`; `dw5` is also `\frac{\partial E_{total}}{\partial w_5}` and
`dE_total/dw_5`. The reader of transcripts knows the names of layers only, so each own name is read under the name of
a layer that nobody writes, and given back afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from symback.derivation.derive import constants_of, derive
from symback.derivation.steps import Derivation, Shape, suffix
from symback.exercise.model import Network, Work
from symback.marking.answers import Target, target
from symback.marking.expressions import Name, Paper, Unread
from symback.marking.transcript import read_expression

#: The layers whose names stand in for own ones, counted down from the last that the reader knows.
FAMILIES, LAST = ("Z", "A", "b", "W"), 99

_WRAPPED = re.compile(r"\\(?:mathrm|mathit|mathbf|text|textit|textrm|operatorname)\s*\{([^{}]*)\}")
_ACCENTED = re.compile(r"\\(?:wide)?(tilde|hat)\s*(?:\{\s*([A-Za-z])\s*\}|\s([A-Za-z]))")
_SPELLING = re.compile(r"[\\{}_^,\s]+")
_BASE = (
    r"(?:\\(?:wide)?(?:tilde|hat)\s*(?:\{\s*[A-Za-z]\s*\}|\s[A-Za-z])|"
    r"\\(?:mathrm|mathit|mathbf|text|textit|textrm|operatorname)\s*\{[A-Za-z0-9_]+\}|\\?[A-Za-z]+[0-9]*)"
)
_SUB = r"(?:\s*\\?_\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|[A-Za-z0-9]+))"
_SUP = r"(?P<new>\s*\^\s*(?:\{\s*(?:\+|new|\\(?:text|mathrm)\s*\{new\})\s*\}|\+)|')"
_PART = r"(?P<part>\s*\^\s*\{\s*(?:\\(?:mathrm|text)\s*\{)?(?:\(\d+\)|penalty[12]?)\s*\}{1,2})"
_TURNED = r"(?P<turned>\s*\^\s*(?:\{\s*(?:T|\\top|\\intercal|\\(?:mathrm|mathsf)\s*\{T\})\s*\}|\\top|\\intercal|T)|ᵀ)"
_CHANGE = r"(?:(?:\\Delta(?![A-Za-z])|Δ)\s*)?"
_NAME = re.compile(rf"{_CHANGE}{_BASE}{_SUB}*(?:{_SUP}|{_PART})?{_TURNED}?")
#: Formulas between dollars; outside of them a line of plain words stays as it is.
_FORMULAS = re.compile(r"(\$\$.*?\$\$|\$[^$]*\$)", re.DOTALL)
_INDEX = re.compile(r"(.*?)\s*\[\s*(\d{1,3})\s*(?:,\s*(\d{1,3})\s*)?\]")
#: A name that the reader takes for that of a layer.
_OF_A_LAYER = re.compile(r"(d?)([WwZzAab])(\d{1,2}|\(\d{1,2}\))")
#: No own name begins with d, but for a Greek delta.
_DERIVATIVE = re.compile(r"d(?!elta)")
_DISGUISED = re.compile(r"([ZAbW])\^\{\((\d+)T?\)\}")
_ALIAS = re.compile(r"([ZAbW])_(\d+)")


#: A variance as it stands in books: the square of sigma.
_SIGMA_SQUARED = re.compile(r"\\sigma\s*(?:_\s*(?:\{\s*(\d+)\s*\}|(\d)))?\s*\^\s*(?:\{\s*2\s*\}|2)")
_PENALTY = re.compile(r"penalty[12]?")


@dataclass(frozen=True)
class Own:
    """The names of one graph, or of one network that goes through time."""

    derivation: Derivation

    @property
    def whole(self) -> bool:
        """Whether all names are the exercise's own, not only some of them."""
        return self.derivation.scalar or self.derivation.times > 0

    @cached_property
    def spelled(self) -> Mapping[str, str]:
        """Every quantity by its name without marks; where two names differ in marks only, neither is here."""
        known = [*self.derivation.shapes, *self.derivation.parts]
        by_spelling: dict[str, list[str]] = {}
        for name in self.contributions:
            by_spelling.setdefault(_as_contribution(name), []).append(name)
        for name in known:
            by_spelling.setdefault(spelling(name), []).append(name)
        goal = self.derivation.target
        for name in known if goal else ():
            if f"d{name}" in self._known:
                by_spelling.setdefault(spelling(f"d{goal}/d{name}"), []).append(f"d{name}")
        found = {text: names[0] for text, names in by_spelling.items() if len(set(names)) == 1}
        further = {spelling(other): name for other, name in self.further.items()}
        return found | {text: name for text, name in further.items() if text not in by_spelling}

    def aim(self, key: str) -> tuple[str, tuple[int, ...] | None]:
        """The quantity that a key of an answers file names, as `answers.target` says it."""
        key = key.strip()
        place = _INDEX.fullmatch(key)
        core = place[1] if place else key
        known = core in self.derivation.shapes or core in self.derivation.parts
        found = core if known else self.spelled.get(spelling(core)) or self.short.get(spelling(core))
        if found is None:
            return target(key)
        return found, tuple(int(number) for number in place.groups()[1:] if number) if place else None

    @cached_property
    def _known(self) -> Mapping[str, Shape]:
        return self.derivation.every_shape

    @cached_property
    def further(self) -> Mapping[str, str]:
        """Further names of quantities, after an update as well."""
        endings = [suffix(number) for number in range(self.derivation.updates + 1)]
        found = {}
        for other, name in self.derivation.telling.also.items():
            for ending in endings:
                if name + ending in self._known:
                    found["/".join(side + ending for side in other.split("/"))] = name + ending
        return found

    @cached_property
    def contributions(self) -> tuple[str, ...]:
        """What adds up to a derivative: `dW.2`, on paper dW with a (2) above it, and the part of a penalty."""
        parts = ((name, name.rpartition(".")[2]) for name in self.derivation.shapes)
        return tuple(name for name, part in parts if part.isdecimal() or _PENALTY.fullmatch(part))

    @cached_property
    def strangers(self) -> tuple[str, ...]:
        """The names that the reader does not know as those of layers; derivatives are read by what they are of.

        Those of constants, and of what an update makes, it knows without any layer.
        """
        network = self.derivation.network
        known = set(constants_of(network)) if isinstance(network, Network) else set()
        known |= {step.name for step in self.derivation.steps if step.phase in ("backward", "update")}
        names = (name for name in self.derivation.shapes if name not in known)
        return tuple(name for name in names if not _is_of_layers(name.partition("_new")[0]))

    @cached_property
    def short(self) -> Mapping[str, str]:
        """Names of layers without their number, where there is but one: `Q` for `Q_1`; and small letters for large."""
        known, found = set(map(spelling, self.derivation.shapes)), dict[str, list[str]]()
        for name in () if self.whole else self.strangers:
            base, new, number = name.partition("_new")
            stem, end = spelling(base.rstrip("0123456789")), new[1:] + number
            texts = {f"{text}{end}" for text in (stem, _small(stem), spelling(_small(base)))}
            for text in texts - known if len(stem) > 1 else {stem + end} - known:
                found.setdefault(text, []).append(name)
        return {text: names[0] for text, names in found.items() if len(names) == 1 and not _is_of_layers(text)}

    @cached_property
    def aliases(self) -> Mapping[str, str]:
        """The names that are no derivatives, by their spelling, with the layer that each is read as."""
        places = ((family, number) for family in FAMILIES for number in range(LAST, 0, -1))
        names = [name for name in self._names_of_its_own if self.spelled.get(spelling(name)) == name]
        # What could be taken for a layer comes first, should there be more names than layers.
        names.sort(key=lambda name: _OF_A_LAYER.fullmatch(spelling(name)) is None)
        given = {name: f"{family}_{number}" for name, (family, number) in zip(names, places, strict=False)}
        found = {spelling(name): alias for name, alias in given.items()}
        found |= {
            _as_contribution(name): f"{family}_{number}"
            for name, (family, number) in zip(self.contributions, places, strict=False)
        }
        further = {spelling(other): given[name] for other, name in self.further.items() if name in given}
        short = {text: given[name] for text, name in self.short.items() if name in given}
        return short | further | found

    @cached_property
    def _names_of_its_own(self) -> tuple[str, ...]:
        """What is to be read under the name of a layer: all names, or those that the reader does not know."""
        return tuple(name for name in self._known if not _is_derivative(name)) if self.whole else self.strangers

    @cached_property
    def _derivatives(self) -> Mapping[str, str]:
        """The further names of derivatives, by their spelling: a delta that is one."""
        return {
            spelling(other): name
            for other, name in self.further.items()
            if _is_derivative(name) and not _is_derivative(other)
        }

    @cached_property
    def _names(self) -> Mapping[str, str]:
        return {alias: self.spelled.get(text) or self.short[text] for text, alias in self.aliases.items()}

    def disguised(self, text: str) -> str:
        """A transcript with every own name as the name of its layer."""
        if any(name.startswith("var_") for name in self.strangers):
            text = _SIGMA_SQUARED.sub(lambda found: f"\\mathrm{{var}}_{{{found[1] or found[2] or ''}}}", text)
        pieces = _FORMULAS.split(text)
        return "".join(
            _NAME.sub(self._disguise, line) if at % 2 or any(mark in line for mark in "=≈\\_^") else line
            for at, piece in enumerate(pieces)
            for line in piece.splitlines(keepends=True)
        )

    def _disguise(self, found: re.Match[str]) -> str:
        turned = found["turned"] or ""
        whole = found[0].removesuffix(turned)
        core = spelling(whole[: found.start("new") - found.start()] + "new" if found["new"] else whole)
        if core in self.aliases:
            return _layer(self.aliases[core], turned=bool(turned))
        core = spelling(self._derivatives.get(core, core))
        if core[:1] == "d" and core[1:] in self.aliases:
            return "d" + _layer(self.aliases[core[1:]], turned=bool(turned))
        if whole.isalpha() and 1 < len(whole) <= 4 and all(letter in self.aliases for letter in whole):
            return " ".join(_layer(self.aliases[letter]) for letter in whole) + turned
        return self._stranger(core) or found[0]

    def _stranger(self, core: str) -> str | None:
        """A name of a layer that another name stands in for here, so that it is not taken for that one."""
        layer = _OF_A_LAYER.fullmatch(core)
        family = layer and {"w": "W", "z": "Z", "a": "A"}.get(layer[2], layer[2])
        taken = layer and f"{family}_{layer[3].strip('()')}" in self._names
        return f"Q_{{{core}}}" if taken else None

    def revealed(self, paper: Paper) -> Paper:
        """The paper with the own names in their places."""
        return self._reveal(paper)  # type: ignore[no-any-return]

    def _reveal(self, node: Any) -> Any:
        if isinstance(node, Name):
            quantity = self._quantity(node.quantity or "")
            return replace(node, quantity=quantity, symbol=quantity) if quantity else node
        if isinstance(node, Unread):
            return replace(node, text=_DISGUISED.sub(self._spell, node.text))
        if isinstance(node, tuple):
            return tuple(map(self._reveal, node))
        if is_dataclass(node) and not isinstance(node, type):
            changed = {field.name: self._reveal(getattr(node, field.name)) for field in fields(node)}
            return replace(node, **changed)
        return node

    def _spell(self, found: re.Match[str]) -> str:
        """An own name in a text that stays unread."""
        return self._names.get(f"{found[1]}_{found[2]}", found[0])

    def _quantity(self, name: str) -> str | None:
        """An own name from that of its layer: `dw5` from `dZ_95`, or from `dZ_90/dZ_95` where Z_90 is the target."""
        own = _ALIAS.sub(lambda alias: self._names.get(alias[0], "?"), name)
        if own == name or "?" in own:
            return None
        own = self.further.get(own, own)
        over, _, under = own.partition("/")
        return under if under and over == f"d{self.derivation.target}" else own


def _is_derivative(name: str) -> bool:
    """Whether a name is that of a derivative, and so read as one of a quantity; a part is no name on its own."""
    return "/" in name or "." in name or _DERIVATIVE.match(name) is not None


def _layer(alias: str, *, turned: bool = False) -> str:
    family, number = alias.split("_")
    return f"{family}^{{({number}){'T' if turned else ''}}}"


def _as_contribution(name: str) -> str:
    core, _, part = name.rpartition(".")
    return f"{spelling(core)}({part})" if part.isdecimal() else f"{spelling(core)}{part}"


def _small(name: str) -> str:
    return name[:1].lower() + name[1:]


def _is_of_layers(name: str) -> bool:
    """Whether the reader takes a name for the quantity of a layer that it is the name of, or for another one."""
    read = read_expression(name, decimal=".")
    return isinstance(read, Name) and read.quantity is not None and (read.quantity == name or "_" not in name)


def spelling(text: str) -> str:
    """A name without the marks of its dialect: `neth1` for `\\mathrm{net}_{h1}`."""
    text = _ACCENTED.sub(lambda found: f"{found[2] or found[3]}{found[1]}", text)
    return _SPELLING.sub("", _WRAPPED.sub(r"\1", text).replace("\\partial", "d").replace("∂", "d"))


@lru_cache(maxsize=16)
def own_names(work: Work) -> Own | None:
    """The names that an exercise brings along; None where they are those of layers."""
    derivation = derive(work)
    own = Own(derivation)
    return own if own.whole or own.strangers or own.contributions else None


def aim_of(work: Work) -> Target:
    """What the keys of an answers file mean for an exercise."""
    own = own_names(work)
    return own.aim if own else target
