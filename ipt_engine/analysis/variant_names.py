"""What tells variants of a method from each other, in words."""

import json
from collections.abc import Collection, Sequence
from typing import Any


def apart(variants: Sequence[str], but: Collection[str] = ()) -> dict[str, str | None]:
    """For each variant the settings in which not all of them are alike.

    Args:
        variants: Of `factors.run_factors`.
        but: Settings to leave out, such as those that a name has in it already.

    Returns:
        Variant to a text such as "max steps 60, no instruction"; None where nothing is left to say.
    """
    differ = differing(variants, but)
    return {variant: told(variant, differ) for variant in variants}


def differing(variants: Sequence[str], but: Collection[str] = ()) -> set[str]:
    """The names of the settings in which not all variants are alike, less those left out."""
    settings = [_settings(variant) for variant in variants]
    return {
        name
        for name in {name for each in settings for name in each}
        if name not in but
        and len({json.dumps(each.get(name), sort_keys=True) for each in settings}) > 1
    }


def told(variant: str, names: Collection[str]) -> str | None:
    """What a variant has of these settings, as a text; None where it has none of them."""
    each = _settings(variant)
    return ", ".join(_told(name, each[name]) for name in each if name in names) or None


def _settings(variant: str) -> dict[str, Any]:
    """A run's settings by their own names, then its prompt's training where that is other."""
    config, training = json.loads(variant)
    found = _leaves(config)
    if not isinstance(training, dict):
        return found | {"prompt from elsewhere": str(training)[:6]}
    for name, value in _leaves(training).items():
        # IPT is mostly shown the demonstrations that it was trained with.
        if found.setdefault(name, value) != value:
            found[f"trained with {name}"] = value
    return found


def _leaves(value: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, inner in value.items():
        found |= _leaves(inner) if isinstance(inner, dict) else {name: inner}
    return found


def _told(name: str, value: Any) -> str:
    if name.startswith("num_"):
        return f"{value} {name.removeprefix('num_').replace('_', ' ')}"
    label = name.replace("num_", "").replace("_", " ")
    if value is None or value is False:
        return f"no {label}"
    return label if value is True else f"{label} {value}"
