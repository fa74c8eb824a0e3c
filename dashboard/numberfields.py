"""Number fields that say what is wrong with a number, and what is allowed.

A number that Streamlit's own field refuses stays in the browser: the page goes on with the number
before it and cannot say so. These fields take any number; what it may be is checked here.
"""

from dataclasses import dataclass
from typing import Any

from dashboard.state import View

_LONG = 1e15


@dataclass(frozen=True)
class Field:
    """A number that a form asks for.

    Attributes:
        label: Its name on the page.
        low: The smallest allowed.
        high: The largest allowed.
        default: At first; only whole numbers are allowed if it is an int.
        help: Said on hover.
        step: What the field's buttons add or take away.
    """

    label: str
    low: float
    high: float
    default: float
    help: str = ""
    step: float = 1.0


class Numbers:
    """The number fields of one form.

    Attributes:
        wrong: What is wrong with them, a sentence for each that is.
    """

    def __init__(self, view: View) -> None:
        """Begin a form.

        Args:
            view: The page's choices.
        """
        self._view = view
        self.wrong: list[str] = []

    def ask(self, place: Any, name: str, field: Field) -> Any:
        """Draw a field.

        Args:
            place: What it is drawn into, such as a column.
            name: Of the choice in the page's view.
            field: What is asked for.

        Returns:
            The number, an int where the default is one; the default while it is wrong.
        """
        smallest = 1.0 if isinstance(field.default, int) else field.low
        key = self._view.number(name, field.low, field.high, float(field.default), step=smallest)
        # Without a range of its own, and never as an integer: typed into such a field, 1e9 is 1.
        value = place.number_input(
            field.label, step=field.step, format="%g", key=key, help=field.help
        )
        problem = problem_of(field, value)
        if problem is None:
            return type(field.default)(value)
        self.wrong.append(problem)
        return field.default


def problem_of(field: Field, value: float) -> str | None:
    """What is wrong with a number, in a sentence; None if it is allowed.

    Example:
        >>> problem_of(Field("Steps", 1, 100_000, 100), -5.0)
        'Steps must be a whole number from 1 to 100,000, but is -5.'
    """
    whole = isinstance(field.default, int)
    if field.low <= value <= field.high and (not whole or value == int(value)):
        return None
    kind = "a whole number" if whole else "a number"
    return (
        f"{field.label} must be {kind} from {_shown(field.low)} to {_shown(field.high)}, "
        f"but is {_shown(value)}."
    )


def _shown(number: float) -> str:
    """A number as people write it; a very long one is shortened."""
    if abs(number) >= _LONG:
        return f"{number:g}"
    return f"{number:,.5f}".rstrip("0").rstrip(".")
