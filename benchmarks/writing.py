"""Cases of writing answers: ours beside PEFT and `generate`, to the last token."""

import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch

from benchmarks import rivals
from benchmarks.timing import alternate, seconds
from benchmarks.training import forward_seconds, tokens_of
from ipt_engine.compare import Comparison, compare
from ipt_engine.config import GenerationArguments, RetrievalArguments, TemplateArguments
from ipt_engine.experiment import run, run_together
from ipt_engine.generation import StopRule, generate
from ipt_engine.models import BaseModel
from ipt_engine.packing import Row, answer_states
from ipt_engine.presets import build_run_config
from ipt_engine.resources import bundled_root
from ipt_engine.retrievers import Demonstration
from ipt_engine.runs import RunStore
from ipt_engine.tasks import get_task
from ipt_engine.wiring import Resources, load_prompt, prompt_template, retrieve

TASK = "mini-dart"
BATCHES = (16, 32, 64)
CLOSE = 1e-3
"""Where the two likeliest tokens' logits lie nearer than this, float32 may swap them."""


def measure_evaluation(base: BaseModel, method: str, inputs: int) -> dict[str, Any]:
    """Answers to test inputs with a trained prompt; PEFT at its best batch size.

    Args:
        base: The frozen model.
        method: "pt" or "ipt", with a prompt of the shipped study.
        inputs: How many test inputs.
    """
    store = RunStore(bundled_root() / "data" / "study")
    prompts = store.prompts()
    fitting = prompts[(prompts["task"] == TASK) & (prompts["method"] == method)]
    prompt_id = fitting["prompt_id"].iloc[0]
    prompt = load_prompt(store, prompt_id, base)
    task = get_task(TASK)
    template = prompt_template(task, TemplateArguments(), base)
    examples = task.load("test")[:inputs]
    shown = retrieve(TASK, examples, RetrievalArguments() if method == "ipt" else None)
    rows = [
        Row(template.render(e.input, d).prompt_ids, (), prompt)
        for e, d in zip(examples, shown, strict=True)
    ]
    newline = base.tokenizer("\n", add_special_tokens=False).input_ids
    stops = [*base.eos_ids, *newline]
    peft = rivals.loaded(rivals.fresh_model(base), store.prompt_folder(prompt_id))
    rule = StopRule("newline", task.max_new_tokens)
    theirs = {
        batch: seconds(lambda batch=batch: rivals.written(peft, rows, stops, rule.max_new_tokens, batch))  # noqa: E501
        for batch in BATCHES
    }  # fmt: skip
    best = min(theirs, key=theirs.__getitem__)
    ours = min(seconds(lambda: generate(base, rows, rule, None, 64)) for _ in range(2))
    equal, close, total = _same_text(base, peft, rows, stops, rule)
    written = sum(len(answer.token_ids) for answer in generate(base, rows, rule, None, 64))
    return {
        "name": f"evaluation, {inputs} inputs of {TASK}, {method.upper()}",
        "ours_seconds": round(ours, 2),
        "peft_seconds": round(theirs[best], 2),
        "peft_batch": best,
        "ratio": round(theirs[best] / ours, 2),
        "equal": equal + close == total,
        "same_text": equal,
        "first_difference_within_rounding": close,
        "compared": total,
        "matmul_share": round(_limit(base, rows, written, 64) / ours, 2),
    }


def _limit(base: BaseModel, rows: Sequence[Row], written: int, batch: int) -> float:
    """Seconds that the matrix multiplications of reading and writing alone take."""
    read = tokens_of(rows)
    reading = forward_seconds(base, read, len(rows), read)
    return reading + forward_seconds(base, written, written, batch)


def _same_text(
    base: BaseModel, peft: Any, rows: Sequence[Row], stops: Sequence[int], rule: StopRule
) -> tuple[int, int, int]:
    """Answers equal to PEFT's one at a time; those that part within rounding; all compared."""
    ours = generate(base, rows, rule, None, 64)
    equal = close = 0
    for row, result in zip(rows, ours, strict=True):
        (theirs,) = rivals.written(peft, [row], stops, rule.max_new_tokens, 1)
        mine = base.tokenizer.decode(result.token_ids).split("\n")[0].strip()
        other = base.tokenizer.decode(theirs).split("\n")[0].strip()
        if mine == other:
            equal += 1
            continue
        pairs = enumerate(zip(result.token_ids, theirs, strict=False))
        first = next((k for k, (a, b) in pairs if a != b), min(len(result.token_ids), len(theirs)))
        until = Row(row.prompt_ids, (*result.token_ids[:first], stops[0]), row.soft_prompt)
        with torch.inference_mode():
            top = answer_states(base, [until]).logits(base)[-1].topk(2).values
        close += bool(top[0] - top[1] < CLOSE)
    return equal, close, len(rows)


def measure_side_by_side(base: BaseModel, times: int) -> dict[str, Any]:
    """Four methods' answers to one input, 40 tokens each: until the first token, and the end."""
    task = get_task(TASK)
    train, query = task.load("train")[0], task.load("test")[0]
    store = RunStore(bundled_root() / "data" / "study")
    prompts = store.prompts()
    chosen = {}
    for method in ("pt", "ipt"):
        fitting = prompts[(prompts["task"] == TASK) & (prompts["method"] == method)]
        chosen[method] = load_prompt(store, fitting["prompt_id"].iloc[0], base)
    shown = [Demonstration(train, 0.5)]
    comparison = Comparison.lay_out(task, query.input, shown, base, chosen, 40)
    args = GenerationArguments(max_new_tokens=40)
    firsts: list[float] = []

    def ours() -> None:
        started = time.perf_counter()
        for number, _ in enumerate(compare(comparison, args)):
            if number == 0:
                firsts.append(time.perf_counter() - started)

    bare = rivals.fresh_model(base)
    peft = {
        method: rivals.loaded(rivals.fresh_model(base), _folder(store, prompts, method))
        for method in chosen
    }
    stops = [*base.eos_ids, *base.tokenizer("\n", add_special_tokens=False).input_ids]

    def theirs() -> None:
        for name, row in comparison.rows.items():
            rivals.written(peft.get(name, bare), [row], stops, 40, 1)

    ours()
    fast, slow = alternate(ours, theirs, times)
    rule = StopRule("newline", 40)
    same = [
        sum(_same_text(base, peft.get(name, bare), [row], stops, rule)[:2]) == 1
        for name, row in comparison.rows.items()
    ]
    written = sum(len(answer.token_ids) for answer in comparison.answers.values())
    rows = list(comparison.rows.values())
    return {
        "name": "four methods side by side, one input",
        "ours_seconds": round(fast, 2),
        "first_token_seconds": round(sorted(firsts)[len(firsts) // 2], 2),
        "peft_seconds": round(slow, 2),
        "ratio": round(slow / fast, 2),
        "equal": all(same),
        "matmul_share": round(_limit(base, rows, written, len(rows)) / fast, 2),
    }


def measure_together(base: BaseModel, method: str, inputs: int, times: int) -> dict[str, Any]:
    """Three seeds' runs in one batched call, beside one call each; both ours.

    Args:
        base: The frozen model.
        method: "pt" or "ipt", with the prompts of the shipped study.
        inputs: Test inputs of each run.
        times: Turns of each.
    """
    shipped = bundled_root() / "data" / "study"
    prompts = RunStore(shipped).prompts()
    fitting = prompts[(prompts["task"] == TASK) & (prompts["method"] == method)]
    configs = [
        build_run_config(TASK, method, base.name, 0, prompt_id, {"evaluation": {"limit": inputs}})
        for prompt_id in fitting["prompt_id"]
    ]
    resources = Resources(device=base.device.type)
    texts: dict[str, list[str]] = {}

    def ours() -> None:
        with TemporaryDirectory() as folder:
            store = RunStore(Path(folder), shipped)
            texts["together"] = _texts(store, run_together(configs, store, resources, force=True))

    def alone() -> None:
        with TemporaryDirectory() as folder:
            store = RunStore(Path(folder), shipped)
            texts["alone"] = _texts(store, [run(c, store, resources, force=True) for c in configs])

    ours()
    fast, slow = alternate(ours, alone, times)
    pairs = zip(texts["together"], texts["alone"], strict=True)
    return {
        "name": f"{len(configs)} runs of {inputs} inputs in one call, {method.upper()}",
        "ours_seconds": round(fast, 2),
        "alone_seconds": round(slow, 2),
        "ratio": round(slow / fast, 2),
        "equal": texts["together"] == texts["alone"],
        "same_text": sum(one == other for one, other in pairs),
        "compared": len(texts["alone"]),
    }


def _texts(store: RunStore, run_ids: Sequence[str]) -> list[str]:
    found: list[str] = store.ledger(run_ids, ["prediction"])["prediction"].tolist()
    return found


def _folder(store: RunStore, prompts: Any, method: str) -> Any:
    fitting = prompts[(prompts["task"] == TASK) & (prompts["method"] == method)]
    return store.prompt_folder(fitting["prompt_id"].iloc[0])
