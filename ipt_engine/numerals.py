"""Numbers as people read them: a real minus sign, and none on what rounds to 0."""

_MINUS = "\N{MINUS SIGN}"


def plain(value: float, digits: int = 1) -> str:
    """A number with so many decimals."""
    return f"{value:z.{digits}f}".replace("-", _MINUS)


def signed(value: float, digits: int = 1) -> str:
    """The same with its sign always, as differences have it."""
    return f"{value:+z.{digits}f}".replace("-", _MINUS)
