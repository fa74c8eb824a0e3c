"""Cases of a training step: ours beside PEFT's, on the same rows, gradients compared first."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from benchmarks import rivals
from benchmarks.timing import alternate, matmul_rate
from ipt_engine.answer_loss import answer_loss
from ipt_engine.compiling import compile_layers
from ipt_engine.config import RetrievalArguments, TemplateArguments
from ipt_engine.models import BaseModel, load_base_model
from ipt_engine.packing import Row, answer_states, packed
from ipt_engine.soft_prompt import PromptEmbedding
from ipt_engine.tasks import get_task
from ipt_engine.wiring import prompt_template, retrieve

BATCH = 8
TOLERANCE = 1e-3
"""Largest difference of the gradients, beside the largest gradient, that counts as equal. In
float32 a row of real text lies about 2e-5 from its float64 gradient with us, and 3e-4 with PEFT."""
TASK = "mini-dart"


@dataclass(frozen=True)
class Shape:
    """A batch's sizes in tokens.

    Attributes:
        virtual: Of the soft prompt.
        text: Of each row's own text.
        answer: Of that text, how many are answer.
        shared: Of one demonstration that all rows show.
        batch: Rows.
    """

    virtual: int
    text: int
    answer: int
    shared: int = 0
    batch: int = BATCH

    @property
    def name(self) -> str:
        """Such as P20 T64 Y24."""
        shared = f" D{self.shared}" if self.shared else ""
        batch = f" B{self.batch}" if self.batch != BATCH else ""
        return f"P{self.virtual} T{self.text} Y{self.answer}{shared}{batch}"


SHAPES = (Shape(20, 64, 24), Shape(100, 64, 24), Shape(25, 200, 32), Shape(20, 64, 24, shared=100))
GROWTH = (
    *(Shape(virtual, 64, 24) for virtual in (5, 50, 200)),
    *(Shape(20, 64, 24, batch=batch) for batch in (2, 16)),
    *(Shape(20, 64, 24, shared=shared) for shared in (50, 200)),
)
"""How time grows with the prompt's length, the batch, and what is shown."""


def measure_shape(base: BaseModel, shape: Shape, steps: int) -> dict[str, Any]:
    """A training step on rows of random tokens."""
    prompt, rows = random_rows(base, shape)
    return _beside_peft(base, f"training step, {shape.name}", prompt, [rows], steps)


def measure_compiled(base: BaseModel, shape: Shape, steps: int) -> dict[str, Any]:
    """The same with the layers of a model of its own compiled; what compiling takes is beside.

    Raises:
        RuntimeError: If they cannot be compiled here.
    """
    base = load_base_model(base.name, str(base.device))
    started = time.perf_counter()
    reason = compile_layers(base)
    if reason is not None:
        raise RuntimeError(reason)
    prompt, rows = random_rows(base, shape)
    for some in (rows[:1], rows, rows):
        answer_loss(base, answer_states(base, some)).backward()  # type: ignore[no-untyped-call]
    compiled = time.perf_counter() - started
    name = f"training step, {shape.name}, compiled"
    return _beside_peft(base, name, prompt, [rows], steps) | {"compile_seconds": round(compiled, 1)}


def measure_lengths(base: BaseModel, demonstrations: int, steps: int) -> dict[str, Any]:
    """Training steps on batches of real examples, each as long as it is.

    Args:
        base: The frozen model.
        demonstrations: Retrieved for each example; 0 is PT.
        steps: Batches.
    """
    task = get_task(TASK)
    template = prompt_template(task, TemplateArguments(), base)
    examples = task.load("train")[: steps * BATCH]
    wanted = RetrievalArguments(num_fewshot=demonstrations) if demonstrations else None
    prompt = PromptEmbedding(_some_vectors(base, 25)).to(base.device)
    rows = []
    for example, shown in zip(examples, retrieve(TASK, examples, wanted), strict=True):
        segments = template.render(example.input, shown, example.answer)
        rows.append(Row(segments.prompt_ids, (*segments.answer, *segments.terminator), prompt))
    batches = [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]
    method = "IPT, retrieved" if demonstrations else "PT"
    return _beside_peft(base, f"training step, {TASK} lengths, {method}", prompt, batches, steps)


def measure_memory(base: BaseModel, shape: Shape) -> dict[str, Any]:
    """Highest resident memory of a process that takes one step, for each of the two."""
    peaks, gradients = {}, {}
    for side in ("ours", "peft"):
        command = [sys.executable, "-m", "benchmarks.training", base.name, side]
        command += [str(shape.virtual), str(shape.text), str(shape.answer)]
        result = subprocess.run(command, capture_output=True, text=True, check=True)
        gradient, peak = result.stdout.split()[-2:]
        peaks[side], gradients[side] = int(peak) / 1024, float(gradient)
    return {
        "name": f"memory peak of a training step, {shape.name}",
        "ours_mib": round(peaks["ours"]),
        "peft_mib": round(peaks["peft"]),
        "ratio": round(peaks["peft"] / peaks["ours"], 2),
        "equal": abs(gradients["ours"] / gradients["peft"] - 1) < TOLERANCE,
    }


def _beside_peft(
    base: BaseModel,
    name: str,
    prompt: PromptEmbedding,
    batches: Sequence[Sequence[Row]],
    steps: int,
) -> dict[str, Any]:
    peft, weight = rivals.trained_on(rivals.fresh_model(base), prompt.weight.detach())
    padded = [rivals.training_inputs(rows, base.device) for rows in batches]
    totals = [sum(len(row.answer_ids) for row in rows) for rows in batches]
    mine, theirs = _turns(len(batches)), _turns(len(batches))

    def ours(number: int) -> torch.Tensor:
        prompt.zero_grad()
        loss = answer_loss(base, answer_states(base, batches[number])) / totals[number]
        loss.backward()  # type: ignore[no-untyped-call]
        assert prompt.weight.grad is not None
        return prompt.weight.grad

    def others(number: int) -> torch.Tensor:
        weight.grad = None
        peft(**padded[number]).loss.backward()
        assert weight.grad is not None
        return weight.grad

    # One row: batched and filled up, PEFT's own numbers are not those of single rows on Llama.
    one = batches[0][:1]
    batches, padded = [one, *batches], [rivals.training_inputs(one, base.device), *padded]
    totals = [len(one[0].answer_ids), *totals]
    expected = others(0).clone()
    difference = float((ours(0) - expected).abs().max() / expected.abs().max())
    fast, slow = alternate(lambda: ours(next(mine)), lambda: others(next(theirs)), steps)
    tokens = sum(tokens_of(rows) for rows in batches[1:]) / (len(batches) - 1)
    answers = sum(totals[1:]) / (len(totals) - 1)
    return {
        "name": name,
        "ours_seconds": round(fast, 3),
        "peft_seconds": round(slow, 3),
        "ratio": round(slow / fast, 2),
        "equal": difference < TOLERANCE,
        "gradient_difference": difference,
        "matmul_share": round(limit_seconds(base, tokens, answers) / fast, 2),
    }


def _turns(count: int) -> Iterator[int]:
    """1 to `count`, again and again: place 0 is the single row."""
    while True:
        yield from range(1, count + 1)


def tokens_of(rows: Sequence[Row]) -> int:
    """Tokens that the packed rows have, what they share counted once."""
    return len(packed.tree_of([(row, row.answer_ids[:-1]) for row in rows])[0].tokens)


def limit_seconds(base: BaseModel, tokens: float, answers: float) -> float:
    """Seconds that the matrix multiplications alone take: forward, and back to the inputs."""
    return 2 * forward_seconds(base, tokens, answers, round(tokens))


def forward_seconds(base: BaseModel, tokens: float, answers: float, at_once: int) -> float:
    """Seconds that the matrix multiplications of a forward pass alone take.

    Args:
        base: The frozen model.
        tokens: That pass through the layers.
        answers: Of them, those that get logits.
        at_once: Tokens multiplied in one go, which decides the rate.
    """
    config = base.model.config.get_text_config()
    rate = matmul_rate(at_once, config.hidden_size, config.intermediate_size, base.device)
    head = base.model.get_output_embeddings().weight.numel()
    layers = sum(
        p.numel() for p in base.model.base_model.parameters() if p.ndim == 2  # noqa: PLR2004
    ) - base.model.get_input_embeddings().weight.numel()  # fmt: skip
    return 2 * (layers * tokens + head * answers) / rate


def random_rows(base: BaseModel, shape: Shape) -> tuple[PromptEmbedding, list[Row]]:
    """A soft prompt, and rows of random tokens of a shape."""
    generator = torch.Generator().manual_seed(0)
    size = (shape.batch, shape.text)
    texts = torch.randint(1000, 40_000, size, generator=generator).tolist()
    shown = torch.randint(1000, 40_000, (shape.shared,), generator=generator).tolist()
    prompt = PromptEmbedding(_some_vectors(base, shape.virtual)).to(base.device)
    cut = shape.text - shape.answer
    return prompt, [Row((*shown, *text[:cut]), tuple(text[cut:]), prompt) for text in texts]


def _some_vectors(base: BaseModel, count: int) -> torch.Tensor:
    table: torch.Tensor = base.model.get_input_embeddings().weight.detach()
    places = torch.randint(len(table), (count,), generator=torch.Generator().manual_seed(1))
    return table[places.to(table.device)]


def _one_step(name: str, side: str, shape: Shape) -> None:
    base = load_base_model(name, "cpu")
    prompt, rows = random_rows(base, shape)
    answers = sum(len(row.answer_ids) for row in rows)
    if side == "ours":
        loss = answer_loss(base, answer_states(base, rows)) / answers
        loss.backward()  # type: ignore[no-untyped-call]
        gradient = prompt.weight.grad
    else:
        peft, weight = rivals.trained_on(base.model, prompt.weight.detach())
        peft(**rivals.training_inputs(rows, base.device)).loss.backward()
        gradient = weight.grad
    assert gradient is not None
    # Not getrusage's: that starts from what the process was forked from had taken.
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    peak = next(row.split()[1] for row in status.splitlines() if row.startswith("VmHWM"))
    print(float(gradient.norm()), peak)


if __name__ == "__main__":
    _one_step(sys.argv[1], sys.argv[2], Shape(*map(int, sys.argv[3:])))
