"""Tidy frames to plotly figures. Pure: no store, no page, nothing of the engine.

Every axis names its unit, every figure shows its n and its intervals, and every hover reads as
a sentence. Text from data goes through `escape`, since plotly interprets tags.
"""

from ipt_engine.plots.advisor import cost_scatter
from ipt_engine.plots.comparison import Labels, gain_scatter
from ipt_engine.plots.inputs import input_scatter
from ipt_engine.plots.paper import beside_paper
from ipt_engine.plots.prompts import knockout_bars, prompt_map, training_path, vector_lengths
from ipt_engine.plots.router import cut_scores, policy_dots
from ipt_engine.plots.scores import ScorePanel, score_dots
from ipt_engine.plots.stability import (
    by_length,
    seeds_by_task,
    spread_ratios,
    variance_shares,
)
from ipt_engine.plots.style import BACKGROUNDS, METHOD_COLOURS, Theme, escape
from ipt_engine.plots.swap import swap_dots
from ipt_engine.plots.training import loss_curve, smoothed
from ipt_engine.plots.transfer import alike_scatter, transfer_heatmap
from ipt_engine.plots.within import arm_scores, contrast_dots

__all__ = [
    "BACKGROUNDS",
    "Labels",
    "METHOD_COLOURS",
    "ScorePanel",
    "Theme",
    "alike_scatter",
    "arm_scores",
    "beside_paper",
    "by_length",
    "contrast_dots",
    "cost_scatter",
    "cut_scores",
    "escape",
    "gain_scatter",
    "input_scatter",
    "knockout_bars",
    "loss_curve",
    "policy_dots",
    "prompt_map",
    "score_dots",
    "seeds_by_task",
    "smoothed",
    "spread_ratios",
    "swap_dots",
    "training_path",
    "transfer_heatmap",
    "variance_shares",
    "vector_lengths",
]
