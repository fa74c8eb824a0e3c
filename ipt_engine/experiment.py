"""A config in, a scored run out: its prompt trained where needed, its answers judged.

What comes out depends on the config, the data, the base model and the encoder alone; these make the
id, so the same thing is never computed twice. `training` and `evaluation` are the two halves.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace

from ipt_engine.config import RunConfig
from ipt_engine.errors import ConfigError
from ipt_engine.evaluation import Evaluation, evaluate, rule_of
from ipt_engine.identity import prompt_id_of, run_id_of
from ipt_engine.provisioning import provision
from ipt_engine.retrievers import refuse_too_many
from ipt_engine.runs import RunStore
from ipt_engine.training import train
from ipt_engine.wiring import Resources, base_model


def run(
    config: RunConfig,
    store: RunStore,
    resources: Resources | None = None,
    force: bool = False,
) -> str:
    """Evaluate a method, training its prompt first where needed; or find the run in the store.

    Args:
        config: Decides what comes out.
        store: Where prompts and runs are kept.
        resources: How the work is done.
        force: Train and evaluate again even if both are there.

    Returns:
        The run's id.

    Raises:
        IPTError: If something cannot be done; the message says what.
    """
    return run_together([config], store, resources, force)[0]


def run_together(
    configs: Sequence[RunConfig],
    store: RunStore,
    resources: Resources | None = None,
    force: bool = False,
) -> list[str]:
    """`run` for several configs; the answers of all are written in one batched call.

    Each run comes out as it would alone, as `generate` gives the same whatever else is in a
    batch. Only time is shared: the ledger's `seconds` are the call's, divided by its answers.

    Args:
        configs: Runs of one base model, whose answers end by the same rule: seeds, soft prompts
            and methods may differ.
        store: As for `run`.
        resources: As for `run`.
        force: As for `run`.

    Returns:
        The runs' ids, in the order of the configs.

    Raises:
        IPTError: If something cannot be done; the message says what.
    """
    if not configs:
        return []
    _check_batch(configs)
    resources = resources or Resources()
    _check_missing(configs, store, resources, force)
    trainings = dict.fromkeys(c.training for c in configs if c.training is not None)
    trained = {training: train(training, store, resources, force) for training in trainings}
    base = base_model(configs[0].base_model, resources)
    ids: dict[str, tuple[RunConfig, str | None]] = {}
    found = []
    for config in configs:
        prompt_id = config.prompt_id and store.resolve_prompt(config.prompt_id)
        if config.training is not None:
            prompt_id = trained[config.training]
        found.append(run_id_of(config, prompt_id, base.model_hash))
        ids[found[-1]] = config, prompt_id
    with ExitStack() as stack:
        runs = []
        for run_id, (config, prompt_id) in ids.items():
            if store.has_run(run_id) and not force:
                continue
            begun = stack.enter_context(store.begin("evaluation", run_id, config.to_dict()))
            # Another process may have ended it between the look and the lock.
            if store.has_run(run_id) and not force:
                begun.leave()
            else:
                runs.append(Evaluation(config, prompt_id, begun))
        if runs:
            evaluate(runs, base, store, resources)
    return found


def _check_missing(
    configs: Sequence[RunConfig], store: RunStore, resources: Resources, force: bool
) -> None:
    """Refuse what cannot be made before a model is loaded; what is there already may stay.

    Raises:
        ConfigError: If a run is to show more demonstrations than there are training examples.
        StoreError: If anything is to be made, and the store takes nothing.
    """
    model = provision(configs[0].base_model, lambda what: resources.on_progress(what, 0, 0))
    for config in configs:
        prompt_id = config.prompt_id and store.resolve_prompt(config.prompt_id)
        if config.training is not None:
            prompt_id = prompt_id_of(config.training, model.model_hash)
        if force or not store.has_run(run_id_of(config, prompt_id, model.model_hash)):
            refuse_too_many(config.task, config.retrieval)
            store.refuse_unwritable()


def _check_batch(configs: Sequence[RunConfig]) -> None:
    if len(configs) > 1 and any(config.generation.do_sample for config in configs):
        raise ConfigError(
            "Runs with do_sample cannot be made together, since what is drawn depends on what else "
            "is in the batch: make them one by one."
        )
    alike = {(c.base_model, rule_of(c), replace(c.generation, seed=0)) for c in configs}
    if len(alike) != 1:
        raise ConfigError(
            f"Runs made together need one base model and one rule for when an answer ends, found "
            f"{len(alike)}: make them in as many calls."
        )
