"""What makes a prompt or a run the same one: config, data, model, encoder. No torch."""

import hashlib

from ipt_engine.config import RunConfig, TrainingConfig, make_id
from ipt_engine.encoders import encoder_hash
from ipt_engine.tasks import Split, get_task


def prompt_id_of(config: TrainingConfig, model_hash: str) -> str:
    """The id of the prompt that this training makes."""
    data = data_hash_of(config, "dev")
    about = {"config": config.to_dict(), "data": data, "weights": model_hash}
    return make_id("prompt", about | _encoder(config))


def run_id_of(config: RunConfig, prompt_id: str | None, model_hash: str) -> str:
    """The id of the run that this evaluation makes, given the prompt it uses."""
    evaluation = config.to_dict() | {"training": None, "prompt_id": prompt_id}
    data = data_hash_of(config, config.split)
    about = {"config": evaluation, "data": data, "weights": model_hash}
    return make_id("run", about | _encoder(config))


def data_hash_of(config: TrainingConfig | RunConfig, split: Split) -> str:
    """Of the data that a prompt or a run comes from, another task's demonstrations included."""
    own = get_task(config.task).data_hash("train", split)
    if config.retrieval is None or config.retrieval.source_task is None:
        return own
    source = get_task(config.retrieval.source_task).data_hash("train")
    return hashlib.sha256(f"{own} {source}".encode()).hexdigest()


def encoder_hash_of(config: TrainingConfig | RunConfig) -> str | None:
    """Of the encoder that demonstrations are chosen and ordered by.

    It is no part of `data_hash_of`: runs with and without demonstrations answer the same inputs
    and are compared.

    Returns:
        None where there is none, or a packaged one, whose name says which it is.

    Raises:
        ModelError: If the encoder cannot be had.
    """
    return None if config.retrieval is None else encoder_hash(config.retrieval.encoder)


def _encoder(config: TrainingConfig | RunConfig) -> dict[str, str]:
    """An id's part for the encoder; left out where its name is enough, so that such ids stay."""
    found = encoder_hash_of(config)
    return {} if found is None else {"encoder": found}
