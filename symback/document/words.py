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
    "then": "Update",
    "again": "{title}, after update {number}",
    "before_and_after": "The error before the first update and now.",
    "closed": "Closed forms",
    "comparison": "Exact versus approximate",
    "notation": "{short} stands for {long}.",
    "notation_chain": "The derivative of the error by each weight is a product along the way from the error to the "
    "weight.",
    "notation_delta": "{short} stands for {long}. Its sign is the other one than that of the derivative: what makes "
    "the error smaller is added.",
    "rule_weight_chain": "The chain rule for a weight: from the error over the output and the net input of its unit.",
    "rule_unit_chain": "From the output of a unit to its net input.",
    "rule_share": "What comes back from one output, through the weight between.",
    "rule_delta": "The slope of the activation times what comes back: from the error at an output, from the units "
    "behind, times the weights between, elsewhere.",
    "rule_delta_weight": "The derivative of the error by a weight has the minus that is left out here.",
    "rule_change": "The change of a weight: the rate times what comes back to its unit times what went in through it.",
    "rule_delta_new": "The new value: the change is added.",
    "rule_loss": "The derivative of the loss by the output; what is upstream of it is 1.",
    "rule_slope": "The local derivative (slope) of the activation.",
    "rule_chain": "Chain rule: upstream gradient times slope, entry by entry.",
    "rule_outer": "Outer product: the gradient of the layer times its input, turned into a row.",
    "rule_bias": "The bias is added as it is, so its gradient is the gradient of Z.",
    "rule_transpose": "Back through the weights: the transposed matrix times the gradient.",
    "samples_columns": "Each column of X, and of what is calculated from it, is one sample.",
    "samples_rows": "Each row of X, and of what is calculated from it, is one sample.",
    "samples_single": "The samples come one after the other: each update looks at one of them.",
    "rule_samples": "The gradient of the layer times its input, turned over: the sum over the samples of outer "
    "products.",
    "rule_samples_rows": "The input, turned over, times the gradient of the layer: the sum over the samples of outer "
    "products.",
    "rule_outer_rows": "Outer product: the input of the layer, turned into a column, times the gradient.",
    "rule_transpose_rows": "Back through the weights: the gradient times the transposed matrix.",
    "rule_bias_sum": "The bias goes with every sample (a shared one with every unit), so its gradient is the sum.",
    "rule_spread": "It goes with several entries, so its derivative is the sum over them.",
    "rule_jacobian": "Each share depends on all scores: the Jacobian holds the slope of each by each.",
    "rule_through_jacobian": "Chain rule: the Jacobian times the upstream gradient (it is symmetric).",
    "rule_softmax": "For each sample the Jacobian of softmax, multiplied out: the upstream gradient, less its mean "
    "weighted by the shares, times the share.",
    "rule_cross_entropy_softmax": "Cross entropy and softmax together: through all outputs, and the targets of a "
    "sample add up to 1.",
    "rule_extend": "A 1 in front: the weight in the first place is the bias.",
    "rule_without_first": "The 1 in front is a constant, so its derivative is left out.",
    "rule_flatten": "The same entries in another arrangement.",
    "rule_diagonal": "The entries of the diagonal.",
    "rule_start": "The sweep begins here: what is upstream is 1.",
    "rule_local": "The local derivative of a step by one of the quantities in it.",
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
    "kink_function": "At a kink, where two branches of a function meet, the slope is that of the second branch "
    "(0 for an absolute value) by convention. That is the case here: {names}.",
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
    "then": "Обновление",
    "again": "{title}, после обновления {number}",
    "before_and_after": "Ошибка до первого обновления и теперь.",
    "closed": "Замкнутые формулы",
    "comparison": "Точные и приближённые значения",
    "notation": "{short} обозначает {long}.",
    "notation_chain": "Производная ошибки по каждому весу: произведение вдоль пути от ошибки к весу.",
    "notation_delta": "{short} обозначает {long}. Знак противоположен знаку производной: то, что уменьшает ошибку, "
    "прибавляется.",
    "rule_weight_chain": "Правило цепочки для веса: от ошибки через выход и суммарный вход его нейрона.",
    "rule_unit_chain": "От выхода нейрона к его суммарному входу.",
    "rule_share": "То, что приходит от одного выхода через вес между ними.",
    "rule_delta": "Производная активации на то, что приходит назад: на выходе от ошибки, иначе от следующих нейронов "
    "через веса между ними.",
    "rule_delta_weight": "У производной ошибки по весу есть минус, который здесь опущен.",
    "rule_change": "Изменение веса: скорость обучения на то, что пришло назад к нейрону, и на то, что вошло через вес.",
    "rule_delta_new": "Новое значение: изменение прибавляется.",
    "rule_loss": "Производная потерь по выходу; множитель перед ней равен 1.",
    "rule_slope": "Локальная производная (наклон) функции активации.",
    "rule_chain": "Правило цепочки: входящий градиент, умноженный на наклон, поэлементно.",
    "rule_outer": "Внешнее произведение: градиент слоя на его вход, записанный строкой.",
    "rule_bias": "Смещение прибавляется как есть, поэтому его градиент равен градиенту Z.",
    "rule_transpose": "Назад через веса: транспонированная матрица на градиент.",
    "samples_columns": "Каждый столбец X и всего, что из него вычислено, есть один пример.",
    "samples_rows": "Каждая строка X и всего, что из него вычислено, есть один пример.",
    "samples_single": "Примеры идут по одному: каждое обновление видит один из них.",
    "rule_samples": "Градиент слоя на его транспонированный вход: сумма внешних произведений по примерам.",
    "rule_samples_rows": "Транспонированный вход на градиент слоя: сумма внешних произведений по примерам.",
    "rule_outer_rows": "Внешнее произведение: вход слоя, записанный столбцом, на градиент.",
    "rule_transpose_rows": "Назад через веса: градиент на транспонированную матрицу.",
    "rule_bias_sum": "Смещение входит в каждый пример (общее в каждый нейрон), поэтому его градиент есть сумма.",
    "rule_spread": "Величина входит в несколько элементов, поэтому её производная есть сумма по ним.",
    "rule_jacobian": "Каждая доля зависит от всех входов: в матрице Якоби наклон каждой по каждому.",
    "rule_through_jacobian": "Правило цепочки: матрица Якоби (она симметрична) на входящий градиент.",
    "rule_softmax": "Для каждого примера матрица Якоби softmax, умноженная в явном виде: из входящего градиента "
    "вычитается его среднее с весами долей, и разность умножается на долю.",
    "rule_cross_entropy_softmax": "Перекрёстная энтропия и softmax вместе: через все выходы, а цели примера "
    "в сумме дают 1.",
    "rule_extend": "Впереди единица: вес на первом месте есть смещение.",
    "rule_without_first": "Единица впереди постоянна, её производная опускается.",
    "rule_flatten": "Те же элементы в другом порядке.",
    "rule_diagonal": "Элементы диагонали.",
    "rule_start": "Здесь начинается обратный проход: входящий градиент равен 1.",
    "rule_local": "Локальная производная шага по одной из его величин.",
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
    "kink_function": "В изломе, где встречаются две ветви функции, наклон по соглашению берётся у второй ветви "
    "(у модуля 0). Здесь это: {names}.",
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
