"""MTOP's two figures (Li et al. 2021): exact match of the whole tree, and of its frame."""

from collections.abc import Sequence
from functools import partial

from ipt_engine.metrics.base import Metric
from ipt_engine.metrics.intent_tree import parse_tree, write_tree
from ipt_engine.metrics.shares import SHARE_NAMES, share_score


def tree_statistics(
    prediction: str, references: Sequence[str], words: bool = True
) -> tuple[float, ...]:
    """Whether the answer's tree equals a reference's (0 or 1), and 1 for the answer.

    What is no tree equals nothing: unbalanced brackets are wrong, not an error.

    Args:
        prediction: What the model wrote.
        references: Gold trees.
        words: Whether the words count, or the frame of intents and slots alone.
    """
    written = parse_tree(prediction)
    if written is None:
        return 0.0, 1.0
    gold = [tree for tree in map(parse_tree, references) if tree is not None]
    return float(write_tree(written, words) in {write_tree(tree, words) for tree in gold}), 1.0


MTOP_EXACT_MATCH = Metric(
    name="mtop_exact_match",
    title="Tree match",
    explanation="Percentage of answers whose tree of intents, slots and words is a reference's.",
    stat_names=SHARE_NAMES,
    statistics=tree_statistics,
    score=share_score,
    example_score=share_score,
)

MTOP_TEMPLATE = Metric(
    name="mtop_template",
    title="Template match",
    explanation="Percentage of answers whose intents and slots are a reference's, words aside.",
    stat_names=SHARE_NAMES,
    statistics=partial(tree_statistics, words=False),
    score=share_score,
    example_score=share_score,
)
