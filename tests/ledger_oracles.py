"""What a ledger says, without the engine where that can be: its rows, and scores of its texts."""

import re
from collections.abc import Callable, Sequence

import duckdb
import pandas as pd
import sacrebleu

from ipt_engine.metrics import METRICS
from ipt_engine.runs import RunStore
from ipt_engine.tasks import TASKS


def ledger(store: RunStore) -> pd.DataFrame:
    """All rows, read without the engine."""
    files = str(store.root / "runs" / "*" / "predictions.parquet")
    return duckdb.sql(f"SELECT * FROM read_parquet('{files}', union_by_name = true)").df()


def bleu(rows: pd.DataFrame) -> float:
    """Corpus BLEU by sacreBLEU itself."""
    references = [list(r) for r in rows["references"]]
    return float(sacrebleu.corpus_bleu(list(rows["prediction"]), ragged(references)).score)


def ragged(references: Sequence[Sequence[str]]) -> list[list[str | None]]:
    """Reference streams as sacrebleu takes them; None where an input has fewer."""
    longest = max(len(r) for r in references)
    return [[r[i] if i < len(r) else None for r in references] for i in range(longest)]


def spaced(text: str) -> str:
    return " ".join(text.replace("[", " [ ").replace("]", " ] ").split())


def frame(tree: str) -> str:
    """The brackets with their labels, words left out."""
    return " ".join(re.findall(r"\[ (?:IN|SL):\S+|\]", spaced(tree)))


def equal(
    predictions: Sequence[str], references: Sequence[Sequence[str]], form: Callable[[str], str]
) -> float:
    hits = [
        form(p) in {form(r) for r in several}
        for p, several in zip(predictions, references, strict=True)
    ]
    return 100 * sum(hits) / len(hits)


def recompute(ledger: pd.DataFrame, metric: str) -> float:
    """A corpus score from texts alone."""
    predictions, references = ledger["prediction"].tolist(), ledger["references"].tolist()
    oracles: dict[str, Callable[[], float]] = {
        "bleu": lambda: sacrebleu.corpus_bleu(predictions, ragged(references)).score,
        "bleu_lower": lambda: (
            sacrebleu.corpus_bleu(predictions, ragged(references), lowercase=True).score
        ),
        "chrf": lambda: sacrebleu.corpus_chrf(predictions, ragged(references)).score,
        "exact_match": lambda: equal(predictions, references, lambda t: " ".join(t.split())),
        "mtop_exact_match": lambda: equal(predictions, references, spaced),
        "mtop_template": lambda: equal(predictions, references, frame),
    }
    return oracles[metric]() if metric in oracles else judged_again(ledger, metric)


def judged_again(ledger: pd.DataFrame, metric: str) -> float:
    """A corpus score from texts, by the metric itself: its own tests compare it with others."""
    task = TASKS[ledger["task"].iloc[0]]
    examples = {example.id: example for example in task.load("test")}
    rows = [
        METRICS[metric].judge(p, list(r), task.context_of(examples[i]))
        for p, r, i in ledger[["prediction", "references", "example_id"]].itertuples(index=False)
    ]
    score = METRICS[metric].corpus(pd.DataFrame(rows)[METRICS[metric].columns()].to_numpy())
    assert score is not None
    return score
