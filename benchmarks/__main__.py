"""Our engine beside PEFT and Transformers: `python -m benchmarks [CASE ...]`.

Each case is measured in this process, the two taking turns, and checked for equality in the same
run. Results are kept in benchmarks/results/latest.json, case by case, and the table of
docs/performance.md is made from that file.
"""

import argparse
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from benchmarks import training, writing
from benchmarks.profiling import measure_profile, profile_table
from ipt_engine.config import DEFAULT_BASE_MODEL
from ipt_engine.machine import describe_machine
from ipt_engine.models import BaseModel, load_base_model

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "performance.md"
RESULTS = Path(__file__).parent / "results" / "latest.json"
Case = Callable[[BaseModel, int], list[dict[str, Any]]]
CASES: dict[str, Case] = {
    "shapes": lambda base, n: [training.measure_shape(base, s, n) for s in training.SHAPES],
    "compiled": lambda base, n: [training.measure_compiled(base, training.SHAPES[0], n)],
    "lengths": lambda base, n: [training.measure_lengths(base, k, n) for k in (0, 1)],
    "evaluation": lambda base, n: [writing.measure_evaluation(base, "pt", 40 * n)],
    "evaluation-ipt": lambda base, n: [writing.measure_evaluation(base, "ipt", 40 * n)],
    "together": lambda base, n: [
        writing.measure_together(base, method, inputs, max(1, n // 2))
        for method, inputs in (("pt", 40), ("ipt", 40), ("pt", 200))
    ],
    "side-by-side": lambda base, n: [writing.measure_side_by_side(base, n)],
    "memory": lambda base, n: [training.measure_memory(base, s) for s in training.SHAPES[:3]],
    "profile": lambda base, n: [
        measure_profile(base, training.SHAPES[0], compiled) for compiled in (False, True)
    ],
    "growth": lambda base, n: [training.measure_shape(base, s, n) for s in training.GROWTH],
}


def main() -> None:
    """Measure the cases asked for, all without any."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", metavar="CASE", help=", ".join(CASES))
    parser.add_argument("--times", type=int, default=5, help="turns of each; 40 inputs for one")
    parser.add_argument("--out", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    unknown = [name for name in arguments.cases if name not in CASES]
    if unknown:
        parser.error(f"unknown case {unknown[0]!r}: choose from {', '.join(CASES)}")
    base = load_base_model(DEFAULT_BASE_MODEL)
    machine = describe_machine(str(base.device), torch.get_num_threads())
    known = json.loads(arguments.out.read_text()) if arguments.out.is_file() else {}
    cases = {case["name"]: case for case in known.get("cases", [])}
    for name in arguments.cases or CASES:
        for case in CASES[name](base, arguments.times):
            print(line(case), flush=True)
            cases[case["name"]] = case | {"machine": machine}
            arguments.out.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps({"cases": list(cases.values())}, indent=2)
            arguments.out.write_text(text + "\n", encoding="utf-8")
    if arguments.out == RESULTS:
        write_table(list(cases.values()))


def line(case: dict[str, Any]) -> str:
    """A case in words."""
    if "seconds" in case:
        parts = ", ".join(f"{group} {value} s" for group, value in case["seconds"].items())
        return f"{case['name']}: {parts}"
    unit = "MiB" if "ours_mib" in case else "s"
    if "alone_seconds" in case:
        times = f"ours {case['ours_seconds']} s, one by one {case['alone_seconds']} s"
    else:
        ours, peft = (case.get(f"{s}_seconds", case.get(f"{s}_mib")) for s in ("ours", "peft"))
        times = f"ours {ours} {unit}, PEFT {peft} {unit}"
    said = f"{case['name']}: {times}, ratio {case['ratio']}"
    more = {k: v for k, v in case.items() if k not in _SAID and k != "machine"}
    return said + "".join(f", {key.replace('_', ' ')} {value}" for key, value in more.items())


_SAID = {"name", "ours_seconds", "peft_seconds", "alone_seconds", "ours_mib", "peft_mib", "ratio"}


def write_table(cases: list[dict[str, Any]]) -> None:
    """Put the figures into docs/performance.md, between their marks."""
    profiles = [case for case in cases if "seconds" in case]
    rows = ["| case | ours | PEFT | ratio | equal | share of the multiplications' limit |"]
    rows.append("| --- | --- | --- | --- | --- | --- |")
    for case in (case for case in cases if not {"seconds", "alone_seconds"} & case.keys()):
        unit = "MiB" if "ours_mib" in case else "s"
        sides = [case.get(f"{s}_seconds", case.get(f"{s}_mib")) for s in ("ours", "peft")]
        share = f"{case['matmul_share']:.0%}" if "matmul_share" in case else ""
        rows.append(
            f"| {case['name']} | {sides[0]} {unit} | {sides[1]} {unit} | {case['ratio']} | "
            f"{'yes' if case['equal'] else 'NO'} | {share} |"
        )
    page = between("made by make bench", rows, PAGE.read_text(encoding="utf-8"))
    together = ["| runs of mini-dart | in one call | one by one | ratio | equal texts |"]
    together.append("| --- | --- | --- | --- | --- |")
    together += [
        f"| {case['name']} | {case['ours_seconds']} s | {case['alone_seconds']} s | "
        f"{case['ratio']} | {case['same_text']} of {case['compared']} |"
        for case in cases
        if "alone_seconds" in case
    ]
    page = between("together, by make bench", together, page)
    page = between("profiled by make bench", profile_table(profiles), page)
    PAGE.write_text(page, encoding="utf-8")


def between(mark: str, rows: list[str], page: str) -> str:
    """A page with other rows between a pair of marks."""
    table = f"<!-- {mark} -->\n\n" + "\n".join(rows) + "\n\n<!-- to here -->"
    return re.sub(
        f"<!-- {mark} -->.*?<!-- to here -->", lambda _: table, page, count=1, flags=re.DOTALL
    )


if __name__ == "__main__":
    main()
