"""The other side: PEFT's prompt tuning with Transformers' `generate`, on a model of its own."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from peft import PeftModel, get_peft_model
from peft import PromptTuningConfig as PeftConfig
from transformers import AutoModelForCausalLM

from ipt_engine.models import BaseModel, quiet
from ipt_engine.packing import Row
from ipt_engine.provisioning import provision


def fresh_model(base: BaseModel) -> Any:
    """The same weights, as Transformers loads them by itself."""
    folder = provision(base.name, lambda _: None).folder
    with quiet():
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    return model.to(base.device).eval()


def trained_on(model: Any, start: torch.Tensor) -> tuple[Any, torch.Tensor]:
    """PEFT around a model, and its soft prompt's weight, set to `start` (tokens, hidden)."""
    config = PeftConfig(task_type="CAUSAL_LM", num_virtual_tokens=len(start))
    with quiet():
        peft = get_peft_model(model, config).eval()
    weight = peft.prompt_encoder["default"].embedding.weight
    with torch.no_grad():
        weight.copy_(start)
    return peft, weight


def loaded(model: Any, folder: Path) -> Any:
    """PEFT around a model, with a stored soft prompt."""
    with quiet():
        return PeftModel.from_pretrained(model, folder).eval()


def training_inputs(rows: Sequence[Row], device: torch.device) -> dict[str, torch.Tensor]:
    """Rows filled up on the right, as a data collator does; labels on the answers alone."""
    width = max(len(row.prompt_ids) + len(row.answer_ids) for row in rows)
    ids = torch.zeros(len(rows), width, dtype=torch.long)
    mask, labels = torch.zeros_like(ids), torch.full_like(ids, -100)
    for i, row in enumerate(rows):
        text = [*row.prompt_ids, *row.answer_ids]
        ids[i, : len(text)] = torch.tensor(text)
        mask[i, : len(text)] = 1
        labels[i, len(row.prompt_ids) : len(text)] = torch.tensor(row.answer_ids)
    found = {"input_ids": ids, "attention_mask": mask, "labels": labels}
    return {name: value.to(device) for name, value in found.items()}


@torch.no_grad()
def written(
    peft: Any, rows: Sequence[Row], stops: Sequence[int], most: int, batch: int
) -> list[list[int]]:
    """Greedy answers, rows of like length together, filled up on the left as `generate` wants."""
    order = sorted(range(len(rows)), key=lambda i: len(rows[i].prompt_ids))
    answers: list[list[int]] = [[] for _ in rows]
    for start in range(0, len(order), batch):
        part = order[start : start + batch]
        width = max(len(rows[i].prompt_ids) for i in part)
        ids = torch.zeros(len(part), width, dtype=torch.long)
        mask = torch.zeros_like(ids)
        for place, i in enumerate(part):
            ids[place, width - len(rows[i].prompt_ids) :] = torch.tensor(rows[i].prompt_ids)
            mask[place, width - len(rows[i].prompt_ids) :] = 1
        with quiet():
            found = peft.generate(
                input_ids=ids,
                attention_mask=mask,
                max_new_tokens=most,
                do_sample=False,
                eos_token_id=list(stops),
                pad_token_id=0,
            )
        for i, tokens in zip(part, found[:, width:].tolist(), strict=True):
            end = next((k for k, token in enumerate(tokens) if token in stops), len(tokens))
            answers[i] = tokens[:end]
    return answers
