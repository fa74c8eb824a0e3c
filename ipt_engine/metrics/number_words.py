"""How numbers are written in English: the words that may stand for the digits of a number."""

_UNITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth",
    "nine": "ninth", "twelve": "twelfth",
}  # fmt: skip
_SPECIAL = {
    0: ("no", "none", "never", "nobody"),
    1: ("once", "single", "only", "a", "an", "sole"),
    2: ("twice", "both", "pair", "couple", "double"),
    3: ("thrice", "triple"),
    12: ("dozen",),
}
_HUNDRED = 100


def number_words(number: int) -> tuple[str, ...]:
    """Words for a whole number: "two", "second", "twice", "both" for 2; none above 99."""
    if not 0 <= number < _HUNDRED:
        return ()
    cardinal = _cardinal(number)
    return (cardinal, _ordinal(cardinal), *_SPECIAL.get(number, ()))


def _cardinal(number: int) -> str:
    if number < len(_UNITS):
        return _UNITS[number]
    tens, rest = divmod(number, 10)
    return _TENS[tens - 2] + (f"-{_UNITS[rest]}" if rest else "")


def _ordinal(cardinal: str) -> str:
    start, hyphen, last = cardinal.rpartition("-")
    if last in _ORDINALS:
        return start + hyphen + _ORDINALS[last]
    return f"{cardinal[:-1]}ieth" if cardinal.endswith("y") else f"{cardinal}th"
