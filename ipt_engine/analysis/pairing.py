"""Which runs may be compared: the same in everything but demonstrations and seed.

Learning rate and start of the soft prompt may differ too: each method is best trained with what
suits it. Where the same are there, these are compared; else the pair's label says what differs.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

COMPARISONS: dict[str, tuple[str, str]] = {
    "ipt-pt": ("pt", "ipt"),
    "icl-zero": ("zero_shot", "icl"),
}
"""Comparison to (method without demonstrations, the same with them)."""

_TRAINED = "trained with "
_TUNED = ("learning_rate", "prompt_tuning_init", "prompt_tuning_init_text")


@dataclass(frozen=True)
class Pair:
    """Runs without demonstrations and runs with them, otherwise alike.

    Attributes:
        label: What they share, for people; no two pairs of a task have the same.
        without: Run ids of the method without demonstrations.
        with_: Run ids of the method with them.
    """

    label: str
    without: tuple[str, ...]
    with_: tuple[str, ...]

    @property
    def seeds(self) -> int:
        """The lower of the two numbers of runs."""
        return min(len(self.without), len(self.with_))


def pairs(
    runs: Sequence[Mapping[str, Any]],
    configs: Mapping[str, Mapping[str, Any]],
    trainings: Mapping[str, Mapping[str, Any]],
    comparison: str,
) -> list[Pair]:
    """All pairs of like runs of one task, those with most seeds first.

    Args:
        runs: The task's rows of `RunStore.runs`, on one version of data and weights.
        configs: Each run's config, by run id.
        trainings: Each prompt's training config, by prompt id.
        comparison: A key of `COMPARISONS`.
    """
    without, with_ = COMPARISONS[comparison]
    base: dict[str, dict[str, list[str]]] = {}
    extra: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for run in runs:
        config = configs[run["run_id"]]
        training = trainings.get(run["prompt_id"] or "")
        shared = _text([_shared(config), None if training is None else _shared(training)])
        tuned = _tuned(training)
        if run["method"] == without:
            base.setdefault(shared, {}).setdefault(tuned, []).append(run["run_id"])
        elif run["method"] == with_:
            met = None if training is None else _unseeded(training["retrieval"])
            shown = _text([_unseeded(config["retrieval"]), met])
            extra.setdefault((shared, tuned, shown), []).append(run)
    found, settings = [], []
    for (shared, tuned, _), group in extra.items():
        groups = base.get(shared, {})
        fitting = {tuned: groups[tuned]} if tuned in groups else groups
        config, training = configs[group[0]["run_id"]], trainings.get(group[0]["prompt_id"] or "")
        label = _label(group[0], config["retrieval"])
        learned = (training or {}).get("retrieval")
        if learned and learned["retriever"] != group[0]["retriever"]:
            label += f", trained with {learned['retriever']}"
        for other, ids in fitting.items():
            differ = f", {without.upper()} {other}, {with_.upper()} {tuned}"
            found.append(
                Pair(
                    label if other == tuned else label + differ,
                    tuple(ids),
                    tuple(run["run_id"] for run in group),
                )
            )
            settings.append(_settings(config, training))
    labels = _told_apart([pair.label for pair in found], settings)
    found = [replace(pair, label=label) for pair, label in zip(found, labels, strict=True)]
    return sorted(found, key=lambda pair: -pair.seeds)


def settings_of(config: Mapping[str, Any]) -> str:
    """A config without its seeds, as text: the same for runs that differ in luck alone."""
    return _text(_unseeded(config))


def likeness(training: Any) -> tuple[str, str]:
    """What the trainings of a pair have in common, and what each may be tuned to; as texts.

    Args:
        training: A prompt's training config, or, of a prompt from elsewhere, what it stands as in
            its runs' variant (`factors.run_factors`).
    """
    if not isinstance(training, Mapping):
        return _text(training), ""
    return _text(_shared(training)), _tuned(training)


def _shared(config: Mapping[str, Any]) -> Any:
    """A config without what the two methods, and their seeds, differ in."""
    left_out = {"method", "retrieval", "training", "prompt_id"}
    kept = _unseeded({key: value for key, value in config.items() if key not in left_out})
    if "prompt_tuning" not in config:
        return kept
    # A training config's own `training` part says how it was optimised, so it counts.
    parts = {name: _unseeded(config[name]) for name in ("prompt_tuning", "training")}
    return kept | {
        name: {key: value for key, value in part.items() if key not in _TUNED}
        for name, part in parts.items()
    }


def _tuned(training: Mapping[str, Any] | None) -> str:
    """The learning rate and start of a training, in words."""
    if training is None:
        return ""
    rate, start = training["training"]["learning_rate"], training["prompt_tuning"]
    text = start.get("prompt_tuning_init_text")
    return f"at {rate:g} from {start['prompt_tuning_init']}" + (f" {text!r}" if text else "")


def _unseeded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _unseeded(item) for key, item in value.items() if key != "seed"}
    return value


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _label(run: Mapping[str, Any], retrieval: Mapping[str, Any]) -> str:
    parts = [f"{run['num_fewshot']} demonstration" + ("s" if run["num_fewshot"] != 1 else "")]
    parts.append(str(run["retriever"]).replace("_", " "))
    if retrieval.get("source_task"):
        parts.append(f"from {retrieval['source_task']}")
    if run["retriever"] == "mmr":
        parts.append(f"diversity {retrieval['diversity']:g}")
    if retrieval["order"] != "most_similar_last" and run["num_fewshot"] > 1:
        parts.append(str(retrieval["order"]).replace("_", " "))
    if run["num_virtual_tokens"]:
        parts.append(f"{run['num_virtual_tokens']} virtual tokens")
    return ", ".join([*parts, f"{run['n']} inputs"])


def _told_apart(labels: Sequence[str], settings: Sequence[Mapping[str, str]]) -> list[str]:
    """Labels; those that are equal with the settings in which their runs differ."""
    told = []
    for label, own in zip(labels, settings, strict=True):
        alike = [each for other, each in zip(labels, settings, strict=True) if other == label]
        differ = [name for name in own if len({each.get(name) for each in alike}) > 1]
        parts = [
            f"{name.removeprefix('num_').replace('_', ' ')} {own[name]}"
            for name in differ
            # A prompt is used with what it was trained with, unless the run says otherwise.
            if name.removeprefix(_TRAINED) == name
            or any(each.get(name) != each.get(name.removeprefix(_TRAINED)) for each in alike)
        ]
        told.append(", ".join([label, *parts]))
    return told


def _settings(config: Mapping[str, Any], training: Mapping[str, Any] | None) -> dict[str, str]:
    """What a run and its training were told, but for seeds, as text by name."""
    run = _leaves(_unseeded(config))
    trained = {} if training is None else _leaves(_unseeded(training))
    renamed = {_TRAINED + name if name in run else name: value for name, value in trained.items()}
    left_out = {"method", "prompt_id"}
    return {name: value for name, value in (run | renamed).items() if name not in left_out}


def _leaves(value: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, inner in value.items():
        if isinstance(inner, Mapping):
            found |= _leaves(inner)
        else:
            found[name] = inner if isinstance(inner, str) else _text(inner)
    return found
