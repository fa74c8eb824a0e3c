"""Do the statistics keep their promises? `python -m benchmarks.statistics`, or `make stats`.

The intervals and verdicts that the product shows, those of `CASES`, are computed on simulated
studies whose truth is known. How often it held the truth, and how often an effect was claimed, goes
into docs/statistics.md. The tests run the same simulations with few repetitions.
"""

import argparse
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy import stats

from benchmarks import simulate_advice as advice
from benchmarks import simulate_seeds as seeds
from benchmarks import simulate_similarity as similar
from benchmarks import simulate_transfer as transfer
from benchmarks import simulate_variants as variants

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "statistics.md"
PROMISED = 0.95


@dataclass(frozen=True)
class Result:
    """What became of many simulated studies.

    Attributes:
        repetitions: Studies.
        covered: Those whose interval held the truth; None where none was counted.
        claimed: Those that claimed an effect; None likewise.
    """

    repetitions: int
    covered: int | None
    claimed: int | None


@dataclass(frozen=True)
class Case:
    """One world, simulated again and again.

    Attributes:
        what: The number or verdict.
        world: What is true in it.
        effect: Whether there is an effect to be found.
        run: Repetitions and a generator to what became of them.
        cost: How much slower than the others a repetition is.
    """

    what: str
    world: str
    effect: bool
    run: Callable[[int, np.random.Generator], Result]
    cost: int = 1


def of_seeds(found: seeds.Simulated) -> Result:
    """As the page shows it."""
    return Result(found.repetitions, found.covered, found.found)


def of_judged(found: similar.Judged) -> Result:
    """Likewise."""
    return Result(found.repetitions, found.covered, found.holds)


def of_transfer(world: transfer.World, repetitions: int, row: int) -> Result:
    """Likewise."""
    found = transfer.coverage(world, repetitions).iloc[row]
    counts = [round(found[name] * repetitions) for name in ("covered", "holds")]
    return Result(repetitions, *counts)


def of_matrix(world: transfer.World, repetitions: int) -> Result:
    """Matrices in which any cell was said to help."""
    found = transfer.matrix_rates(world, repetitions).iloc[0]
    return Result(repetitions, None, round(found["any_holds"] * repetitions))


def of_advice(truth: advice.Truth, repetitions: int, wrong: bool) -> Result:
    """Tasks on which a wrong method, or any, was recommended."""
    found = advice.advice_rates(truth, repetitions).iloc[0]
    share = found["wrong"] if wrong else 1 - found["undecided"]
    return Result(repetitions, None, round(share * repetitions))


def of_cut(repetitions: int, rng: np.random.Generator, world: similar.RoutedWorld) -> Result:
    """Likewise."""
    found, covered = similar.simulate_cut(repetitions, rng, world)
    return Result(repetitions, covered, found)


def of_sources(repetitions: int, rng: np.random.Generator) -> Result:
    """The worst of all numbers that a decomposition has."""
    found = seeds.simulate_decomposition(repetitions, rng)
    return Result(repetitions, min(each.covered for each in found.values()), None)


EQUAL = {"zero_shot": 20.0, "icl": 40.0, "pt": 40.0, "ipt": 41.0}
CLEAR = {"zero_shot": 20.0, "icl": 40.0, "pt": 40.0, "ipt": 60.0}
CASES = (
    Case(
        "mean over seeds",
        "3 seeds, 200 inputs",
        False,
        lambda n, rng: Result(n, seeds.simulate_mean(n, rng).covered, None),
    ),
    Case(
        "difference of two methods",
        "no difference; 3 seeds each",
        False,
        lambda n, rng: of_seeds(seeds.simulate_difference(n, rng)),
    ),
    Case(
        "difference of two methods",
        "a difference; 3 seeds each",
        True,
        lambda n, rng: of_seeds(seeds.simulate_difference(n, rng, means=(0.3, 0.9))),
    ),
    Case(
        "ratio of spreads, pooled",
        "the same spread; 5 tasks of 3 seeds",
        False,
        lambda n, rng: of_seeds(seeds.simulate_pooled_ratio(n, rng)),
    ),
    Case(
        "ratio of spreads, pooled",
        "twice the spread; 5 tasks of 5 seeds",
        True,
        lambda n, rng: of_seeds(seeds.simulate_pooled_ratio(n, rng, ((5, 5),) * 5, 2.0)),
    ),
    Case(
        "ratio of spreads, pooled",
        "the same spread; scores with heavy tails (t, 5 df)",
        False,
        lambda n, rng: of_seeds(seeds.simulate_pooled_ratio(n, rng, tails=5.0)),
    ),
    Case(
        "standard deviation over seeds",
        "3 seeds",
        False,
        lambda n, rng: Result(n, seeds.simulate_sd(n, rng).covered, None),
    ),
    Case(
        "gain rises with similarity",
        "no relation; 200 inputs",
        False,
        lambda n, rng: of_judged(similar.simulate_rises(n, rng)),
    ),
    Case(
        "gain rises with similarity",
        "rho 0.3; 200 inputs",
        True,
        lambda n, rng: of_judged(similar.simulate_rises(n, rng, 0.3)),
    ),
    Case(
        "gain rises, plain",
        "only through difficulty",
        False,
        lambda n, rng: of_judged(
            similar.simulate_control(n, rng, similar.HardWorld(ceiling=0.5), None)
        ),
    ),
    Case(
        "gain rises, difficulty held constant",
        "only through difficulty",
        False,
        lambda n, rng: of_judged(
            similar.simulate_control(n, rng, similar.HardWorld(ceiling=0.5), "gold_logprob")
        ),
    ),
    Case(
        "similar demonstration helps, input fixed",
        "no effect; similar demonstrations on easy inputs",
        False,
        lambda n, rng: of_judged(similar.simulate_arms(n, rng, similar.ArmsWorld())),
        cost=5,
    ),
    Case(
        "similar demonstration helps, input fixed",
        "an effect",
        True,
        lambda n, rng: of_judged(similar.simulate_arms(n, rng, similar.ArmsWorld(slope=0.05))),
        cost=5,
    ),
    Case(
        "choosing by similarity pays",
        "no gain from choosing",
        False,
        lambda n, rng: of_judged(similar.simulate_router(n, rng, similar.RoutedWorld())[0]),
        cost=20,
    ),
    Case(
        "choosing by similarity pays",
        "gains change sign at 0.6",
        True,
        lambda n, rng: of_judged(
            similar.simulate_router(n, rng, similar.RoutedWorld(slope=150.0))[0]
        ),
        cost=20,
    ),
    Case(
        "foreign prompt helps over ICL",
        "no gain",
        False,
        lambda n, rng: of_transfer(transfer.World(), n, 0),
        cost=20,
    ),
    Case(
        "foreign prompt helps over ICL",
        "8 points",
        True,
        lambda n, rng: of_transfer(transfer.World(other=8.0), n, 0),
        cost=20,
    ),
    Case(
        "foreign prompt beats controls",
        "both gain 5 points",
        False,
        lambda n, rng: of_transfer(transfer.World(other=5.0, control=5.0), n, 1),
        cost=20,
    ),
    Case(
        "any cell of a matrix helps",
        "no prompt gains anything; 5 × 7 cells",
        False,
        lambda n, rng: of_matrix(transfer.World(tasks=5), n),
        cost=10,
    ),
    Case(
        "a wrong method is recommended",
        "IPT better by just what matters",
        False,
        lambda n, rng: of_advice(advice.Truth(EQUAL), n, wrong=True),
        cost=20,
    ),
    Case(
        "a method is recommended",
        "IPT better by 20 points",
        True,
        lambda n, rng: of_advice(advice.Truth(CLEAR), n, wrong=False),
        cost=20,
    ),
    # From here on what was added later: a case's place gives its random numbers.
    Case(
        "gain rises with similarity",
        "no relation, but seeds differ; 3 seeds each",
        False,
        lambda n, rng: of_judged(similar.simulate_lucky_rises(n, rng)),
    ),
    Case(
        "gain rises with similarity",
        "a relation, and seeds differ; 5 seeds each",
        True,
        lambda n, rng: of_judged(
            similar.simulate_lucky_rises(n, rng, similar.LuckyWorld(0.6, seeds=5))
        ),
    ),
    Case(
        "IPT beats PT",
        "no difference, but seeds differ; 3 seeds each",
        False,
        lambda n, rng: of_judged(similar.simulate_beats(n, rng)),
    ),
    Case(
        "any cell of a matrix helps",
        "no prompt gains anything, and spreads are far from alike; 5 × 7 cells",
        False,
        lambda n, rng: of_matrix(transfer.UNEVEN, n),
        cost=10,
    ),
    Case(
        "foreign prompt helps over ICL",
        "no gain, and spreads are far from alike",
        False,
        lambda n, rng: of_transfer(replace(transfer.UNEVEN, tasks=3), n, 0),
        cost=20,
    ),
    Case(
        "gain in a bin of similarity",
        "25 % against 35 % right; 10 inputs, these seeds",
        True,
        lambda n, rng: of_judged(similar.simulate_bin(n, rng, (0.25, 0.35), 10)),
    ),
    Case(
        "gain in a bin of similarity",
        "2 % against 5 % right; 33 inputs, these seeds",
        True,
        lambda n, rng: of_judged(similar.simulate_bin(n, rng, (0.02, 0.05), 33)),
    ),
    Case(
        "threshold, by a straight line",
        "no gain at any similarity; these seeds",
        False,
        lambda n, rng: replace(of_judged(similar.simulate_threshold(n, rng, 0.0)), covered=None),
    ),
    Case(
        "threshold, by a straight line",
        "gains change sign at 0.6; these seeds",
        True,
        lambda n, rng: of_judged(similar.simulate_threshold(n, rng)),
    ),
    Case(
        "similarity to choose by",
        "gains change sign at 0.6; these seeds",
        True,
        lambda n, rng: of_cut(n, rng, similar.RoutedWorld(slope=150.0)),
    ),
    Case(
        "any demonstration differs from another, input fixed",
        "no effect; 3 prompts",
        False,
        lambda n, rng: Result(n, None, similar.simulate_contrasts(n, rng, similar.ArmsWorld())[0]),
        cost=5,
    ),
    Case(
        "sources of spread, the number held least often",
        "3 × 3 seeds, variances alike",
        False,
        of_sources,
    ),
    Case(
        "any difference of two variants",
        "6 variants, no difference; 3 seeds each where there is luck",
        False,
        lambda n, rng: Result(n, None, variants.simulate_variants(n, rng)[0]),
    ),
    Case(
        "a variant is marked best",
        "6 variants, no difference; 3 seeds each where there is luck",
        False,
        lambda n, rng: Result(n, None, variants.simulate_variants(n, rng)[1]),
    ),
    Case(
        "a variant is marked best",
        "one of 6 is better by 25 points; 3 seeds each where there is luck",
        True,
        lambda n, rng: Result(n, None, variants.simulate_variants(n, rng, best=1.0)[1]),
    ),
)


def table(repetitions: int, only: str = "", kept: Sequence[str] = (), seed: int = 0) -> list[str]:
    """Simulate every case; the rows of a Markdown table.

    Args:
        repetitions: Studies simulated of the cheap cases.
        only: A text that a case has to have in "number: world"; others keep their row, if there
            is one.
        kept: Rows of the table as it was.
        seed: Of the simulations.
    """
    rows = ["| number or verdict | world | studies | interval held the truth | effect claimed |"]
    rows.append("| --- | --- | --- | --- | --- |")
    first: dict[str, int] = {}
    for place, case in enumerate(CASES):
        first.setdefault(case.what, place)
    # Cases of one number stand together, wherever they were added.
    for place, case in sorted(enumerate(CASES), key=lambda one: first[one[1].what]):
        before = [row for row in kept if row.startswith(f"| {case.what} | {case.world} |")]
        if only not in f"{case.what}: {case.world}" and before:
            rows += before
            continue
        started = time.perf_counter()
        count = max(20, repetitions // case.cost)
        found = case.run(count, np.random.default_rng([seed, place]))
        claimed = share(found.claimed, count)
        note = "" if found.claimed is None else " (right)" if case.effect else " (wrong)"
        row = f"| {case.what} | {case.world} | {count} | {share(found.covered, count)} | "
        rows.append(f"{row}{claimed}{note} |")
        print(f"{rows[-1]}  {time.perf_counter() - started:.0f} s", flush=True)
    return rows


def share(count: int | None, of: int) -> str:
    """A share with the interval that so many repetitions leave it (Clopper and Pearson 1934)."""
    if count is None:
        return "–"
    found = stats.binomtest(count, of).proportion_ci(PROMISED)
    return f"{count / of:.1%} ({found.low:.0%} to {found.high:.0%})"


def main() -> None:
    """Simulate and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=1000)
    parser.add_argument("--only", default="", help="part of the number's name, or of its world")
    arguments = parser.parse_args()
    page = PAGE.read_text(encoding="utf-8")
    rows = "\n".join(table(arguments.repetitions, arguments.only, page.splitlines()))
    made = f"<!-- made by make stats -->\n\n{rows}\n\n<!-- to here -->"
    page = re.sub(
        r"<!-- made by make stats -->.*<!-- to here -->", lambda _: made, page, flags=re.DOTALL
    )
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
