"""From a verdict to the mark that stands in the report: decimals, indices, the words."""

from __future__ import annotations

from symback.marking.marks import Mark
from symback.marking.readings import written_digits
from symback.marking.truth import EXACT_DIGITS, Truth, decimal_of
from symback.marking.verdict import Verdict
from symback.marking.written import Written


def record(item: Written, found: Verdict, truth: Truth) -> Mark:
    """The mark of a judged number."""
    name, place = item.quantity, item.place
    # One digit more than was written, so that its last one can be judged by eye.
    digits = max(EXACT_DIGITS, written_digits(item.read_as) + 1)
    true = truth.decimal(name, place, digits)
    given = name in truth.solution.givens
    return Mark(
        line=item.line,
        quantity=name,
        index=truth.index(name, place),
        written=item.text,
        read_as=item.read_as,
        exact=true,
        expected=true if found.expected is None else decimal_of(found.expected, digits),
        relative_error=truth.error(item.reading.value, name, place),
        verdict=found.verdict,
        slip=found.slip,
        carried_from=tuple(sorted(found.lines)),
        message=found.message,
        step=item.about.split(".")[0] if item.about else "given" if given else name.split(".")[0],
        flagged=found.flagged,
        also=found.also,
        kind="restated" if item.restated else "result",
    )
