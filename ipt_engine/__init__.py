"""IPT Lab's engine: in-context learning, prompt tuning, and both at once, side by side.

Importing this package loads no torch: the names below are light. The modules that need a
model (`models`, `trainer`, `generation`, `scoring`, `experiment`) are imported by name.
"""

from ipt_engine.config import (
    GenerationArguments,
    PromptTuningConfig,
    RetrievalArguments,
    RunConfig,
    TemplateArguments,
    TrainingArguments,
    TrainingConfig,
)
from ipt_engine.errors import IPTError
from ipt_engine.methods import METHODS, Method
from ipt_engine.records import Example

__version__ = "0.1.0"

__all__ = [
    "METHODS",
    "Example",
    "GenerationArguments",
    "IPTError",
    "Method",
    "PromptTuningConfig",
    "RetrievalArguments",
    "RunConfig",
    "TemplateArguments",
    "TrainingArguments",
    "TrainingConfig",
    "__version__",
]
