"""The page Similarity says what the ledger says: scipy's correlation, the inputs left out."""

from urllib.parse import parse_qsl

import pandas as pd
import pytest
import streamlit as st
from scipy import stats
from streamlit.testing.v1 import AppTest

from ipt_engine.analysis import similarity
from ipt_engine.config import (
    DEFAULT_BASE_MODEL,
    PromptTuningConfig,
    RetrievalArguments,
    RunConfig,
    TrainingArguments,
    TrainingConfig,
)
from ipt_engine.nearness import WORDS
from ipt_engine.rescoring import rescore
from ipt_engine.runs import RunStore
from ipt_engine.tasks import get_task
from tests.command_config import config_of
from tests.dashboard_app import open_page, shown, table
from tests.fake_store import World, add_swaps_and_transfer, write_prompt, write_run
from tests.ledger_oracles import bleu, ledger
from tests.older_runs import without_metric
from tests.study_slices import add_crossed

pytestmark = pytest.mark.usefixtures("fresh_caches", "quick_ranking")


def test_similarity_reports_scipys_correlation(fake_store: RunStore) -> None:
    app = open_page("similarity")
    rows = ledger(fake_store).query("task == 'mini-dart' and method in ['pt', 'ipt']")
    by_seed = rows.pivot_table(index=["example_id", "seed"], columns="method", values="bleu")
    gain = (by_seed["ipt"] - by_seed["pt"]).groupby("example_id").mean()
    near = rows.groupby("example_id")["nearest_similarity"].first()
    rho = stats.spearmanr(near, gain[near.index]).statistic
    assert f"Spearman {rho:+.2f}".replace("-", "−") in shown(app)
    assert f"n = {len(gain)}" in shown(app)
    table = app.dataframe[0].value.set_index("example_id")
    assert table["gain"].to_dict() == pytest.approx(gain.to_dict())


def test_what_was_run_is_offered_where_the_other_was_not(fake_store: RunStore) -> None:
    for run_id in fake_store.runs().query("method in ['pt', 'ipt']")["run_id"]:
        fake_store.delete_run(run_id)
    # The page opens with the comparison that has runs.
    assert open_page("similarity").title[0].value.endswith("help without training?")
    app = open_page("similarity", gain="ipt-pt")
    assert app.title[0].value == "When does a demonstration help prompt tuning?"
    (offer,) = [each for each in app.button if each.label.startswith("Show ICL")]
    offer.click().run()
    assert app.title[0].value == "When does a demonstration help without training?"
    assert app.dataframe and not app.info


def test_the_whole_page_counts_independent_runs_alone(fake_store: RunStore) -> None:
    before = open_page("similarity")
    add_crossed(fake_store)
    st.cache_data.clear()
    st.cache_resource.clear()
    app = open_page("similarity")
    assert len(fake_store.runs().query("task == 'mini-dart' and method == 'ipt'")) == 9
    (option,) = app.selectbox(key="similarity.runs").options
    assert option.endswith(", 3 seeds")
    assert shown(app) == shown(before)
    points = "similarity", "score_a", "score_b", "gain"
    assert app.dataframe[0].value[[*points]].equals(before.dataframe[0].value[[*points]])
    assert app.code[-1].value == before.code[-1].value


def test_inputs_are_paired_once(fake_store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    paired: list[str] = []
    plain = similarity.paired_gain

    def counted(*ledgers: pd.DataFrame, **how: str) -> pd.DataFrame:
        paired.append("once")
        return plain(*ledgers, **how)

    # Each page is reached from the Overview, which pairs for itself.
    open_page("overview")
    monkeypatch.setattr(similarity, "paired_gain", counted)
    open_page("similarity")
    open_page("similarity", count="9")
    assert paired == ["once"]


def test_it_opens_on_the_nearest_demonstration(fake_store: RunStore) -> None:
    runs = fake_store.runs()
    (dense,) = runs.loc[(runs["task"] == "mini-dart") & (runs["method"] == "icl"), "run_id"]
    fake_store.delete_run(dense)
    world = World(get_task("mini-dart"), 60)
    for retriever in ("random", "dense"):
        retrieval = RetrievalArguments(retriever=retriever)
        config = RunConfig(task="mini-dart", method="icl", retrieval=retrieval)
        write_run(fake_store, world, config, None)
    app = open_page("similarity", gain="icl-zero")
    chosen = app.selectbox(key="similarity.runs")
    assert ["dense" in option for option in chosen.options] == [True, False]
    assert "dense" in chosen.value


def test_base_models_are_compared_apart(fake_store: RunStore) -> None:
    assert "similarity.model" not in {box.key for box in open_page("similarity").selectbox}
    world = World(get_task("mini-dart"), 60).harder(0.3)
    for method, retrieval in (("zero_shot", None), ("icl", RetrievalArguments())):
        config = RunConfig(
            task="mini-dart", method=method, retrieval=retrieval, base_model="an/other"
        )
        write_run(fake_store, world, config, None)
    rows = ledger(fake_store).query("task == 'mini-dart' and method == 'icl'")
    for model in (DEFAULT_BASE_MODEL, "an/other"):
        app = open_page("similarity", gain="icl-zero", model=model)
        assert app.selectbox(key="similarity.model").value == model
        assert len(app.selectbox(key="similarity.runs").options) == 1
        own = rows[rows["base_model"] == model].set_index("example_id")["bleu"]
        shown_scores = app.dataframe[0].value.set_index("example_id")["score_b"]
        assert shown_scores.to_dict() == pytest.approx(own.to_dict())
    assert (
        "There are no runs of PT and IPT" in open_page("similarity", model="an/other").info[0].value
    )


def test_the_rise_is_said_of_the_training_data(fake_store: RunStore) -> None:
    said = shown(open_page("similarity"))
    assert "The nearer an input is to the training data, the more IPT gains over PT: holds" in said
    assert "The nearer the demonstration" not in said


def test_the_leakage_limit_drops_near_duplicates(fake_store: RunStore) -> None:
    app = open_page("similarity", limit="0.7")
    rows = ledger(fake_store).query("task == 'mini-dart' and method == 'pt' and seed == 0")
    kept = rows[rows["nearest_similarity"] <= 0.7]
    assert set(app.dataframe[0].value["example_id"]) == set(kept["example_id"])
    assert f"{len(rows) - len(kept)} inputs above the leakage limit are left out" in shown(app)


def test_a_similarity_link_opens_the_example(fake_store: RunStore) -> None:
    rows = ledger(fake_store).query("task == 'mini-dart'")
    example = rows["example_id"].iloc[7]
    app = open_page("similarity", example=example)
    said = shown(app)
    for _, row in rows[(rows["example_id"] == example) & (rows["seed"] == 0)].iterrows():
        assert row["prediction"] in said
        assert f"run {row['run_id']}" in said


def ticked(app: AppTest) -> list[str]:
    """Ids of the examples whose rows are ticked."""
    table = app.dataframe[0]
    key = table.proto.id[table.proto.id.index("similarity.table.") :]
    rows = app.session_state[key]["selection"]["rows"]
    return list(table.value["example_id"].iloc[rows])


def test_the_open_example_stays_ticked(fake_store: RunStore) -> None:
    rows = ledger(fake_store).query("task == 'mini-dart' and method == 'pt' and seed == 0")
    near = rows.sort_values("nearest_similarity")["example_id"]
    example = near.iloc[20]
    app = open_page("similarity", example=example)
    assert ticked(app) == [example]
    # By another measure the same example stands in another row.
    app.selectbox(key="similarity.measure").set_value(WORDS).run()
    assert not app.exception
    assert app.dataframe[0].value["example_id"].tolist().index(example) != 20
    assert ticked(app) == [example]


def test_an_opened_example_reads_no_more_texts_than_it_shows(
    fake_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_swaps_and_transfer(fake_store)
    example = ledger(fake_store).query("task == 'mini-dart'")["example_id"].iloc[7]
    read: list[str] = []
    plain = RunStore.ledger

    def counted(self: RunStore, run_ids: list[str], columns: list[str] | None = None) -> object:
        read.extend(run_ids if columns is None or "prediction" in columns else ())
        return plain(self, run_ids, columns)

    monkeypatch.setattr(RunStore, "ledger", counted)
    app = open_page("similarity", example=example)
    runs = fake_store.runs().set_index("run_id")
    assert sorted(runs.loc[read, "method"]) == ["icl", "ipt", "pt", "zero_shot"]
    assert all(f"run {run_id}" in shown(app) for run_id in read)


def test_an_example_shows_methods_that_lack_a_metric(fake_store: RunStore) -> None:
    runs = fake_store.runs()
    (run_id,) = runs.loc[(runs["task"] == "mini-mtop") & (runs["method"] == "icl"), "run_id"]
    without_metric(fake_store, run_id, "mtop_template")
    example = ledger(fake_store).query("task == 'mini-mtop'")["example_id"].iloc[3]
    assert f"run {run_id}" in shown(open_page("similarity", task="mini-mtop", example=example))


def test_bins_and_policies_are_rows_too(fake_store: RunStore) -> None:
    app = open_page("similarity", count="4", bins="quantile")
    rows = ledger(fake_store).query("task == 'mini-dart' and method in ['pt', 'ipt']")
    (bins,) = [t.value for t in app.dataframe if "gain of the bin" in t.value]
    near = rows.drop_duplicates("example_id").set_index("example_id")["nearest_similarity"]
    assert bins["inputs"].sum() == len(near)
    last = bins.iloc[-1]
    inside = rows[rows["example_id"].isin(near[near >= last["from"]].index)]
    by_method = {name: bleu(run) for name, run in inside.groupby("method")}
    assert last["score_a"] == pytest.approx(by_method["pt"])
    assert last["score_b"] == pytest.approx(by_method["ipt"])
    assert last["gain of the bin"] == pytest.approx(by_method["ipt"] - by_method["pt"])
    (policies,) = [t.value for t in app.dataframe if "policy" in t.value]
    assert policies["policy"].tolist() == ["always PT", "always IPT", "by similarity", "oracle"]
    (cuts,) = [t.value for t in app.dataframe if "threshold" in t.value]
    assert cuts["shown"].max() == 100
    assert cuts["shown"].min() == 0


def test_without_pairs_similarity_says_what_to_run(fake_store: RunStore) -> None:
    for run_id in fake_store.runs().query("task == 'mini-dart' and method == 'pt'")["run_id"]:
        fake_store.delete_run(run_id)
    app = open_page("similarity", gain="ipt-pt")
    assert "There are no runs of PT on" in app.info[0].value
    assert app.code[0].value == "ipt run --task mini-dart --method pt"
    assert [link.proto.label for link in app.get("page_link")][-1] == "Train PT"


@pytest.mark.parametrize("there", [("ipt",), ("pt",), ("pt", "ipt")])
def test_the_way_to_a_pair_has_the_settings_of_the_run_that_is_there(
    fake_store: RunStore, there: tuple[str, ...]
) -> None:
    for run_id in fake_store.runs().query("task == 'mini-dart'")["run_id"]:
        fake_store.delete_run(run_id)
    steps, task = {"pt": 30, "ipt": 20}, get_task("mini-dart")
    for method in there:
        shown = RetrievalArguments() if method == "ipt" else None
        training = TrainingConfig(
            task="mini-dart",
            prompt_tuning=PromptTuningConfig(num_virtual_tokens=7),
            training=TrainingArguments(max_steps=steps[method]),
            retrieval=shown,
        )
        config = RunConfig(task="mini-dart", method=method, training=training, retrieval=shown)
        write_run(fake_store, World(task, 60), config, write_prompt(fake_store, training))
    app = open_page("similarity", task="mini-dart")
    wanted, like = ("ipt", "pt") if there == ("pt",) else ("pt", "ipt")
    said = {"pt": "PT", "ipt": "IPT"}
    many = (
        "There are runs of both on" if len(there) == 2 else f"There are no runs of {said[wanted]}"
    )
    assert app.info[0].value.startswith(many)
    (command,) = [code.value for code in app.code]
    options = f"--num-virtual-tokens 7 --max-steps {steps[like]}"
    assert command == f"ipt run --task mini-dart --method {wanted} --seed 0 {options}"
    link = app.get("page_link")[-1].proto
    assert link.label == f"Train {said[wanted]}"
    form = open_page("train", **dict(parse_qsl(link.query_string)))
    # The form says the same, but for what is tuned for the task and method.
    (shown_command,) = [code.value for code in form.code if code.value.startswith("ipt run")]
    asked = config_of(shown_command).training
    made = config_of(command).training
    assert asked is not None and asked == made
    assert (asked.training.max_steps, asked.prompt_tuning.num_virtual_tokens) == (steps[like], 7)


def test_what_needs_no_training_is_to_be_evaluated(fake_store: RunStore) -> None:
    for run_id in fake_store.runs().query("task == 'mini-dart' and method == 'icl'")["run_id"]:
        fake_store.delete_run(run_id)
    app = open_page("similarity", gain="icl-zero")
    assert "There are no runs of ICL on" in app.info[0].value
    link = app.get("page_link")[-1].proto
    assert link.label == "Evaluate ICL"
    assert "do=evaluate" in link.query_string and "method=icl" in link.query_string


def test_runs_that_lack_a_metric_say_how_to_get_it(fake_store: RunStore) -> None:
    runs = fake_store.runs()
    (run_id,) = runs.loc[
        (runs["task"] == "mini-mtop") & (runs["method"] == "ipt") & (runs["seed"] == 0), "run_id"
    ]
    without_metric(fake_store, run_id, "mtop_template")
    app = open_page("similarity", task="mini-mtop", metric="mtop_template")
    assert "1 of these runs are not judged by Template match yet." in shown(app)
    assert [code.value for code in app.code] == [f"ipt rescore {run_id} --metric mtop_template"]
    rescore(fake_store, run_id, ["mtop_template"])
    st.cache_data.clear()
    assert "not judged" not in shown(open_page("similarity", task="mini-mtop"))


def test_similarity_can_be_measured_by_words(fake_store: RunStore) -> None:
    from ipt_engine.nearness import WORDS, nearest_similarity

    app = open_page("similarity", task="mini-dart", measure=WORDS)
    points = table(app, "similarity", "gain")
    by_id = nearest_similarity("mini-dart", WORDS)
    found = points.set_index("example_id")["similarity"]
    assert found.to_dict() == pytest.approx(by_id[found.index].to_dict())
    plain = table(open_page("similarity", task="mini-dart"), "similarity", "gain")
    assert set(plain["example_id"]) == set(points["example_id"])
    assert plain["similarity"].tolist() != points["similarity"].tolist()


def test_similarity_shows_what_swapping_does(wide_store: RunStore) -> None:
    app = open_page("similarity", task="mini-dart")
    rows = ledger(wide_store).query("task == 'mini-dart' and method == 'icl'")
    by_retriever = {name: bleu(run) for name, run in rows.groupby("retriever")}
    found = table(app, "mean similarity")
    icl = found[found["method"] == "ICL"].set_index("demonstration")
    for name, arm in (("dense", "nearest"), ("farthest", "farthest"), ("median", "median")):
        column = next(c for c in found.columns if "BLEU" in c)
        assert float(icl.loc[arm, column]) == pytest.approx(by_retriever[name], abs=0.06)
    assert "With the input held fixed, a more similar demonstration helps ICL" in shown(app)
