"""The words of a sheet, one table a language; every table has the same keys and places (a test holds that).

The phrases are ours, so they hold no character that is markup in any dialect (a test holds that, too), and no plural
that hangs on a number.
"""

from __future__ import annotations

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "given": "Given",
    "forward": "Forward pass",
    "loss": "Loss",
    "backward": "Backpropagation",
    "update": "Update of the weights",
    "again": "{title}, after update {number}",
    "before_and_after": "The error before the first update and now.",
    "closed": "Closed forms",
    "comparison": "Exact versus approximate",
    "notation": "{short} stands for {long}.",
    "rule_loss": "The derivative of the loss by the output; what is upstream of it is 1.",
    "rule_slope": "The local derivative (slope) of the activation.",
    "rule_chain": "Chain rule: upstream gradient times slope, entry by entry.",
    "rule_outer": "Outer product: the gradient of the layer times its input, turned into a row.",
    "rule_bias": "The bias is added as it is, so its gradient is the gradient of Z.",
    "rule_transpose": "Back through the weights: the transposed matrix times the gradient.",
    "rule_identity": "The slope is 1, so the gradient passes unchanged.",
    "rule_add": "It is used more than once, so the contributions add up.",
    "rule_update_new": "The new value: a step against the gradient.",
    "rule_update_v": "A running value of the gradients; before the first update it is 0.",
    "rule_update_m": "The running mean of the gradients; before the first update it is 0.",
    "rule_update_mhat": "Bias correction: the running mean began at 0.",
    "rule_update_vhat": "Bias correction: the running mean of the squares began at 0.",
    "kink_relu": "At the kink of relu, where its argument is exactly 0, the slope is 0 by convention. "
    "That is the case here: {names}.",
    "kink_leaky_relu": "At the kink of leaky relu, where its argument is exactly 0, the slope is that of the left "
    "branch by convention. That is the case here: {names}.",
    "kink_absolute_error": "At the kink of the absolute value, where an output equals its target, the slope is 0 by "
    "convention. That is the case here: {names}.",
    "kink_hinge": "At the kink of the hinge, where output times target is exactly 1, the slope is 0 by convention. "
    "That is the case here: {names}.",
    "closed_intro": "The partial derivatives in the given numbers alone.",
    "closed_long": "Closed forms too long to be read are left out: {names}. The formulas above give them "
    "through the earlier symbols.",
    "entry": "entry",
    "certified": "certified",
    "by_hand": "{digits}-digit",
    "by_hand_long": "The {digits}-digit calculation",
    "against": "given answer",
    "error": "error",
    "right_digits": "right digits",
    "comparison_intro": "The same steps in {digits}-digit arithmetic, every value rounded as by hand, and in three "
    "binary formats; each value with its relative error.",
    "format_zero": "{format} gives exactly 0 for {names}: nothing of the gradient is left.",
    "format_digits": "{format} gives every partial derivative with at least {digits}-digit accuracy.",
    "format_poor": "{format} has no right digit in {names}.",
    "format_fails": "{format} comes to a division by zero or leaves the range of its numbers, and gives no gradient.",
    "cancels": "In {step} the terms of {formula} are nearly equal: their {digits} leading digits cancel, and {value} "
    "is left.",
    "needs": "For {digits}-digit accuracy of every partial derivative the intermediate values must carry these "
    "decimals (each rounded alone, the others exact): {list}.",
    "need": "{name} to {decimals}",
    "most": "In significant digits, {name} must carry the most: {digits}.",
}

RUSSIAN: Mapping[str, str] = {
    "given": "Дано",
    "forward": "Прямой проход",
    "loss": "Функция потерь",
    "backward": "Обратное распространение ошибки",
    "update": "Обновление весов",
    "again": "{title}, после обновления {number}",
    "before_and_after": "Ошибка до первого обновления и теперь.",
    "closed": "Замкнутые формулы",
    "comparison": "Точные и приближённые значения",
    "notation": "{short} обозначает {long}.",
    "rule_loss": "Производная потерь по выходу; множитель перед ней равен 1.",
    "rule_slope": "Локальная производная (наклон) функции активации.",
    "rule_chain": "Правило цепочки: входящий градиент, умноженный на наклон, поэлементно.",
    "rule_outer": "Внешнее произведение: градиент слоя на его вход, записанный строкой.",
    "rule_bias": "Смещение прибавляется как есть, поэтому его градиент равен градиенту Z.",
    "rule_transpose": "Назад через веса: транспонированная матрица на градиент.",
    "rule_identity": "Наклон равен 1, градиент проходит без изменений.",
    "rule_add": "Величина используется несколько раз, вклады складываются.",
    "rule_update_new": "Новое значение: шаг против градиента.",
    "rule_update_v": "Накопленное значение градиентов; до первого обновления оно равно 0.",
    "rule_update_m": "Скользящее среднее градиентов; до первого обновления оно равно 0.",
    "rule_update_mhat": "Поправка на смещение: скользящее среднее началось с 0.",
    "rule_update_vhat": "Поправка на смещение: скользящее среднее квадратов началось с 0.",
    "kink_relu": "В изломе relu, где аргумент в точности равен 0, наклон по соглашению равен 0. Здесь это: {names}.",
    "kink_leaky_relu": "В изломе leaky relu, где аргумент в точности равен 0, по соглашению берётся наклон левой "
    "ветви. Здесь это: {names}.",
    "kink_absolute_error": "В изломе модуля, где выход равен целевому значению, наклон по соглашению равен 0. "
    "Здесь это: {names}.",
    "kink_hinge": "В изломе, где произведение выхода и цели в точности равно 1, наклон по соглашению равен 0. "
    "Здесь это: {names}.",
    "closed_intro": "Частные производные только через данные числа.",
    "closed_long": "Слишком длинные замкнутые формулы опущены: {names}. Их дают формулы выше через ранее найденные "
    "величины.",
    "entry": "элемент",
    "certified": "точно",
    "by_hand": "цифр: {digits}",
    "by_hand_long": "Расчёт вручную (значащих цифр: {digits})",
    "against": "ответ",
    "error": "ошибка",
    "right_digits": "верных цифр",
    "comparison_intro": "Те же шаги, где каждая величина округлена, как в расчёте вручную (значащих цифр: {digits}), и "
    "в трёх двоичных форматах; рядом относительная ошибка.",
    "format_zero": "{format}: в точности 0 для {names}, от градиента ничего не остаётся.",
    "format_digits": "{format}: верных цифр в каждой частной производной не менее {digits}.",
    "format_poor": "{format}: ни одной верной цифры в {names}.",
    "format_fails": "{format}: деление на ноль или выход за пределы чисел, градиента нет.",
    "cancels": "В {step} члены {formula} почти равны и сокращаются: остаётся {value}, старшие цифры членов теряются "
    "(сколько: {digits}).",
    "needs": "Сколько десятичных знаков нужно каждой промежуточной величине, чтобы в каждой частной производной были "
    "верны старшие цифры (сколько: {digits}); каждая округлена отдельно, остальные точны: {list}.",
    "need": "{name}: {decimals}",
    "most": "Больше всего значащих цифр нужно для {name}: {digits}.",
}

WORDS: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "ru": RUSSIAN}


def sentence(language: str, key: str, **codes: str) -> str:
    """A phrase with finished code of a dialect put into its places."""
    return WORDS[language][key].format_map(codes)
