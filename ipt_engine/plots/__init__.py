"""Tidy frames to plotly figures. Pure: no store, no page, nothing of the engine.

Every axis names its unit, every figure shows its n and its intervals, and every hover reads as
a sentence. Text from data goes through `escape`, since plotly interprets tags.
"""

from ipt_engine.plots.advisor import cost_scatter
from ipt_engine.plots.comparison import Labels, binned_scores, gain_scatter
from ipt_engine.plots.paper import beside_paper
from ipt_engine.plots.router import cut_scores, policy_dots
from ipt_engine.plots.scores import score_dots
from ipt_engine.plots.stability import (
    by_length,
    seeds_by_task,
    spread_ratios,
    variance_shares,
)
from ipt_engine.plots.style import BACKGROUNDS, METHOD_COLOURS, Theme, escape
from ipt_engine.plots.training import loss_curve, smoothed
from ipt_engine.plots.transfer import transfer_heatmap
from ipt_engine.plots.within import arm_scores, contrast_dots

__all__ = [
    "BACKGROUNDS",
    "Labels",
    "METHOD_COLOURS",
    "Theme",
    "arm_scores",
    "beside_paper",
    "binned_scores",
    "by_length",
    "contrast_dots",
    "cost_scatter",
    "cut_scores",
    "escape",
    "gain_scatter",
    "loss_curve",
    "policy_dots",
    "score_dots",
    "seeds_by_task",
    "smoothed",
    "spread_ratios",
    "transfer_heatmap",
    "variance_shares",
]
