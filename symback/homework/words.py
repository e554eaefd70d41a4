"""The words of a problem sheet, one table a language; every table has the same keys and places."""

from __future__ import annotations

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "variant": "Variant {code}",
    "name": "Name: {name}",
    "task": "Work out the forward pass, the loss and all partial derivatives of this network by hand, and fill in "
    "the blanks.",
    "task_update": "Then update the weights, and work out the forward pass and the loss again.",
    "digits": "Give each number to {digits} significant digits or exactly. Carry more digits while you work: round "
    "only at the end.",
    "network": "The network",
    "piece": "{name}, rows {rows}, columns {columns}:",
}

RUSSIAN: Mapping[str, str] = {
    "variant": "Вариант {code}",
    "name": "Имя: {name}",
    "task": "Вычислите вручную прямой проход, функцию потерь и все частные производные этой сети и заполните пропуски.",
    "task_update": "Затем обновите веса и вычислите прямой проход и функцию потерь ещё раз.",
    "digits": "Дайте каждое число с {digits} значащими цифрами или точно. В вычислениях держите больше цифр: "
    "округляйте только в конце.",
    "network": "Сеть",
    "piece": "{name}, строки {rows}, столбцы {columns}:",
}

HOMEWORK_WORDS: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "ru": RUSSIAN}
