"""Log-probabilities against the plain forward of one row."""

import pytest
import torch

from ipt_engine import scoring
from ipt_engine.packing import groups
from ipt_engine.scoring import score_answers
from tests.plain_forward import ANSWERS, PROMPTS, plain_logits
from tests.tiny import LAYOUTS, random_prompt, rows_of, tiny_base


@pytest.mark.parametrize("architecture", LAYOUTS)
@pytest.mark.parametrize("tokens", [1, 40, 4096])
def test_scores_equal_the_plain_forward(
    architecture: str, tokens: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scoring, "groups", lambda rows: groups(rows, tokens))
    base = tiny_base(architecture)
    rows = rows_of(base, PROMPTS, ANSWERS, random_prompt(base))
    told: list[tuple[int, int]] = []
    scores = score_answers(base, rows, lambda *done: told.append(done))
    assert told[-1] == (len(rows), len(rows))
    for row, score in zip(rows, scores, strict=True):
        logprobs = torch.log_softmax(plain_logits(base, row), dim=-1)
        labels = torch.tensor(row.answer_ids)
        expected = logprobs.gather(1, labels[:, None]).sum().item()
        assert score.logprob == pytest.approx(expected, abs=1e-5)
        assert score.tokens == len(row.answer_ids)
