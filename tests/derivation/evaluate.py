"""A second evaluator of formulas, written apart from the code: straight recursion over mpmath numbers or Fractions."""

from fractions import Fraction

import mpmath

from symback.derivation.formula import Apply, Call, Cases, Neg, Number, Power, Product, Quotient, Sum, Symbol
from symback.derivation.values import Arithmetic

DIGITS = 90

FUNCTIONS = {
    "exp": mpmath.exp,
    "log": mpmath.log,
    "tanh": mpmath.tanh,
    "erf": mpmath.erf,
    "sqrt": mpmath.sqrt,
    "abs": abs,
    "sign": mpmath.sign,
    "pi": lambda _: +mpmath.pi,
}


def real(value):
    """A rational as an mpmath number at the present precision."""
    return mpmath.mpf(value.numerator) / value.denominator


#: The derivation run on mpmath numbers.
MPMATH = Arithmetic("mpmath", real, FUNCTIONS, lambda x: bool(x > 0))

#: The derivation run on plain fractions, where it has no functions that leave them.
FRACTIONS = Arithmetic(
    "fractions",
    lambda value: value,
    {"abs": abs, "sign": lambda x: Fraction((x > 0) - (x < 0))},
    lambda x: x > 0,
)


def evaluate(formula, names, number=real):
    """The value of a formula whose symbols have the values `names`."""

    def go(part):
        match part:
            case Number(value):
                return number(value)
            case Symbol("pi"):
                return +mpmath.pi
            case Symbol(name):
                return names[name]
            case Neg(of):
                return -go(of)
            case Sum(terms):
                return sum(map(go, terms[1:]), go(terms[0]))
            case Product(factors):
                result = go(factors[0])
                for factor in factors[1:]:
                    result *= go(factor)
                return result
            case Quotient(over, under):
                return go(over) / go(under)
            case Power(base, Number(exponent)) if exponent.denominator == 1:
                return go(base) ** int(exponent)
            case Power(base, exponent):
                return go(base) ** go(exponent)
            case Call("sign", argument):
                inner = go(argument)
                return number(Fraction((inner > 0) - (inner < 0)))
            case Call(function, argument):
                return FUNCTIONS[function](go(argument))
            case Apply("max", arguments):
                return max(map(go, arguments))
            case Cases(test, positive, otherwise):
                return go(positive) if go(test) > 0 else go(otherwise)
        raise AssertionError(part)

    return go(formula)
