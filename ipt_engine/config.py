"""Every setting of a training and a run: frozen, checked when made, hashable into ids.

`TrainingConfig` says how a soft prompt is made; its hash (with the data's and the base
model's) is the prompt's id. `RunConfig` says how a method is evaluated, with which prompt.
Where something runs (device, threads, batch of the evaluation) is recorded with the result
but is no part of these, since it does not change what is computed.
"""

import dataclasses
import hashlib
import json
import types
import typing
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from ipt_engine.errors import ConfigError
from ipt_engine.methods import METHODS, Method

DEFAULT_BASE_MODEL = "smollm2-135m-instruct"
DEFAULT_ENCODER = "all-minilm-l6-v2"
SEMANTICS_VERSION = 1
"""Raised whenever the engine computes something else from the same config."""

# NumPy takes no negative seed, and the ledger's integers have 64 bits.
_MOST_SEED = 2**63 - 1

PromptTuningInit = Literal["RANDOM", "SAMPLE_VOCAB", "TEXT"]
Order = Literal["most_similar_first", "most_similar_last", "random"]
EvaluationSplit = Literal["dev", "test"]
Scheduler = Literal["linear", "cosine", "constant"]
Dtype = Literal["float32", "bfloat16"]


_ADDED_LATER = "added later"
"""Marks a setting that came after ids had been given out: at its default it is left out of
`to_dict`, so what was computed before it keeps its id. Its default may then never change."""


class ConfigBase:
    """Shared behaviour of the frozen config dataclasses, here and in `study_config`."""

    def to_dict(self) -> dict[str, Any]:
        """Plain nested dicts and lists, ready for JSON; `from_dict` gives the same again."""
        return _plain(self)  # type: ignore[no-any-return]

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Rebuild from `to_dict` output or a YAML file's content.

        Raises:
            ConfigError: If a key is unknown or a value has the wrong type or range.
        """
        if not isinstance(values, dict):
            raise ConfigError(f"{cls.__name__} expects a mapping of settings, found {values!r}.")
        hints = typing.get_type_hints(cls)
        known = {f.name for f in dataclasses.fields(cls)}  # type: ignore[arg-type]
        # By their text: YAML reads the keys `true` and `2024` as what cannot be compared.
        unknown = sorted(set(values) - known, key=str)
        if unknown:
            raise ConfigError(
                f"Unknown setting {unknown[0]!r} in {cls.__name__}. "
                f"Known settings: {', '.join(sorted(known))}."
            )
        built = {key: _build(hints[key], value, key) for key, value in values.items()}
        try:
            return cls(**built)
        except TypeError as error:
            raise ConfigError(f"{cls.__name__}: {error}.") from error


@dataclass(frozen=True)
class PromptTuningConfig(ConfigBase):
    """The soft prompt's size and start, in PEFT's terms.

    `norms_of` names a stored prompt: a RANDOM start then takes the lengths of its vectors, which
    with no training steps makes noise of the right size, to compare a trained prompt with.
    """

    num_virtual_tokens: int = 25
    prompt_tuning_init: PromptTuningInit = "SAMPLE_VOCAB"
    prompt_tuning_init_text: str | None = None
    seed: int = 0
    norms_of: str | None = field(default=None, metadata={_ADDED_LATER: True})

    def __post_init__(self) -> None:
        """Check ranges and the pairing of TEXT with its text."""
        _choice("prompt_tuning_init", self.prompt_tuning_init, PromptTuningInit)
        _between("num_virtual_tokens", self.num_virtual_tokens, 1, 1000)
        _between("seed", self.seed, 0, _MOST_SEED)
        if (self.prompt_tuning_init == "TEXT") != bool(self.prompt_tuning_init_text):
            raise ConfigError(
                "prompt_tuning_init TEXT and prompt_tuning_init_text go together: "
                "set both or neither."
            )
        if self.norms_of is not None and self.prompt_tuning_init != "RANDOM":
            raise ConfigError(
                f"norms_of scales a RANDOM start, and prompt_tuning_init is "
                f"{self.prompt_tuning_init}: set it to RANDOM, or leave norms_of out."
            )


@dataclass(frozen=True)
class TrainingArguments(ConfigBase):
    """How the soft prompt is optimised (AdamW on the prompt embeddings alone).

    With `max_steps` 0 the prompt stays what it started as. `dtype` is what the steps compute in, on
    every device; bfloat16 is faster and takes less memory where a GPU has it, and ends elsewhere.
    The loss on dev is always measured in float32.
    """

    max_steps: int = 100
    batch_size: int = 8
    learning_rate: float = 0.03
    lr_scheduler_type: Scheduler = "linear"
    warmup_steps: int = 10
    weight_decay: float = 0.0
    max_grad_norm: float = 1.0
    eval_steps: int = 20
    eval_examples: int = 40
    seed: int = 0
    dtype: Dtype = field(default="float32", metadata={_ADDED_LATER: True})

    def __post_init__(self) -> None:
        """Check ranges."""
        _choice("lr_scheduler_type", self.lr_scheduler_type, Scheduler)
        _choice("dtype", self.dtype, Dtype)
        _between("max_steps", self.max_steps, 0, 1_000_000)
        _between("batch_size", self.batch_size, 1, 4096)
        _between("learning_rate", self.learning_rate, 1e-9, 100.0)
        _between("warmup_steps", self.warmup_steps, 0, 1_000_000)
        _between("weight_decay", self.weight_decay, 0.0, 1.0)
        _between("max_grad_norm", self.max_grad_norm, 1e-6, 1e6)
        _between("eval_steps", self.eval_steps, 1, 1_000_000)
        _between("eval_examples", self.eval_examples, 1, 1_000_000)
        _between("seed", self.seed, 0, _MOST_SEED)


@dataclass(frozen=True)
class RetrievalArguments(ConfigBase):
    """Which demonstrations come before a query. The query itself never does.

    Here `source_task` is the task whose training examples are shown, if it is not the run's own.
    In a stored run's record the same name stands for the task its soft prompt was trained on.
    """

    retriever: str = "dense"
    num_fewshot: int = 1
    order: Order = "most_similar_last"
    seed: int = 0
    fixed_ids: tuple[str, ...] = ()
    encoder: str = DEFAULT_ENCODER
    exclude_duplicates: bool = True
    diversity: float = field(default=0.5, metadata={_ADDED_LATER: True})
    source_task: str | None = field(default=None, metadata={_ADDED_LATER: True})

    def __post_init__(self) -> None:
        """Check ranges, and that a retriever has the settings it needs and no others."""
        _choice("order", self.order, Order)
        _between("num_fewshot", self.num_fewshot, 0, 1000)
        _between("seed", self.seed, 0, _MOST_SEED)
        _between("diversity", self.diversity, 0.0, 1.0)
        if self.diversity != type(self).diversity and self.retriever != "mmr":
            raise ConfigError(
                f"diversity has no effect with the retriever {self.retriever!r}: leave it out, "
                "or use the retriever 'mmr'."
            )
        if (self.retriever == "other_task") != bool(self.source_task):
            raise ConfigError(
                "The retriever 'other_task' and source_task (the task whose training examples "
                "are shown) go together: set both or neither."
            )
        if (self.retriever == "fixed") != bool(self.fixed_ids):
            raise ConfigError(
                "The retriever 'fixed' and fixed_ids go together: set both or neither."
            )
        if self.fixed_ids and len(self.fixed_ids) != self.num_fewshot:
            raise ConfigError(
                f"fixed_ids names {len(self.fixed_ids)} demonstrations and num_fewshot is "
                f"{self.num_fewshot}: set num_fewshot to {len(self.fixed_ids)}."
            )


@dataclass(frozen=True)
class TemplateArguments(ConfigBase):
    """How text is laid out around input and answer, the same for all four methods."""

    instruction: bool = True
    chat_template: bool = False
    max_length: int = 1024

    def __post_init__(self) -> None:
        """Check ranges."""
        _between("max_length", self.max_length, 16, 1_000_000)


@dataclass(frozen=True)
class GenerationArguments(ConfigBase):
    """How an answer is written. Greedy unless `do_sample`."""

    max_new_tokens: int | None = None
    do_sample: bool = False
    temperature: float = 1.0
    top_p: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        """Check ranges; sampling settings without sampling are refused."""
        if self.max_new_tokens is not None:
            _between("max_new_tokens", self.max_new_tokens, 1, 100_000)
        _between("temperature", self.temperature, 1e-3, 100.0)
        _between("top_p", self.top_p, 1e-3, 1.0)
        _between("seed", self.seed, 0, _MOST_SEED)
        if not self.do_sample and (self.temperature, self.top_p) != (1.0, 1.0):
            raise ConfigError("temperature and top_p need do_sample: set it, or leave them at 1.")


@dataclass(frozen=True)
class TrainingConfig(ConfigBase):
    """Everything that decides what soft prompt comes out. `retrieval` None means PT."""

    task: str
    base_model: str = DEFAULT_BASE_MODEL
    prompt_tuning: PromptTuningConfig = field(default_factory=PromptTuningConfig)
    training: TrainingArguments = field(default_factory=TrainingArguments)
    retrieval: RetrievalArguments | None = None
    template: TemplateArguments = field(default_factory=TemplateArguments)

    def __post_init__(self) -> None:
        """Refuse the task as the source of another task's demonstrations."""
        _check_source(self.task, self.retrieval)


@dataclass(frozen=True)
class RunConfig(ConfigBase):
    """One evaluation: a method on a task's test inputs, with a prompt where it takes one.

    A method with a soft prompt needs exactly one of `training` (the prompt is trained, or
    found in the store) and `prompt_id` (a prompt of the store, from any task).
    """

    task: str
    method: str
    base_model: str = DEFAULT_BASE_MODEL
    training: TrainingConfig | None = None
    prompt_id: str | None = None
    retrieval: RetrievalArguments | None = None
    generation: GenerationArguments = field(default_factory=GenerationArguments)
    template: TemplateArguments = field(default_factory=TemplateArguments)
    split: EvaluationSplit = "test"
    limit: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse contradictions, naming the fix."""
        method = self.method_spec
        has_prompt = self.training is not None or self.prompt_id is not None
        if method.soft_prompt and (self.training is None) == (self.prompt_id is None):
            raise ConfigError(
                f"{method.name} needs a soft prompt: give either training settings or "
                "prompt_id, and not both."
            )
        if not method.soft_prompt and has_prompt:
            raise ConfigError(
                f"{method.name} uses no soft prompt: remove training and prompt_id, or use "
                "method pt or ipt."
            )
        if method.demonstrations and self.retrieval is None:
            raise ConfigError(f"{method.name} shows demonstrations: give retrieval settings.")
        if not method.demonstrations and self.retrieval is not None:
            raise ConfigError(
                f"{method.name} shows no demonstrations: remove retrieval, or use method icl "
                "or ipt."
            )
        if self.training is not None and self.training.base_model != self.base_model:
            raise ConfigError(
                f"The prompt would be trained on {self.training.base_model!r} but used on "
                f"{self.base_model!r}: a soft prompt fits only the model it was trained on."
            )
        _check_source(self.task, self.retrieval)
        _choice("split", self.split, EvaluationSplit)
        _between("seed", self.seed, 0, _MOST_SEED)
        if self.limit is not None:
            _between("limit", self.limit, 1, 10_000_000)

    @property
    def method_spec(self) -> Method:
        """The method's two booleans.

        Raises:
            ConfigError: If the method's name is unknown.
        """
        if self.method not in METHODS:
            raise ConfigError(
                f"Unknown method {self.method!r}. Choose one of: {', '.join(METHODS)}."
            )
        return METHODS[self.method]


def make_id(kind: str, content: dict[str, Any]) -> str:
    """A 12-digit id, the start of the SHA-256 of the content's canonical JSON.

    Args:
        kind: "prompt" or "run", hashed in so that the two never collide.
        content: JSON-ready mapping of everything that decides the result.
    """
    body = {"kind": kind, "semantics": SEMANTICS_VERSION, **content}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _between(name: str, value: float, low: float, high: float) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ConfigError(f"{name} must lie between {low} and {high}, found {value!r}.")


def _check_source(task: str, retrieval: RetrievalArguments | None) -> None:
    if retrieval is not None and retrieval.source_task == task:
        raise ConfigError(
            f"source_task is {task!r}, the task itself: name another task, or use the retriever "
            "'dense'."
        )


def _choice(name: str, value: str, choices: Any) -> None:
    valid = typing.get_args(choices)
    if value not in valid:
        raise ConfigError(f"{name} is {value!r}, expected one of: {', '.join(valid)}.")


def _plain(value: Any) -> Any:
    if isinstance(value, ConfigBase):
        fields = dataclasses.fields(value)  # type: ignore[arg-type]
        return {f.name: _plain(getattr(value, f.name)) for f in fields if not _left_out(value, f)}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


def _left_out(config: ConfigBase, setting: "dataclasses.Field[Any]") -> bool:
    return _ADDED_LATER in setting.metadata and getattr(config, setting.name) == setting.default


def _build(hint: Any, value: Any, name: str) -> Any:  # noqa: PLR0911 one return for each kind of hint
    """Turn a JSON value into what the type hint asks for, or say what was expected."""
    origin = typing.get_origin(hint)
    if origin in (types.UnionType, typing.Union):
        if value is None:
            return None
        inner = next(arg for arg in typing.get_args(hint) if arg is not type(None))
        return _build(inner, value, name)
    if origin in {tuple, dict}:
        return _build_container(hint, value, name)
    if hint is Any:
        return value
    if origin is Literal:
        return value
    if dataclasses.is_dataclass(hint):
        return value if isinstance(value, hint) else hint.from_dict(value)  # type: ignore[union-attr, arg-type]
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if hint is float and isinstance(value, str):
        # YAML 1.1 reads 1e-3, without a point, as text.
        try:
            return float(value)
        except ValueError:
            raise ConfigError(f"{name} must be a number, found {value!r}.") from None
    if not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
        raise ConfigError(f"{name} must be {hint.__name__}, found {value!r}.")
    return value


def _build_container(hint: Any, value: Any, name: str) -> Any:
    inner = typing.get_args(hint)
    if typing.get_origin(hint) is tuple:
        if not isinstance(value, list | tuple):
            raise ConfigError(f"{name} must be a list, found {value!r}.")
        return tuple(_build(inner[0], item, name) for item in value)
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise ConfigError(f"{name} must be a mapping of settings, found {value!r}.")
    return {key: _build(inner[1], item, key) for key, item in value.items()}
