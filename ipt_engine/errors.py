"""The exception tree: every error a user can cause or meet is an `IPTError`.

    IPTError
    ├── ConfigError      a setting is unknown, out of range, or contradicts another
    ├── DataError        a record or file of a task cannot be used
    │   └── InputTooLong an input does not fit before the model
    ├── ModelError       a base model or encoder cannot be had or loaded
    ├── PromptError      a soft prompt cannot be used with this base model, or is damaged
    ├── TrainingError    training cannot go on (the loss is not a number, ...)
    ├── StoreError       a run or prompt is missing, ambiguous or damaged, or cannot be written
    │   └── BusyError    another process has the work in its hands
    └── Cancelled        the user asked for the work to stop

A message names what was wrong, what was expected and what to do, in one line. The command
line and the dashboard show that line and no traceback.
"""


class IPTError(Exception):
    """Base of all errors meant for the user's eyes."""


class ConfigError(IPTError):
    """A setting is unknown, out of range, or contradicts another."""


class DataError(IPTError):
    """A record or file of a task cannot be used."""


class InputTooLong(DataError):
    """An input does not fit before the model, even without demonstrations.

    Attributes:
        excess: By how many tokens.
    """

    def __init__(self, message: str, excess: int) -> None:
        """Keep by how much it is too long, for those who say it in words of their own.

        Args:
            message: The line for people.
            excess: Tokens too many.
        """
        super().__init__(message)
        self.excess = excess


class ModelError(IPTError):
    """A base model or encoder cannot be had or loaded."""


class PromptError(IPTError):
    """A soft prompt does not fit the base model, or its files are damaged."""


class TrainingError(IPTError):
    """Training cannot go on."""


class StoreError(IPTError):
    """A run or prompt is missing, ambiguous or damaged, or cannot be written."""


class BusyError(StoreError):
    """Another process has the work in its hands.

    Attributes:
        work_id: The id of what it makes.
    """

    def __init__(self, message: str, work_id: str) -> None:
        """Keep which work it is, for those who wait for it.

        Args:
            message: The line for people.
            work_id: The id of what is made.
        """
        super().__init__(message)
        self.work_id = work_id


class Cancelled(IPTError):
    """The user asked for the work to stop."""
