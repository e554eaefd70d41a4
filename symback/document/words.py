"""The words of a sheet, one table a language; every table has the same keys (a test holds that)."""

from __future__ import annotations

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "given": "Given",
    "forward": "Forward pass",
    "loss": "Loss",
    "backward": "Backpropagation",
    "closed": "Closed forms",
    "comparison": "Exact versus approximate",
    "notation": "dQ stands for the derivative of the loss L by Q.",
    "rule_loss": "The derivative of the loss by the output; what is upstream of it is 1.",
    "rule_slope": "The local derivative (slope) of the activation.",
    "rule_chain": "Chain rule: upstream gradient times slope, entry by entry.",
    "rule_outer": "Outer product: the gradient of the layer times its input, turned into a row.",
    "rule_bias": "The bias is added as it is, so its gradient is the gradient of Z.",
    "rule_transpose": "Back through the weights: the transposed matrix times the gradient.",
    "rule_identity": "The slope is 1, so the gradient passes unchanged.",
    "rule_add": "It is used more than once, so the contributions add up.",
    "kink_relu": "An entry of {name} is exactly 0, at the kink of relu: by the usual convention its slope there is 0.",
    "kink_leaky_relu": "An entry of {name} is exactly 0, at the kink: by the usual convention the slope there is that of the left branch.",
    "kink_absolute_error": "An output equals its target, at the kink of the absolute value: by convention the slope there is 0.",
    "closed_intro": "The partial derivatives in the given numbers alone.",
    "entry": "entry",
    "certified": "certified",
    "by_hand": "{digits} digits",
    "by_hand_long": "A calculation with {digits} significant digits",
    "against": "given answer",
    "error": "error",
    "right_digits": "right digits",
    "comparison_intro": "The same steps with every value rounded to {digits} significant digits, and in three binary "
    "formats; each with its relative error.",
    "format_zero": "{format} gives exactly 0 for {names}: nothing of the gradient is left.",
    "format_digits": "{format}: at least {digits} digits of every partial derivative are right.",
    "format_fails": "{format} comes to a division by zero and gives no gradient.",
    "cancels": "In {step} the difference {formula} loses {digits} leading digits, because its terms are nearly equal.",
    "need": "{name} to {decimals}",
    "needs": "For {digits} right digits in every partial derivative the intermediate values must carry so many "
    "decimals (each rounded alone, the others exact): {list}.",
    "closed_long": "Closed forms that are too long to be read are left out: {names}. The formulas above give them through the earlier symbols.",
}

RUSSIAN: Mapping[str, str] = {
    "given": "Дано",
    "forward": "Прямой проход",
    "loss": "Функция потерь",
    "backward": "Обратное распространение ошибки",
    "closed": "Замкнутые формулы",
    "comparison": "Точные и приближённые значения",
    "notation": "dQ обозначает производную потерь L по Q.",
    "rule_loss": "Производная потерь по выходу; множитель перед ней равен 1.",
    "rule_slope": "Локальная производная (наклон) функции активации.",
    "rule_chain": "Правило цепочки: входящий градиент, умноженный на наклон, поэлементно.",
    "rule_outer": "Внешнее произведение: градиент слоя на его вход, записанный строкой.",
    "rule_bias": "Смещение прибавляется как есть, поэтому его градиент равен градиенту Z.",
    "rule_transpose": "Назад через веса: транспонированная матрица на градиент.",
    "rule_identity": "Наклон равен 1, градиент проходит без изменений.",
    "rule_add": "Величина используется несколько раз, вклады складываются.",
    "kink_relu": "Элемент {name} равен 0 в точности, это излом relu: по обычному соглашению наклон там равен 0.",
    "kink_leaky_relu": "Элемент {name} равен 0 в точности, это излом: по обычному соглашению берётся наклон левой ветви.",
    "kink_absolute_error": "Выход равен целевому значению, это излом модуля: по соглашению наклон там равен 0.",
    "closed_intro": "Частные производные только через данные числа.",
    "entry": "элемент",
    "certified": "точно",
    "by_hand": "{digits} цифры",
    "by_hand_long": "Расчёт с {digits} значащими цифрами",
    "against": "ответ",
    "error": "ошибка",
    "right_digits": "верных цифр",
    "comparison_intro": "Те же шаги, где каждая величина округлена до {digits} значащих цифр, и в трёх двоичных "
    "форматах; рядом относительная ошибка.",
    "format_zero": "{format} даёт в точности 0 для {names}: от градиента ничего не остаётся.",
    "format_digits": "{format}: в каждой частной производной верны не менее {digits} цифр.",
    "format_fails": "{format} приводит к делению на ноль и не даёт градиента.",
    "cancels": "В {step} разность {formula} теряет {digits} старших цифр: её члены почти равны.",
    "need": "{name} до {decimals}",
    "needs": "Чтобы в каждой частной производной были верны {digits} цифры, промежуточные величины нужны с таким "
    "числом десятичных знаков (каждая округлена отдельно, остальные точны): {list}.",
    "closed_long": "Слишком длинные замкнутые формулы опущены: {names}. Их дают формулы выше через ранее найденные величины.",
}

WORDS: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "ru": RUSSIAN}
