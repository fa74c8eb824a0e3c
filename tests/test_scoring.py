"""Log-probabilities against the plain forward of one row."""

import pytest
import torch

from ipt_engine.scoring import score_answers
from tests.test_packing import ANSWERS, PROMPTS, plain_logits
from tests.tiny import random_prompt, rows_of, tiny_base


@pytest.mark.parametrize("architecture", ["llama", "gpt2"])
@pytest.mark.parametrize("batch_size", [1, 2, 16])
def test_scores_equal_the_plain_forward(architecture: str, batch_size: int) -> None:
    base = tiny_base(architecture)
    rows = rows_of(base, PROMPTS, ANSWERS, random_prompt(base))
    scores = score_answers(base, rows, batch_size)
    for row, score in zip(rows, scores, strict=True):
        logprobs = torch.log_softmax(plain_logits(base, row), dim=-1)
        labels = torch.tensor(row.answer_ids)
        expected = logprobs.gather(1, labels[:, None]).sum().item()
        assert score.logprob == pytest.approx(expected, abs=1e-5)
        assert score.tokens == len(row.answer_ids)
