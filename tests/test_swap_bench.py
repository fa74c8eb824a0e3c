"""The swap bench: what is shown is what it says, and scores are those of each row alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ipt_engine.config import TemplateArguments
from ipt_engine.packing import Row
from ipt_engine.retrievers import demonstration_pool, forget_pools
from ipt_engine.scoring import score_answers
from ipt_engine.swap_bench import KINDS, NONE, swap_arms, swap_bench
from ipt_engine.tasks import get_task
from ipt_engine.wiring import Resources, base_model, prompt_template
from tests.tiny import random_prompt

pytestmark = pytest.mark.usefixtures("own_encoder")
DART, MTOP = get_task("mini-dart"), get_task("mini-mtop")


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    forget_pools()
    yield
    forget_pools()


def test_the_kinds_are_what_they_say() -> None:
    query = DART.load("test")[3]
    arms = swap_arms(DART, query, MTOP)
    assert list(arms) == list(KINDS)
    pool = demonstration_pool(DART)
    similarities = sorted(pool.similarities([query])[0])
    assert arms["nearest"].similarity == pytest.approx(similarities[-1])
    assert arms["farthest"].similarity == pytest.approx(similarities[0])
    assert similarities[0] < arms["median"].similarity < similarities[-1]
    wrong = arms["wrong answer"].example
    assert wrong.input == arms["nearest"].example.input
    assert wrong.answer == arms["farthest"].example.answer != arms["nearest"].example.answer
    assert arms["other task"].example.id in {e.id for e in MTOP.load("train")}
    assert "other task" not in swap_arms(DART, query, None)


def test_each_row_is_scored_as_if_alone(model_folder: Path) -> None:
    base = base_model(str(model_folder), Resources(device="cpu"))
    query = DART.load("test")[0]
    arms = swap_arms(DART, query, MTOP)
    prompt = random_prompt(base)
    kinds = {kind: [demonstration] for kind, demonstration in arms.items()}
    kinds["two"] = [arms["farthest"], arms["nearest"]]
    told: list[tuple[int, int]] = []
    rows = swap_bench(
        DART, query, kinds, base, {"ipt": prompt}, lambda done, total: told.append((done, total))
    )
    assert told == [(done, len(rows)) for done in range(len(rows) + 1)]
    # PT has no prompt and is left out.
    assert rows.groupby("method", sort=False).size().to_dict() == {
        "zero_shot": 1, "icl": len(kinds), "ipt": len(kinds),
    }  # fmt: skip
    assert rows["kind"].tolist() == [NONE, *kinds, *kinds]
    template = prompt_template(DART, TemplateArguments(), base)
    for row in rows.to_dict("records"):
        given = kinds.get(row["kind"], [])
        segments = template.render(query.input, given, query.answer, DART.max_new_tokens + 5)
        own = prompt if row["method"] == "ipt" else None
        (alone,) = score_answers(base, [Row(segments.prompt_ids, segments.answer, own)])
        assert row["gold_logprob"] == pytest.approx(alone.logprob, rel=1e-4)
        assert isinstance(row["prediction"], str)
