"""A prompt-tuning step, ours beside PEFT's, on the same rows in the same process.

    python -m benchmarks.training_step [--steps 5] [--out FILE]

The two alternate, so that whatever else the machine does meets both alike. Gradients are
compared before anything is timed.
"""

import argparse
import json
import statistics
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from peft import PromptTuningConfig as PeftConfig
from peft import get_peft_model
from torch.nn import functional

from ipt_engine.config import DEFAULT_BASE_MODEL
from ipt_engine.machine import describe_machine
from ipt_engine.models import BaseModel, load_base_model
from ipt_engine.packing import Row, answer_logits
from ipt_engine.soft_prompt import PromptEmbedding

BATCH = 8
TOLERANCE = 1e-4
"""Largest relative difference of the gradients that still counts as equal, in float32."""


@dataclass(frozen=True)
class Shape:
    """A batch's sizes: virtual tokens, text tokens, and how many of these are answer."""

    virtual: int
    text: int
    answer: int

    @property
    def name(self) -> str:
        """Such as P20 T64 Y24."""
        return f"P{self.virtual} T{self.text} Y{self.answer}"


SHAPES = (Shape(20, 64, 24), Shape(100, 64, 24), Shape(25, 200, 32))


def main() -> None:
    """Measure all shapes and write them down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=5)
    default = Path(__file__).parent / "results" / "latest.json"
    parser.add_argument("--out", type=Path, default=default)
    arguments = parser.parse_args()
    base = load_base_model(DEFAULT_BASE_MODEL, on_progress=print)
    cases = [measure(base, shape, arguments.steps) for shape in SHAPES]
    machine = describe_machine(str(base.device), torch.get_num_threads())
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"machine": machine, "batch": BATCH, "cases": cases}, indent=2)
    arguments.out.write_text(text + "\n", encoding="utf-8")


def measure(base: BaseModel, shape: Shape, steps: int) -> dict[str, Any]:
    """Time one shape; prints a line as it goes."""
    generator = torch.Generator().manual_seed(0)
    ids = torch.randint(1000, 40_000, (BATCH, shape.text), generator=generator).to(base.device)
    peft = get_peft_model(
        base.model, PeftConfig(task_type="CAUSAL_LM", num_virtual_tokens=shape.virtual)
    )
    theirs = peft.prompt_encoder["default"].embedding.weight
    table = base.model.get_input_embeddings().weight
    start = table[torch.randint(len(table), (shape.virtual,), generator=generator)]
    prompt = PromptEmbedding(start).to(base.device)
    with torch.no_grad():
        theirs.copy_(start)
    cut = shape.text - shape.answer
    rows = [Row(tuple(row[:cut]), tuple(row[cut:]), prompt) for row in ids.tolist()]
    labels = ids.masked_fill(torch.arange(shape.text, device=ids.device) < cut, -100)

    def our_step() -> torch.Tensor:
        prompt.zero_grad()
        answers = answer_logits(base, rows)
        functional.cross_entropy(answers.logits, answers.labels).backward()
        return prompt.weight.grad

    def peft_step() -> torch.Tensor:
        theirs.grad = None
        peft(input_ids=ids, attention_mask=torch.ones_like(ids), labels=labels).loss.backward()
        return theirs.grad

    difference = float((our_step() - peft_step()).abs().max() / theirs.grad.abs().max())
    ours, others = [], []
    for _ in range(steps):
        ours.append(_timed(our_step))
        others.append(_timed(peft_step))
    mine, other = statistics.median(ours), statistics.median(others)
    case = {
        "name": f"training step, {shape.name}",
        "shape": asdict(shape),
        "ours_seconds": round(mine, 3),
        "peft_seconds": round(other, 3),
        "ratio": round(other / mine, 2),
        "gradient_difference": difference,
        "equal": difference < TOLERANCE,
    }
    print(
        f"{shape.name}: ours {mine:.2f} s, PEFT {other:.2f} s, {other / mine:.2f} times as fast, "
        f"gradients differ by {difference:.1e}"
    )
    return case


def _timed(step: Any) -> float:
    started = time.perf_counter()
    step()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
