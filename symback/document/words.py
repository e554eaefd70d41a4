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
    "jacobian": "Jacobian matrices",
    "hessian": "Hessian matrix",
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
    "rule_outer_state": "Outer product: the gradient of this time times the state before, turned into a row.",
    "rule_back_in_time": "Back in time: the transposed weights of the state times the gradient of the time after.",
    "rule_times": "The weights are the same at every time, so the contributions of all times add up; the number "
    "above each of them is its time.",
    "rule_bias_score": "The bias is added as it is, so its gradient is that of the sum.",
    "rule_column": "The output of one time hangs on the state of that time: its column.",
    "rule_gate": "Product rule: the upstream gradient times the other factor, entry by entry.",
    "rule_slope_gate": "The local derivative of a mixture.",
    "rule_chain_gate": "Chain rule: upstream gradient times local derivative, entry by entry.",
    "times_left_out": "Times {first} to {last} go the same way and are not written out.",
    "layer_rnn": "W goes with the state before and U with the input (Goodfellow et al. 2016, section 10.2); the same "
    "weights are used at every time.",
    "layer_lstm": "LSTM (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000): f forgets, i lets "
    "in, o lets out, g is the candidate, c the memory. W goes with the state before and U with the input.",
    "layer_gru": "GRU (Cho et al. 2014): z updates, r resets. W goes with the state before and U with the input.",
    "layer_gru_keeps_1-z": "The state before is kept with 1 - z, the candidate enters with z (Chung et al. 2014).",
    "layer_gru_keeps_z": "The state before is kept with z, the candidate enters with 1 - z (Cho et al. 2014).",
    "layer_gru_reset_before": "The reset gate goes over the state, before the weights.",
    "layer_gru_reset_after": "The reset gate goes over the product with the weights, after them.",
    "rule_left_factor": "Of a product, by its left factor: the gradient times the right one, turned over.",
    "rule_right_factor": "Of a product, by its right factor: the left one, turned over, times the gradient.",
    "rule_product": "Product rule, entry by entry: upstream gradient times the other factor.",
    "rule_residual": "Residual addition: what comes in, and an earlier output beside it.",
    "rule_dropout": "Dropout with a given mask (1 is kept, 0 is dropped); what is kept is divided by the share p that "
    "is kept, so that nothing has to be scaled afterwards.",
    "rule_dropout_unscaled": "Dropout with a given mask (1 is kept, 0 is dropped), without scaling.",
    "rule_layer_norm": "Layer normalisation: the mean over the units of each sample.",
    "rule_batch_norm": "Batch normalisation: the mean over the samples of each unit.",
    "rule_centred": "What is left when the mean is taken off.",
    "rule_variance": "The variance: the mean of the squares (divided by n, not by n - 1).",
    "rule_deviation": "The standard deviation; a small number is added so that nothing is divided by 0.",
    "rule_normalised": "The normalised values: mean 0, variance about 1.",
    "rule_scaled": "A gain and a shift of its own for each unit; both are learned.",
    "rule_penalty_l1": "The L1 penalty: the sum of the sizes of all weights, times its constant. Biases are left out.",
    "rule_penalty_l2": "The L2 penalty: half the sum of the squares of all weights, times its constant. Biases are "
    "left out.",
    "rule_penalised": "The loss with what is added to keep the weights small.",
    "rule_penalty_l1_slope": "What the L1 penalty adds: its constant with the sign of the weight.",
    "rule_penalty_l2_slope": "What the L2 penalty adds: its constant times the weight (the 2 of the square and the "
    "half cancel).",
    "rule_queries": "Each row is a token. What each token looks for: its query.",
    "rule_keys": "What each token is found by: its key.",
    "rule_values": "What each token has to give: its value.",
    "rule_scores": "Scores: each query times each key.",
    "rule_scaled_scores": "The scores, divided by the square root of the length of a key.",
    "rule_attention": "Softmax over each row: how much of each value a token takes.",
    "rule_attention_causal": "Softmax over what comes no later in each row: a token looks at itself and what stands "
    "before it.",
    "rule_weighted_values": "The values, weighted by these shares.",
    "rule_extend": "A 1 in front: the weight in the first place is the bias.",
    "rule_without_first": "The 1 in front is a constant, so its derivative is left out.",
    "rule_flatten": "The same entries in another arrangement.",
    "rule_diagonal": "The entries of the diagonal.",
    "rule_slide": "Correlation: the kernel is laid on each window as it stands, not turned, and the products are added "
    "up. Padding, where there is any, is 0 and left out.",
    "rule_slide_maps": "Correlation: each kernel is laid on each window as it stands, not turned, and the products are "
    "added up, over all maps that come in. The maps stand one under the other, and so do the kernels. Padding, where "
    "there is any, is 0 and left out.",
    "rule_slide_kernel": "The gradient of the kernel: the input correlated with the gradient of Z. Each weight has met "
    "every window.",
    "rule_slide_kernel_stride": "The gradient of the kernel: the input correlated with the gradient of Z, whose "
    "entries stand a stride apart. Each weight has met every window.",
    "rule_slide_image": "Back through the kernel: the full correlation of the gradient with the kernel turned by 180 "
    "degrees. Each entry gets a part from every window that it lies in.",
    "rule_slide_image_stride": "Back through the kernel: the full correlation of the gradient, whose entries stand a "
    "stride apart, with the kernel turned by 180 degrees. Each entry gets a part from every window that it lies in.",
    "rule_slide_result": "The same correlation with what is upstream.",
    "rule_slide_result_stride": "The same correlation with what is upstream.",
    "rule_bias_map": "The bias goes with every entry of its map, so its gradient is their sum.",
    "rule_max_pool": "Of each window the greatest entry.",
    "rule_pick": "The gradient goes to the entry that won its window; the others had no influence.",
    "kink_max": "Where several entries of a window are the greatest, the first of them (row by row) takes the gradient "
    "by convention. That is the case here: {names}.",
    "rule_avg_pool": "The average of each window.",
    "rule_windows": "Each entry of a window has an equal share in the average, and so in the gradient.",
    "rule_maps": "One number for all entries of a map.",
    "rule_flat": "All entries in one column, row by row.",
    "rule_flat_row": "All entries in one row, one row after the other.",
    "rule_start": "The sweep begins here: what is upstream is 1.",
    "rule_local": "The local derivative of a step by one of the quantities in it.",
    "rule_identity": "The slope is 1, so the gradient passes unchanged.",
    "rule_add": "It is used more than once, so the contributions add up.",
    "rule_update_new": "The new value: a step against the gradient.",
    "rule_update_v": "A running value of the gradients; before the first update it is 0.",
    "rule_update_m": "The running mean of the gradients; before the first update it is 0.",
    "rule_update_mhat": "Bias correction: the running mean began at 0.",
    "rule_update_vhat": "Bias correction: the running mean of the squares began at 0.",
    "about_jacobian": "In a row stand the derivatives of one entry of what is above the line, in a column those by one "
    "entry of what is below. Each row is a backward sweep that begins with 1 at its entry and with 0 at the others.",
    "about_hessian": "The second derivatives: each row derives one entry of the gradient, by a backward sweep over the "
    "backward sweep. The order of two derivatives does not matter, so the matrix is symmetric.",
    "order": "Rows and columns in this order: {names}.",
    "kink_relu": "At the kink of relu, where its argument is exactly 0, the slope is 0 by convention. "
    "That is the case here: {names}.",
    "kink_leaky_relu": "At the kink of leaky relu, where its argument is exactly 0, the slope is that of the left "
    "branch by convention. That is the case here: {names}.",
    "kink_absolute_error": "At the kink of the absolute value, where an output equals its target, the slope is 0 by "
    "convention. That is the case here: {names}.",
    "kink_penalty": "At the kink of the absolute value, where a weight is exactly 0, the slope is 0 by convention. "
    "That is the case here: {names}.",
    "kink_hinge": "At the kink of the hinge, where output times target is exactly 1, the slope is 0 by convention. "
    "That is the case here: {names}.",
    "kink_function": "At a kink, where two branches of a function meet, the slope is that of the second branch "
    "(0 for an absolute value) by convention. That is the case here: {names}.",
    "closed_intro": "The partial derivatives in the given numbers alone.",
    "closed_long": "Closed forms too long to be read are left out: {names}. The formulas above give them "
    "through the earlier symbols.",
    "gradient_check": "Gradient check",
    "check_exact": "exact difference",
    "check_intro": "Each entry w is moved by {step} both ways, all others stay, and the program is run again, with "
    "exact numbers and with those of two binary formats. Each quotient of differences stands with its error against "
    "the derivative.",
    "check_truncation": "The exact difference is off by at most {error}, in {entry}: about one sixth of h squared "
    "times the third derivative, which is about {third} there. With half the step the error is smaller by a factor of "
    "{ratio}.",
    "check_no_truncation": "The exact difference and the derivative agree in all digits that were looked at "
    "({digits}), as they do where the third derivatives by single entries are 0.",
    "check_rounded": "{format}: the largest error is {error}, in {entry}. Neighbouring numbers lie {gap} apart at "
    "{goal}, so that the last rounding alone can move the quotient by {shift}.",
    "check_lost": "{format}: the difference is exactly 0 for entries of {names}. Neighbouring numbers lie {gap} apart "
    "at {goal}, but the two values differ by {change} at most: they are rounded to the same number, and the check "
    "fails.",
    "check_bent": "A kink lies between the two points for entries of {names}: there the difference mixes two slopes. "
    "The rest is about the others.",
    "check_outside": "For entries of {names} the program is not defined at one of the two points: h is too large.",
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
    "jacobian": "Матрицы Якоби",
    "hessian": "Матрица Гессе",
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
    "rule_outer_state": "Внешнее произведение: градиент этого момента на предыдущее состояние, записанное строкой.",
    "rule_back_in_time": "Назад во времени: транспонированные веса состояния на градиент следующего момента.",
    "rule_times": "Веса одни и те же во все моменты времени, поэтому вклады всех моментов складываются; число над "
    "каждым из них есть его момент.",
    "rule_bias_score": "Смещение прибавляется как есть, поэтому его градиент равен градиенту суммы.",
    "rule_column": "Выход одного момента зависит от состояния этого момента: его столбец.",
    "rule_gate": "Производная произведения: входящий градиент на другой множитель, поэлементно.",
    "rule_slope_gate": "Локальная производная смеси.",
    "rule_chain_gate": "Правило цепочки: входящий градиент на локальную производную, поэлементно.",
    "times_left_out": "Моменты от {first} до {last} считаются так же и не выписаны.",
    "layer_rnn": "W стоит при предыдущем состоянии, U при входе (Goodfellow и др. 2016, раздел 10.2); веса одни и те "
    "же во все моменты времени.",
    "layer_lstm": "LSTM (Hochreiter, Schmidhuber 1997; вентиль забывания: Gers и др. 2000): f забывает, i впускает, "
    "o выпускает, g есть кандидат, c память. W стоит при предыдущем состоянии, U при входе.",
    "layer_gru": "GRU (Cho и др. 2014): z обновляет, r сбрасывает. W стоит при предыдущем состоянии, U при входе.",
    "layer_gru_keeps_1-z": "Предыдущее состояние сохраняется с 1 - z, кандидат входит с z (Chung и др. 2014).",
    "layer_gru_keeps_z": "Предыдущее состояние сохраняется с z, кандидат входит с 1 - z (Cho и др. 2014).",
    "layer_gru_reset_before": "Вентиль сброса действует на состояние, до весов.",
    "layer_gru_reset_after": "Вентиль сброса действует на произведение с весами, после них.",
    "rule_left_factor": "Производная произведения по левому множителю: градиент на транспонированный правый.",
    "rule_right_factor": "Производная произведения по правому множителю: транспонированный левый на градиент.",
    "rule_product": "Производная произведения, поэлементно: входящий градиент на другой множитель.",
    "rule_residual": "Остаточная связь: к входу прибавляется более ранний выход.",
    "rule_dropout": "Прореживание (dropout) с данной маской (1 остаётся, 0 выпадает); оставшееся делится на долю p, "
    "которая остаётся, поэтому потом ничего не нужно масштабировать.",
    "rule_dropout_unscaled": "Прореживание (dropout) с данной маской (1 остаётся, 0 выпадает), без масштабирования.",
    "rule_layer_norm": "Нормализация слоя: среднее по нейронам каждого примера.",
    "rule_batch_norm": "Пакетная нормализация: среднее по примерам для каждого нейрона.",
    "rule_centred": "То, что остаётся после вычитания среднего.",
    "rule_variance": "Дисперсия: среднее квадратов (деление на n, а не на n - 1).",
    "rule_deviation": "Стандартное отклонение; малое число прибавлено, чтобы не делить на 0.",
    "rule_normalised": "Нормализованные значения: среднее 0, дисперсия около 1.",
    "rule_scaled": "Множитель и сдвиг у каждого нейрона свои; оба обучаются.",
    "rule_penalty_l1": "Штраф L1: сумма модулей всех весов, умноженная на его константу. Смещения не входят.",
    "rule_penalty_l2": "Штраф L2: половина суммы квадратов всех весов, умноженная на его константу. Смещения не "
    "входят.",
    "rule_penalised": "Потери вместе с тем, что прибавлено, чтобы веса оставались малыми.",
    "rule_penalty_l1_slope": "Вклад штрафа L1: его константа со знаком веса.",
    "rule_penalty_l2_slope": "Вклад штрафа L2: его константа на вес (двойка от квадрата и половина сокращаются).",
    "rule_queries": "Каждая строка есть токен. Что ищет каждый токен: его запрос.",
    "rule_keys": "По чему находят каждый токен: его ключ.",
    "rule_values": "Что каждый токен даёт: его значение.",
    "rule_scores": "Оценки: каждый запрос на каждый ключ.",
    "rule_scaled_scores": "Оценки, делённые на корень из длины ключа.",
    "rule_attention": "Softmax по каждой строке: какую долю каждого значения берёт токен.",
    "rule_attention_causal": "Softmax в каждой строке только по тому, что не позже: токен видит себя и то, что стоит "
    "перед ним.",
    "rule_weighted_values": "Значения с весами этих долей.",
    "rule_extend": "Впереди единица: вес на первом месте есть смещение.",
    "rule_without_first": "Единица впереди постоянна, её производная опускается.",
    "rule_flatten": "Те же элементы в другом порядке.",
    "rule_diagonal": "Элементы диагонали.",
    "rule_slide": "Корреляция: ядро накладывается на каждое окно как есть, без поворота, и произведения складываются. "
    "Дополнение, если оно есть, равно 0 и не пишется.",
    "rule_slide_maps": "Корреляция: каждое ядро накладывается на каждое окно как есть, без поворота, и произведения "
    "складываются по всем входящим картам. Карты стоят одна под другой, ядра тоже. Дополнение, если оно есть, "
    "равно 0 и не пишется.",
    "rule_slide_kernel": "Градиент ядра: корреляция входа с градиентом Z. Каждый вес встретился с каждым окном.",
    "rule_slide_kernel_stride": "Градиент ядра: корреляция входа с градиентом Z, элементы которого стоят на расстоянии "
    "шага. Каждый вес встретился с каждым окном.",
    "rule_slide_image": "Назад через ядро: полная корреляция градиента с ядром, повёрнутым на 180 градусов. Каждый "
    "элемент получает долю от каждого окна, в котором он лежит.",
    "rule_slide_image_stride": "Назад через ядро: полная корреляция градиента, элементы которого стоят на расстоянии "
    "шага, с ядром, повёрнутым на 180 градусов. Каждый элемент получает долю от каждого окна, в котором он лежит.",
    "rule_slide_result": "Та же корреляция с тем, что пришло сверху.",
    "rule_slide_result_stride": "Та же корреляция с тем, что пришло сверху.",
    "rule_bias_map": "Смещение входит в каждый элемент своей карты, поэтому его градиент равен их сумме.",
    "rule_max_pool": "Из каждого окна берётся наибольший элемент.",
    "rule_pick": "Градиент идёт к тому элементу, который победил в своём окне; остальные не влияли.",
    "kink_max": "Где в окне несколько наибольших элементов, градиент по соглашению получает первый из них (построчно). "
    "Здесь это: {names}.",
    "rule_avg_pool": "Среднее каждого окна.",
    "rule_windows": "У каждого элемента окна равная доля в среднем, а значит и в градиенте.",
    "rule_maps": "Одно число для всех элементов карты.",
    "rule_flat": "Все элементы одним столбцом, построчно.",
    "rule_flat_row": "Все элементы одной строкой, строка за строкой.",
    "rule_start": "Здесь начинается обратный проход: входящий градиент равен 1.",
    "rule_local": "Локальная производная шага по одной из его величин.",
    "rule_identity": "Наклон равен 1, градиент проходит без изменений.",
    "rule_add": "Величина используется несколько раз, вклады складываются.",
    "rule_update_new": "Новое значение: шаг против градиента.",
    "rule_update_v": "Накопленное значение градиентов; до первого обновления оно равно 0.",
    "rule_update_m": "Скользящее среднее градиентов; до первого обновления оно равно 0.",
    "rule_update_mhat": "Поправка на смещение: скользящее среднее началось с 0.",
    "rule_update_vhat": "Поправка на смещение: скользящее среднее квадратов началось с 0.",
    "about_jacobian": "В строке стоят производные одного элемента величины над чертой, в столбце производные по одному "
    "элементу величины под чертой. Каждая строка есть обратный проход, который начинается с 1 у этого элемента и с 0 "
    "у остальных.",
    "about_hessian": "Вторые производные: каждая строка есть производная одного элемента градиента, обратный проход по "
    "обратному проходу. Порядок двух дифференцирований не важен, поэтому матрица симметрична.",
    "order": "Порядок строк и столбцов: {names}.",
    "kink_relu": "В изломе relu, где аргумент в точности равен 0, наклон по соглашению равен 0. Здесь это: {names}.",
    "kink_leaky_relu": "В изломе leaky relu, где аргумент в точности равен 0, по соглашению берётся наклон левой "
    "ветви. Здесь это: {names}.",
    "kink_absolute_error": "В изломе модуля, где выход равен целевому значению, наклон по соглашению равен 0. "
    "Здесь это: {names}.",
    "kink_penalty": "В изломе модуля, где вес в точности равен 0, наклон по соглашению равен 0. Здесь это: {names}.",
    "kink_hinge": "В изломе, где произведение выхода и цели в точности равно 1, наклон по соглашению равен 0. "
    "Здесь это: {names}.",
    "kink_function": "В изломе, где встречаются две ветви функции, наклон по соглашению берётся у второй ветви "
    "(у модуля 0). Здесь это: {names}.",
    "closed_intro": "Частные производные только через данные числа.",
    "closed_long": "Слишком длинные замкнутые формулы опущены: {names}. Их дают формулы выше через ранее найденные "
    "величины.",
    "gradient_check": "Проверка градиента",
    "check_exact": "точная разность",
    "check_intro": "Каждый элемент w сдвигается на {step} в обе стороны, остальные не меняются, и расчёт повторяется "
    "на точных числах и в двух двоичных форматах. Рядом с каждым частным стоит его ошибка относительно производной.",
    "check_truncation": "Точная разность отличается не более чем на {error}, для {entry}: это примерно шестая часть "
    "квадрата h на третью производную, которая там примерно равна {third}. При половинном шаге ошибка меньше во "
    "столько раз: {ratio}.",
    "check_no_truncation": "Точная разность и производная совпадают во всех рассмотренных цифрах ({digits}), как и "
    "бывает, если третьи производные по отдельным элементам равны 0.",
    "check_rounded": "{format}: наибольшая ошибка {error}, для {entry}. Соседние числа около {goal} отстоят на {gap}, "
    "так что одно последнее округление может сдвинуть частное на {shift}.",
    "check_lost": "{format}: разность в точности 0 для элементов {names}. Соседние числа около {goal} отстоят на "
    "{gap}, а два значения отличаются не более чем на {change}: они округляются до одного числа, и проверка ничего не "
    "даёт.",
    "check_bent": "Между двумя точками лежит излом для элементов {names}: там разность смешивает два наклона. "
    "Остальное сказано о прочих элементах.",
    "check_outside": "Для элементов {names} расчёт в одной из двух точек невозможен: h слишком велико.",
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
