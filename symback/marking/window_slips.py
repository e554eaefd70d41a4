"""Slips with windows that slide: convolution and pooling."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from symback.derivation.bilinear import pairs_of
from symback.derivation.formula import ZERO
from symback.derivation.pick import windows_of
from symback.derivation.steps import Step
from symback.derivation.values import Entries
from symback.marking.cases import Case, Slip, over
from symback.solution.arithmetics import to_fmpq


def _with(step: Step, **changes: Any) -> Step:
    """A step with other choices."""
    return replace(step, options=tuple({**dict(step.options), **changes}.items()))


def _computes(role: str, step: Step) -> bool:
    return step.operation == "bilinear" and step.option("roles")[2] == role


def _turned(role: str) -> Callable[[Case], Iterator[Entries | None]]:
    """Each kernel turned by 180 degrees, where this role is calculated from it."""

    def predict(case: Case) -> Iterator[Entries | None]:
        step = case.step
        if not _computes(role, step):
            return
        name, (maps, channels) = step.inputs[step.option("roles").index("kernel")], step.option("maps")
        entries = case.entries(name)
        size = len(entries) // (maps * channels)
        turned = [each for at in range(0, len(entries), size) for each in reversed(entries[at : at + size])]
        yield replace(case, scope=over(case, {name: turned})).run(step)

    return predict


def _stride_forgotten(case: Case) -> Iterator[Entries | None]:
    if case.step.option("stride", (1, 1)) != (1, 1):
        yield case.run(_with(case.step, stride=(1, 1)))


def _padding_forgotten(case: Case) -> Iterator[Entries | None]:
    if case.step.option("padding", (0, 0)) != (0, 0):
        yield case.run(_with(case.step, padding=(0, 0)))


def product_left_out(case: Case) -> Iterator[Entries | None]:
    """A product of each window is missing."""
    step, right = case.step, case.right
    if step.operation != "bilinear" or right is None:
        return
    left, second = (case.entries(name) for name in step.inputs[:2])
    pairs = pairs_of(step, case.graph.shapes)
    for k in range(max(map(len, pairs))):
        missing = [left[group[k][0]] * second[group[k][1]] if k < len(group) else None for group in pairs]
        yield [whole if part is None else whole - part for whole, part in zip(right, missing, strict=True)]


def _is_unpooling(step: Step) -> bool:
    return step.operation == "pick" and bool(step.option("back"))


def _to_all(case: Case) -> Iterator[Entries | None]:
    """The gradient of max pooling given to every entry of its window."""
    if _is_unpooling(case.step):
        yield case.run(replace(case.step, operation="gather", inputs=case.step.inputs[:1]))


def _elsewhere(case: Case) -> Iterator[Entries | None]:
    """The gradient of max pooling given to another entry of its window, the same place in each."""
    step = case.step
    if not _is_unpooling(step):
        return
    windows, moved = windows_of(step, case.graph.shapes), case.entries(step.inputs[0])
    for k in range(len(windows[0])):
        sent = [to_fmpq(ZERO.value)] * (step.shape[0] * step.shape[1])
        for window, entry in zip(windows, moved, strict=True):
            sent[window[k]] = sent[window[k]] + entry
        yield sent


def _undivided(case: Case) -> Iterator[Entries | None]:
    """The sum of a window for its average; the gradient of an average not shared out."""
    if case.step.operation == "gather" and case.step.option("over"):
        yield case.run(_with(case.step, over=None))


def _other_pooling(case: Case) -> Iterator[Entries | None]:
    """The average for the greatest entry of a window, or the greatest for the average."""
    step = case.step
    if step.option("pattern") != "windows" or step.option("back"):
        return
    source = step.inputs[0]
    if step.operation == "pick":
        high, wide = step.option("size")
        yield case.run(_with(replace(step, operation="gather", inputs=(source,)), over=high * wide))
    else:
        yield case.run(replace(step, operation="pick", inputs=(source, source)))


WINDOW_SLIPS = (
    Slip(
        "kernel_turned",
        _turned("result"),
        "the kernel was turned by 180 degrees: here it is laid on each window as it stands",
        "ядро повёрнуто на 180 градусов, а здесь оно накладывается на окно как есть",
    ),
    Slip(
        "kernel_not_turned",
        _turned("image"),
        "the kernel is not turned by 180 degrees on the way back",
        "ядро на обратном пути не повёрнуто на 180 градусов",
    ),
    Slip(
        "stride_forgotten",
        _stride_forgotten,
        "the stride is forgotten: the window was moved by one place",
        "забыт шаг: окно сдвинуто на одну позицию",
    ),
    Slip(
        "padding_forgotten",
        _padding_forgotten,
        "the padding is forgotten: the first window begins outside of the image",
        "забыто дополнение: первое окно начинается за краем изображения",
    ),
    Slip(
        "pooled_to_all",
        _to_all,
        "the gradient of max pooling goes to the entry that won, not to all of its window",
        "градиент max-пулинга идёт только к победившему элементу, а не ко всем в окне",
    ),
    Slip(
        "pooled_elsewhere",
        _elsewhere,
        "the gradient of max pooling goes to another entry of the window: to the one that won",
        "градиент max-пулинга идёт к другому элементу окна: к тому, который победил",
    ),
    Slip(
        "average_undivided",
        _undivided,
        "the sum of a window is not divided by the number of its entries",
        "сумма окна не поделена на число его элементов",
    ),
    Slip(
        "other_pooling",
        _other_pooling,
        "the average of the window was taken for its greatest entry, or the other way round",
        "взято среднее окна вместо наибольшего элемента или наоборот",
    ),
)
