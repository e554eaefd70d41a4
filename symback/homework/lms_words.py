"""The words of an export to a learning platform, one table a language; every table has the same keys."""

from __future__ import annotations

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "task": "Work out the forward pass, the loss and the partial derivatives of this network.",
    "task_update": "Then update the weights, and work out the forward pass and the loss again.",
    "network": "The network",
    "answers": "Your answers",
    "digits": "Give each number to {digits} significant digits. Carry more digits while you work and round only "
    "at the end.",
    "typing_point": "Type a decimal point, as in {number}; write a power of ten with E: {power} for −3.84 × 10⁻⁷.",
    "typing_comma": "Type numbers with a point, as in {number}. A comma is understood only where this platform itself "
    "shows numbers with a comma; elsewhere it is dropped. Write a power of ten with E: {power} for −3,84 × 10⁻⁷.",
    "typing_no_comma": "Type a decimal point, as in {number}, not a comma; write a power of ten with E: {power} for "
    "−3,84 × 10⁻⁷.",
    "unit": "in units of",
    "right": "Right.",
    "carried": "This follows from a slip in {step}: {slip}.",
    "comma_shifted": "the decimal sign is one place off",
    "solution": "Worked solution",
    "variant": "Variant",
}

RUSSIAN: Mapping[str, str] = {
    "task": "Вычислите прямой проход, функцию потерь и частные производные этой сети.",
    "task_update": "Затем обновите веса и вычислите прямой проход и функцию потерь ещё раз.",
    "network": "Сеть",
    "answers": "Ваши ответы",
    "digits": "Дайте каждое число с {digits} значащими цифрами. В вычислениях держите больше цифр и округляйте "
    "только в конце.",
    "typing_point": "Вводите числа с точкой, например {number}; степень десяти пишется через E: {power} — это "
    "−3.84 × 10⁻⁷.",
    "typing_comma": "Вводите числа с точкой, например {number}. Запятая понимается только там, где сама платформа "
    "показывает числа с запятой; иначе она отбрасывается. Степень десяти пишется через E: {power} — это "
    "−3,84 × 10⁻⁷.",
    "typing_no_comma": "Вводите числа с точкой, например {number}, не с запятой; степень десяти пишется через E: "
    "{power} — это −3,84 × 10⁻⁷.",
    "unit": "в единицах",
    "right": "Верно.",
    "carried": "Это следует из ошибки в {step}: {slip}.",
    "comma_shifted": "десятичный знак сдвинут на одно место",
    "solution": "Решение",
    "variant": "Вариант",
}

LMS_WORDS: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "ru": RUSSIAN}
