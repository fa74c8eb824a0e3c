"""A store's runs, arranged for the analyses: which of them answer which question. No torch."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property

import pandas as pd

from ipt_engine.analysis.arms import ARMS
from ipt_engine.analysis.factors import run_factors
from ipt_engine.analysis.pairing import Pair, pairs
from ipt_engine.analysis.variants import seed_runs
from ipt_engine.analysis.versions import one_version
from ipt_engine.metrics import FloatArray
from ipt_engine.runs import RunStore


class Evidence:
    """The runs of one base model on one split, and the ledgers behind them.

    Where a task's data or the weights were changed between runs, those of one version count.

    Attributes:
        store: Where they lie.
        factors: One row for each run; see `analysis.factors`.
        left_out: Runs on other data or weights than the others; see `analysis.versions`.
    """

    def __init__(
        self,
        store: RunStore,
        run_ids: Sequence[str] | None = None,
        base_model: str | None = None,
        split: str = "test",
    ) -> None:
        """Choose runs.

        Args:
            store: Where they lie.
            run_ids: Which of them; all if None.
            base_model: Whose; that with the most runs if None.
            split: On which split.
        """
        self.store = store
        runs = store.runs()
        runs = runs[runs["split"] == split]
        if run_ids is not None:
            runs = runs[runs["run_id"].isin(run_ids)]
        counts = runs["base_model"].value_counts()
        self.base_model = base_model or (str(counts.index[0]) if len(counts) else None)
        runs = runs[runs["base_model"] == self.base_model]
        # nan means no prompt; the factors want None.
        rows = runs.astype(object).where(runs.notna(), None).to_dict("records")
        self._records = [{str(key): value for key, value in row.items()} for row in rows]
        self._configs = {i: store.run(i)["config"] for i in runs["run_id"]}
        used = {record["prompt_id"] for record in self._records if record["prompt_id"]}
        self._prompts = {i: store.prompt(i) for i in used if store.has_prompt(i)}
        factors = run_factors(self._records, self._configs, self._prompts)
        self.factors, self.left_out = one_version(factors)
        kept = set(self.factors["run_id"])
        self._records = [record for record in self._records if record["run_id"] in kept]

    @property
    def tasks(self) -> list[str]:
        """Tasks that have runs, in the order in which these were made."""
        return list(dict.fromkeys(self.factors["task"]))

    def metric(self, task: str) -> str:
        """The primary metric of a task's runs."""
        return str(self.factors.loc[self.factors["task"] == task, "metric"].iloc[-1])

    def ledger(self, run_ids: Iterable[str], columns: Sequence[str]) -> pd.DataFrame:
        """Rows of these runs' ledgers."""
        return self.store.ledger(list(run_ids), list(dict.fromkeys(columns)))

    @cached_property
    def main_runs(self) -> pd.DataFrame:
        """The factors of the runs that stand for their methods.

        A soft prompt was trained on the task that it is used on, with the kind of demonstrations
        that it then meets, and has the length that most prompts of the task have.
        """
        rows = self.factors[self.factors["demonstration_task"].isin([None, *self.tasks])]
        own_examples = rows["demonstration_task"].isna() | rows["demonstration_task"].eq(
            rows["task"]
        )
        control = rows["retriever"].isin(set(ARMS) - {"dense", "random"})
        bare = rows["prompt_id"].isna() & ~control
        own = rows["prompt_task"].eq(rows["task"]) & rows["prompt_kind"].eq("trained")
        met = rows["prompt_retriever"].isna() & rows["retriever"].isna()
        met |= rows["prompt_retriever"].eq(rows["retriever"])
        rows = rows[own_examples & (bare | (own & met))]
        usual = rows[rows["num_virtual_tokens"] > 0].groupby("task")["num_virtual_tokens"]
        length = rows["task"].map(usual.agg(lambda tokens: tokens.mode().iloc[0]))
        limit = rows["task"].map(rows.groupby("task")["n"].agg(lambda n: n.mode().iloc[0]))
        fits = rows["num_virtual_tokens"].isin([0]) | rows["num_virtual_tokens"].eq(length)
        return rows[fits & rows["n"].eq(limit)]

    def task_runs(self, task: str) -> pd.DataFrame:
        """`main_runs` of a task."""
        return self.main_runs[self.main_runs["task"] == task]

    def pairs(self, task: str, comparison: str = "ipt-pt") -> list[Pair]:
        """Runs without and with demonstrations, those that stand for their methods first.

        Of each group, the runs that may count as independent seeds (`variants.seed_runs`).

        Args:
            task: Its name.
            comparison: A key of `pairing.COMPARISONS`.
        """
        records = [record for record in self._records if record["task"] == task]
        trainings = {i: prompt["config"] for i, prompt in self._prompts.items()}
        seeds = set(seed_runs(self.factors[self.factors["task"] == task])["run_id"])
        found = [
            replace(
                pair,
                without=tuple(i for i in pair.without if i in seeds),
                with_=tuple(i for i in pair.with_ if i in seeds),
            )
            for pair in pairs(records, self._configs, trainings, comparison)
        ]
        main = set(self.task_runs(task)["run_id"])
        one = set(self.factors.loc[self.factors["num_fewshot"] == 1, "run_id"])
        near = set(self.factors.loc[self.factors["retriever"] == "dense", "run_id"])

        def rank(pair: Pair) -> tuple[bool, bool, bool, int]:
            # What people use comes first: one demonstration, and the nearest.
            shown = set(pair.with_)
            ids = {*pair.without, *shown}
            return not ids <= main, not shown <= one, not shown <= near, -pair.seeds

        return sorted(found, key=rank)

    def vectors(self, prompt_id: str) -> FloatArray:
        """A soft prompt's vectors, (tokens, hidden)."""
        return self.store.prompt_vectors(prompt_id)
