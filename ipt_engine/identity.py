"""What makes a prompt or a run the same one: config, data and weights, hashed. No torch."""

import hashlib

from ipt_engine.config import RunConfig, TrainingConfig, make_id
from ipt_engine.tasks import Split, get_task


def prompt_id_of(config: TrainingConfig, weights_hash: str) -> str:
    """The id of the prompt that this training makes."""
    data = data_hash_of(config, "dev")
    return make_id("prompt", {"config": config.to_dict(), "data": data, "weights": weights_hash})


def run_id_of(config: RunConfig, prompt_id: str | None, weights_hash: str) -> str:
    """The id of the run that this evaluation makes, given the prompt it uses."""
    evaluation = config.to_dict() | {"training": None, "prompt_id": prompt_id}
    data = data_hash_of(config, config.split)
    return make_id("run", {"config": evaluation, "data": data, "weights": weights_hash})


def data_hash_of(config: TrainingConfig | RunConfig, split: Split) -> str:
    """Of the data that a prompt or a run comes from, another task's demonstrations included."""
    own = get_task(config.task).data_hash("train", split)
    if config.retrieval is None or config.retrieval.source_task is None:
        return own
    source = get_task(config.retrieval.source_task).data_hash("train")
    return hashlib.sha256(f"{own} {source}".encode()).hexdigest()
