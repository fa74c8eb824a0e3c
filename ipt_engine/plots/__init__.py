"""Tidy frames to plotly figures. Pure: no store, no page, nothing of the engine.

Every axis names its unit, every figure shows its n and its intervals, and every hover reads as
a sentence. Text from data goes through `escape`, since plotly interprets tags.
"""

from ipt_engine.plots.comparison import Labels, binned_scores, gain_scatter
from ipt_engine.plots.scores import score_dots
from ipt_engine.plots.style import BACKGROUNDS, METHOD_COLOURS, Theme, escape
from ipt_engine.plots.training import loss_curve, smoothed

__all__ = [
    "BACKGROUNDS",
    "METHOD_COLOURS",
    "Labels",
    "Theme",
    "binned_scores",
    "escape",
    "gain_scatter",
    "loss_curve",
    "score_dots",
    "smoothed",
]
