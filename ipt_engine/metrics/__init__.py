"""The metrics: `METRICS` by name, and `get_metric` with a helpful refusal."""

from ipt_engine.metrics.base import FloatArray, Metric
from ipt_engine.metrics.blec import BLEC
from ipt_engine.metrics.bleu import BLEU, BLEU_LOWER
from ipt_engine.metrics.chrf import CHRF
from ipt_engine.metrics.exact_match import EXACT_MATCH
from ipt_engine.metrics.mtop import MTOP_EXACT_MATCH, MTOP_TEMPLATE
from ipt_engine.metrics.rouge_l import ROUGE_L
from ipt_engine.metrics.spider_exact_match import SPIDER_EXACT_MATCH
from ipt_engine.metrics.spider_execution import SPIDER_EXECUTION, SPIDER_EXECUTION_DISTINCT
from ipt_engine.metrics.ter import TER

__all__ = ["METRICS", "FloatArray", "Metric", "get_metric"]

METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        BLEU,
        BLEU_LOWER,
        CHRF,
        TER,
        ROUGE_L,
        EXACT_MATCH,
        MTOP_EXACT_MATCH,
        MTOP_TEMPLATE,
        BLEC,
        SPIDER_EXACT_MATCH,
        SPIDER_EXECUTION,
        SPIDER_EXECUTION_DISTINCT,
    )
}


def get_metric(name: str) -> Metric:
    """The metric of that name.

    Raises:
        ValueError: If there is none; lists those there are.
    """
    if name not in METRICS:
        raise ValueError(f"Unknown metric {name!r}. Choose one of: {', '.join(METRICS)}.")
    return METRICS[name]
