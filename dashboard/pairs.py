"""Which runs may be compared: the same in everything but demonstrations and seed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

COMPARISONS: dict[str, tuple[str, str]] = {
    "ipt-pt": ("pt", "ipt"),
    "icl-zero": ("zero_shot", "icl"),
}
"""Comparison to (method without demonstrations, the same with them)."""


@dataclass(frozen=True)
class Pair:
    """Runs without demonstrations and runs with them, otherwise alike.

    Attributes:
        label: What they share, for people.
        without: Run ids of the method without demonstrations, one for each seed.
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
        runs: The task's rows of `RunStore.runs`.
        configs: Each run's config, by run id.
        trainings: Each prompt's training config, by prompt id.
        comparison: A key of `COMPARISONS`.
    """
    without, with_ = COMPARISONS[comparison]
    base: dict[str, list[str]] = {}
    extra: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for run in runs:
        config = configs[run["run_id"]]
        training = trainings.get(run["prompt_id"] or "")
        shared = _text([_shared(config), None if training is None else _shared(training)])
        if run["method"] == without:
            base.setdefault(shared, []).append(run["run_id"])
        elif run["method"] == with_:
            extra.setdefault((shared, _text(_unseeded(config["retrieval"]))), []).append(run)
    found = [
        Pair(
            _label(group[0], configs[group[0]["run_id"]]["retrieval"]),
            tuple(base[shared]),
            tuple(run["run_id"] for run in group),
        )
        for (shared, _), group in extra.items()
        if shared in base
    ]
    return sorted(found, key=lambda pair: -pair.seeds)


def settings_of(config: Mapping[str, Any]) -> str:
    """A config without its seeds, as text: the same for runs that differ in luck alone."""
    return _text(_unseeded(config))


def _shared(config: Mapping[str, Any]) -> Any:
    """A config without what the two methods, and their seeds, differ in."""
    left_out = {"method", "retrieval", "training", "prompt_id"}
    kept = _unseeded({key: value for key, value in config.items() if key not in left_out})
    # A training config's own `training` part says how it was optimised, so it counts.
    inner = config.get("training")
    return [kept, _unseeded(inner) if "prompt_tuning" in config else None]


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
