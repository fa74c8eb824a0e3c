"""Are the verdicts about similarity right as often as they say? Simulated answers of known truth.

Each `simulate_…` makes answers in a world whose truth is known, judges them as the engine does, and
counts how often the claim was said to hold and how often the interval held the truth.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from benchmarks.simulate_seeds import World, simulated_ledgers, true_score
from ipt_engine.analysis.arms import GOLD_LOGPROB
from ipt_engine.analysis.difficulty import control_difficulty, rises_given_difficulty
from ipt_engine.analysis.means import seed_difference
from ipt_engine.analysis.router import best_cut, route, routing_pays
from ipt_engine.analysis.run_gains import RunGains, run_gains
from ipt_engine.analysis.similarity import bin_gain, paired_gain, threshold
from ipt_engine.analysis.similarity_claims import beats, gain_rises, rise_of
from ipt_engine.analysis.statistics import Estimate
from ipt_engine.analysis.verdicts import Verdict
from ipt_engine.analysis.within import STEP, contrast_table, similar_helps
from ipt_engine.metrics import FloatArray

METRIC = "exact_match"
Measure = Literal["gold_logprob", "pt_score"]


@dataclass(frozen=True)
class Judged:
    """What became of a claim in many simulated studies.

    Attributes:
        repetitions: Studies.
        holds: In how many it was said to hold.
        fails: In how many it was said not to.
        covered: In how many the interval held the truth.
    """

    repetitions: int
    holds: int
    fails: int
    covered: int

    @property
    def holds_share(self) -> float:
        """At most 0.025 where there is no effect, since effects may have two signs."""
        return self.holds / self.repetitions

    @property
    def coverage(self) -> float:
        """Share of intervals that held the truth; 0.95 is what they promise."""
        return self.covered / self.repetitions


def simulate_rises(
    repetitions: int, rng: np.random.Generator, rho: float = 0.0, n: int = 200
) -> Judged:
    """The gain rises with similarity: normal pairs of the given rho, no luck of seeds."""
    # Pearson's correlation of normal numbers that have this rank correlation (Pearson 1907).
    r = 2 * np.sin(np.pi * rho / 6)
    verdicts = []
    for _ in range(repetitions):
        x, noise = rng.normal(size=(2, n))
        verdicts.append(_rises(x, r * x + np.sqrt(1 - r**2) * noise))
    return _count(verdicts, rho)


@dataclass(frozen=True)
class LuckyWorld:
    """Gains that rise with similarity with some seeds and fall with others; numbers are normal.

    Attributes:
        slope: What a similarity of one standard deviation more adds to the mean gain.
        slope_sd: How much the seeds of either method differ in that.
        seeds: Runs of each method.
        noise: Standard deviation of what happens to one answer.
        n: Inputs.
    """

    slope: float = 0.0
    slope_sd: float = 0.3
    seeds: int = 3
    noise: float = 1.0
    n: int = 200

    def ledgers(self, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The runs of PT and of IPT, each with the similarities of the inputs."""
        k, x, own = self.seeds, rng.normal(size=self.n), rng.normal(size=self.n)
        sides = []
        for method, slope, level in (("pt", 0.0, 0.0), ("ipt", self.slope, own[:, None])):
            slopes = slope + self.slope_sd * rng.normal(size=k)
            score = level + x[:, None] * slopes + self.noise * rng.normal(size=(self.n, k))
            example, run = (index.ravel() for index in np.indices((self.n, k)))
            sides.append(
                pd.DataFrame(
                    {
                        "run_id": [f"{method}-{number}" for number in run],
                        "example_id": [f"e{number:04d}" for number in example],
                        "method": method,
                        "retriever": "dense",
                        "seed": run,
                        "nearest_similarity": x[example],
                        METRIC: score.ravel(),
                        f"{METRIC}__correct": score.ravel() / 100,
                        f"{METRIC}__count": 1.0,
                    }
                )
            )
        return sides[0], sides[1]

    def rho(self) -> float:
        """The rank correlation over all inputs, mean over the seeds that might be drawn."""
        chances = np.linspace(0, 1, 2001)[1:-1]
        slopes = self.slope + self.slope_sd * np.sqrt(2 / self.seeds) * stats.norm.ppf(chances)
        r = slopes / np.sqrt(slopes**2 + 1 + 2 * self.noise**2 / self.seeds)
        return float(np.mean(6 / np.pi * np.arcsin(r / 2)))


def simulate_lucky_rises(
    repetitions: int, rng: np.random.Generator, world: LuckyWorld | None = None
) -> Judged:
    """The gain rises with similarity, where seeds differ in whether it does."""
    world = world or LuckyWorld()
    verdicts = []
    for _ in range(repetitions):
        sides = world.ledgers(rng)
        paired = paired_gain(*sides, METRIC)
        verdicts.append(gain_rises(rise_of(paired, run_gains(*sides, METRIC))))
    return _count(verdicts, world.rho())


def simulate_beats(
    repetitions: int,
    rng: np.random.Generator,
    means: tuple[float, float] = (0.3, 0.3),
    world: World | None = None,
) -> Judged:
    """IPT beats PT: answers of a probit model, whose seeds differ by 5 points (standard deviation).

    Args:
        repetitions: How many.
        rng: Randomness.
        means: Of the two methods' sums of effects.
        world: Sizes and spreads.
    """
    world = world or World()
    truth = true_score(world, 1, means[1]) - true_score(world, 0, means[0])
    verdicts = [
        beats(seed_difference(*simulated_ledgers(rng, world, means), METRIC), METRIC)
        for _ in range(repetitions)
    ]
    return _count(verdicts, truth)


def simulate_bin(
    repetitions: int, rng: np.random.Generator, chances: tuple[float, float], n: int
) -> Judged:
    """The gain in a bin of so many inputs, one run of each method, right with the given chances.

    Where all answers are right or wrong alike there is no interval, and no study is counted.
    """
    found: list[Estimate] = []
    while len(found) < repetitions:
        sides = [np.full(n, chance) for chance in chances]
        row = bin_gain(exact_match_pairs(rng.random(n), sides, 1, rng), METRIC, 1).iloc[0]
        if np.isfinite(row["gain_low"]):
            found.append(Estimate(row["gain"], row["gain_low"], row["gain_high"], n))
    covered = _covered(found, 100 * (chances[1] - chances[0]))
    return Judged(repetitions, int(sum(one.low > 0 for one in found if one.low)), 0, covered)


def simulate_threshold(
    repetitions: int, rng: np.random.Generator, slope: float = 50.0, n: int = 200
) -> Judged:
    """Where demonstrations begin to pay, by a straight line that crosses zero at 0.6.

    Holds counts the thresholds that were found; with a slope of 0 each is a false one.
    """
    found = []
    for _ in range(repetitions):
        similarity = rng.uniform(0.2, 1.0, n)
        gain = slope * (similarity - _CROSSING) + rng.normal(0, 15, n)
        cut = threshold(pd.DataFrame({"similarity": similarity, "gain": gain}))
        if cut.value is not None:
            found.append(Estimate(cut.value, cut.low, cut.high, n))
    return Judged(repetitions, len(found), 0, _covered(found, _CROSSING))


_CROSSING = 0.6


@dataclass(frozen=True)
class HardWorld:
    """Inputs whose similarity and gain both depend on how easy they are; numbers are normal.

    Attributes:
        similar: How much more similar easy inputs are: similarity = similar × ease + noise.
        ceiling: How much more (below 0: less) easy inputs gain.
        rise: What similarity itself adds to the gain.
        luck: Standard deviation of the luck in each PT score.
        blur: Standard deviation of the noise in the log-probability as a measure of ease.
        n: Inputs.
    """

    similar: float = 0.7
    ceiling: float = 0.0
    rise: float = 0.0
    luck: float = 1.0
    blur: float = 0.3
    n: int = 200


def simulate_control(
    repetitions: int, rng: np.random.Generator, world: HardWorld, measure: Measure | None
) -> Judged:
    """The gain rises with similarity, difficulty held constant (or not, where measure is None).

    Without a rise each holding is a false one. Coverage is of rho 0.
    """
    verdicts = []
    for _ in range(repetitions):
        ease = rng.normal(size=world.n)
        similarity = world.similar * ease + rng.normal(size=world.n)
        luck = world.luck * rng.normal(size=world.n)
        true_gain = world.ceiling * ease + world.rise * similarity + rng.normal(size=world.n)
        paired = pd.DataFrame(
            {
                "example_id": np.arange(world.n),
                "similarity": similarity,
                "score_a": ease + luck,
                "gain": true_gain - luck,
            }
        )
        logprob = pd.Series(ease + world.blur * rng.normal(size=world.n))
        if measure is None:
            verdicts.append(_rises(similarity, paired["gain"].to_numpy()))
            continue
        ease_of = logprob if measure == "gold_logprob" else paired["score_a"]
        found = control_difficulty(paired, ease_of, as_they_are(paired))
        verdicts.append(rises_given_difficulty(found, measure))
    return _count(verdicts, 0.0)


@dataclass(frozen=True)
class ArmsWorld:
    """One method's answers with four kinds of demonstration.

    Attributes:
        prompts: Soft prompts; 0 for a method without.
        slope: What `within.STEP` of similarity adds to an answer's log-probability.
        prompt_sd: How much prompts differ in that.
        input_sd: How much inputs differ in that.
        confounding: How much more similar the demonstrations of easy inputs are.
        noise: Of each answer.
        n: Inputs.
    """

    prompts: int = 3
    slope: float = 0.0
    prompt_sd: float = 0.0
    input_sd: float = 0.1
    confounding: float = 0.1
    noise: float = 0.5
    n: int = 100


def simulate_arms(repetitions: int, rng: np.random.Generator, world: ArmsWorld) -> Judged:
    """With the input held fixed, a more similar demonstration helps."""
    method = "ipt" if world.prompts else "icl"
    verdicts = [
        similar_helps(arms_ledger(world, rng), GOLD_LOGPROB, method) for _ in range(repetitions)
    ]
    return _count(verdicts, world.slope)


def simulate_contrasts(
    repetitions: int, rng: np.random.Generator, world: ArmsWorld
) -> tuple[int, int]:
    """Studies in which some contrast was found (Holm's p below 0.05), of corpus and of means.

    Without a slope each is a false finding, and there should be 5 % of them at most.
    """
    found = {"corpus": 0, "mean": 0}
    for _ in range(repetitions):
        table = contrast_table(arms_ledger(world, rng), GOLD_LOGPROB)
        for way, rows in table.groupby("way"):
            found[str(way)] += bool((rows["p_holm"] < 0.05).any())  # noqa: PLR2004
    return found["corpus"], found["mean"]


@dataclass(frozen=True)
class RoutedWorld:
    """Exact answers of PT and IPT, the gain growing linearly with similarity from 0.2 to 1.

    Attributes:
        slope: Points that IPT gains for a similarity of 1 more.
        crossing: The similarity at which it gains nothing.
        shift: Points added to the gain everywhere.
        seeds: Answers of each method to each input.
        n: Inputs.
    """

    slope: float = 0.0
    crossing: float = 0.6
    shift: float = 0.0
    seeds: int = 3
    n: int = 200

    def pairs(self, rng: np.random.Generator) -> pd.DataFrame:
        """Paired answers, PT being right half of the time."""
        x = rng.uniform(0.2, 1.0, self.n)
        gain = (self.slope * (x - self.crossing) + self.shift) / 100
        return exact_match_pairs(x, [np.full(self.n, 0.5), 0.5 + gain], self.seeds, rng)


def simulate_router(
    repetitions: int, rng: np.random.Generator, world: RoutedWorld
) -> tuple[Judged, float]:
    """Choosing by similarity beats always doing the same; and the router's mean gain.

    What the procedure gains in truth is its mean over the repetitions, the lower of the gains over
    always and never. Coverage counts the intervals around each of the two gains that hold its mean,
    taking the worse one.
    """
    found = [route(world.pairs(rng), METRIC) for _ in range(repetitions)]
    verdicts = [routing_pays(one, METRIC) for one in found]
    sides = [[one.over_a for one in found], [one.over_b for one in found]]
    means = [_mean(side) for side in sides]
    covered = [_covered(side, mean) for side, mean in zip(sides, means, strict=True)]
    counted = _count(verdicts, 0.0)
    return Judged(repetitions, counted.holds, counted.fails, min(covered)), min(means)


def simulate_cut(repetitions: int, rng: np.random.Generator, world: RoutedWorld) -> tuple[int, int]:
    """How often a best cut was found, and how often its interval held the true crossing."""
    found = [best_cut(world.pairs(rng), METRIC) for _ in range(repetitions)]
    cuts = [Estimate(cut.value, cut.low, cut.high, cut.n) for cut in found if cut.value is not None]
    return len(cuts), _covered(cuts, world.crossing)


def as_they_are(paired: pd.DataFrame) -> RunGains:
    """Gains in which there is no luck of seeds."""
    return RunGains(pd.Index(paired["example_id"]), paired["gain"].to_numpy(np.float64)[None])


def _rises(x: FloatArray, gain: FloatArray) -> Verdict:
    paired = pd.DataFrame({"example_id": np.arange(len(x)), "similarity": x, "gain": gain})
    return gain_rises(rise_of(paired, as_they_are(paired)))


def exact_match_pairs(
    similarity: FloatArray, chances: Sequence[FloatArray], seeds: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Pairs as `similarity.paired_gain` gives them, of answers right with the given chances.

    Args:
        similarity: (n,).
        chances: (n,) of method a, and of method b.
        seeds: Answers of each method to each input.
        rng: Randomness.
    """
    right = [rng.binomial(seeds, np.clip(chance, 0, 1)).astype(np.float64) for chance in chances]
    score_a, score_b = (100 * count / seeds for count in right)
    return pd.DataFrame(
        {
            "example_id": [f"e{i:04d}" for i in range(len(similarity))],
            "similarity": similarity,
            "score_a": score_a,
            "score_b": score_b,
            "gain": score_b - score_a,
            "n_pairs": seeds,
            "a__correct": right[0] / seeds,
            "a__count": 1.0,
            "b__correct": right[1] / seeds,
            "b__count": 1.0,
        }
    )


def arms_ledger(world: ArmsWorld, rng: np.random.Generator) -> pd.DataFrame:
    """The runs of one method in all arms, with what `within` reads of them.

    An answer's log-probability (of one token) is the input's ease, plus the prompt's effect, plus
    the slope times the similarity shown, plus noise.
    """
    n, count = world.n, max(world.prompts, 1)
    ease = rng.normal(size=n)
    own = world.input_sd * rng.normal(size=n)
    nearest = 0.7 + world.confounding * ease + 0.1 * rng.normal(size=n)
    spans = {"dense": 0.0, "median": 0.35, "random": 0.35, "farthest": 0.6}
    frames = []
    for prompt in range(count):
        level = rng.normal()
        slope = world.slope + world.prompt_sd * rng.normal()
        for retriever, span in spans.items():
            wobble = 0.1 * rng.normal(size=n) * (retriever == "random")
            similarity = nearest - span + wobble
            value = (
                ease + level + (slope + own) * similarity / STEP + world.noise * rng.normal(size=n)
            )
            frames.append(
                pd.DataFrame(
                    {
                        "run_id": f"{retriever}-{prompt}",
                        "prompt_id": f"p{prompt}" if world.prompts else None,
                        "method": "ipt" if world.prompts else "icl",
                        "retriever": retriever,
                        "num_fewshot": 1,
                        "seed": prompt,
                        "example_id": [f"e{i:04d}" for i in range(n)],
                        "similarity": similarity,
                        "gold_logprob": value,
                        "gold_tokens": 1,
                    }
                )
            )
    return pd.concat(frames, ignore_index=True)


def _count(verdicts: Sequence[Verdict], truth: float) -> Judged:
    outcomes = [verdict.outcome for verdict in verdicts]
    covered = _covered([verdict.estimate for verdict in verdicts], truth)
    return Judged(len(outcomes), outcomes.count("holds"), outcomes.count("does not hold"), covered)


def _covered(found: Sequence[Estimate], truth: float) -> int:
    known = [(one.low, one.high) for one in found if one.low is not None and one.high is not None]
    return int(sum(low <= truth <= high for low, high in known))


def _mean(found: Sequence[Estimate]) -> float:
    return float(np.mean([one.value for one in found if one.value is not None]))
