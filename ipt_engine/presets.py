"""A run's config from the few options people give: what `ipt run` and the forms share."""

from typing import Any

from ipt_engine.config import (
    PromptTuningConfig,
    RetrievalArguments,
    RunConfig,
    TemplateArguments,
    TrainingArguments,
    TrainingConfig,
)
from ipt_engine.errors import ConfigError
from ipt_engine.methods import METHODS
from ipt_engine.tasks import get_task
from ipt_engine.tuned import tuned_settings

_OF_EVALUATION = ("limit", "split")


def build_run_config(  # noqa: PLR0913, PLR0917 the parts of a run
    task: str,
    method: str,
    base_model: str,
    seed: int,
    prompt: str | None,
    options: dict[str, dict[str, Any]],
) -> RunConfig:
    """A run's config from options; what a method does not use is refused if given.

    Where a learning rate or a start is not given, those found on dev for the task, the method and
    the base model are taken (`tuned.py`), or the general defaults.

    Args:
        task: A task's name.
        method: A method's name.
        base_model: As `load_base_model` takes it.
        seed: Sets the seeds of initialisation, data order, demonstration draw and sampling.
        prompt: A stored prompt's id, or None to train.
        options: Settings given, under "prompt_tuning", "training", "retrieval", "generation",
            "template" and "evaluation" (limit and split).

    Raises:
        ConfigError: If a setting is unknown, of the wrong type, out of range or without effect.
    """
    if method not in METHODS:
        raise ConfigError(f"Unknown method {method!r}. Choose one of: {', '.join(METHODS)}.")
    spec = METHODS[method]
    training_given = options.get("prompt_tuning", {}) | options.get("training", {})
    if training_given and (not spec.soft_prompt or prompt is not None):
        why = "with --prompt nothing is trained" if spec.soft_prompt else f"{method} trains nothing"
        raise ConfigError(f"{next(iter(training_given))} has no effect: {why}. Leave it out.")
    if options.get("retrieval") and not spec.demonstrations:
        first = next(iter(options["retrieval"]))
        raise ConfigError(f"{first} has no effect: {method} shows no demonstrations. Leave it out.")
    retrieval = (
        RetrievalArguments.from_dict({"seed": seed, **options.get("retrieval", {})})
        if spec.demonstrations
        else None
    )
    template = TemplateArguments.from_dict(options.get("template", {}))
    training = None
    if spec.soft_prompt and prompt is None:
        start, rate = _tuned(task, method, base_model, options.get("prompt_tuning", {}))
        training = TrainingConfig(
            task=task,
            base_model=base_model,
            prompt_tuning=PromptTuningConfig.from_dict(
                {"seed": seed, **start, **options.get("prompt_tuning", {})}
            ),
            training=TrainingArguments.from_dict(
                {"seed": seed, **rate, **options.get("training", {})}
            ),
            retrieval=retrieval,
            template=template,
        )
    evaluation = options.get("evaluation", {})
    unknown = next((name for name in evaluation if name not in _OF_EVALUATION), None)
    if unknown is not None:
        raise ConfigError(
            f"Unknown setting {unknown!r} in evaluation. Known settings: "
            f"{', '.join(_OF_EVALUATION)}."
        )
    # By `from_dict`, which checks the types of what a file gives.
    return RunConfig.from_dict(
        {
            **evaluation,
            "task": task,
            "method": method,
            "base_model": base_model,
            "training": training,
            "prompt_id": prompt,
            "retrieval": retrieval,
            "generation": _seeded(options.get("generation", {}), seed),
            "template": template,
            "seed": seed,
        }
    )


def _seeded(generation: dict[str, Any], seed: int) -> dict[str, Any]:
    """The settings with the run's seed where answers are sampled.

    Greedy answers draw nothing: their seed stays as it is, so that equal runs have one id.
    """
    return {"seed": seed, **generation} if generation.get("do_sample") else generation


def _tuned(
    task: str, method: str, base_model: str, given: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Start and learning rate found for it; the start only where none is given."""
    tuned = tuned_settings(task, method, base_model)
    if tuned is None:
        return {}, {}
    own_start = "prompt_tuning_init" in given or "prompt_tuning_init_text" in given
    start = {} if own_start else tuned.prompt_tuning(get_task(task).instruction)
    return start, {"learning_rate": tuned.learning_rate}
