"""What a store's runs say to each question: every analysis, applied to the runs that fit it.

Report and dashboard show these; neither computes anything itself. A question that no runs answer
gives None, never an empty number; `find_advice` then says what to run first.
"""

from ipt_engine.findings.across import (
    GainClaims,
    GainQuestion,
    Similarity,
    find_gain_claims,
    find_similarity,
    similarity_of,
)
from ipt_engine.findings.advice import find_advice
from ipt_engine.findings.luck import (
    Stability,
    find_draw_luck,
    find_lengths,
    find_sources_of_luck,
    find_stability,
)
from ipt_engine.findings.methods import Methods, find_gains, find_methods, not_run
from ipt_engine.findings.partner import Partner, find_partner
from ipt_engine.findings.transfer import TransferFinding, find_transfer
from ipt_engine.findings.within import Swap, find_swap, find_swap_claims

__all__ = [
    "GainClaims",
    "GainQuestion",
    "Methods",
    "Partner",
    "Similarity",
    "Stability",
    "Swap",
    "TransferFinding",
    "find_advice",
    "find_draw_luck",
    "find_gain_claims",
    "find_gains",
    "find_lengths",
    "find_methods",
    "find_partner",
    "find_similarity",
    "find_sources_of_luck",
    "find_stability",
    "find_swap",
    "find_swap_claims",
    "find_transfer",
    "not_run",
    "similarity_of",
]
