"""Transfer: gains over ICL, and the runs behind a cell."""

from urllib.parse import parse_qs

import numpy as np
import pytest

from ipt_engine.runs import RunStore
from tests.dashboard_app import open_page, table
from tests.ledger_oracles import bleu, ledger

pytestmark = pytest.mark.usefixtures("fresh_caches", "quick_ranking")


def test_transfer_is_the_gain_over_icl(wide_store: RunStore) -> None:
    app = open_page("transfer")
    rows = ledger(wide_store).query("task == 'mini-dart'")
    runs = wide_store.runs().query("task == 'mini-dart' and retriever == 'dense'")
    icl = bleu(rows[rows["run_id"] == runs[runs["method"] == "icl"]["run_id"].iloc[0]])
    foreign = runs[runs["source_task"] == "mini-mtop"]["run_id"]
    assert len(foreign) == 3
    gain = np.mean([bleu(rows[rows["run_id"] == i]) for i in foreign]) - icl
    found = table(app, "used on")
    line = found[(found["used on"] == "Mini-DART") & (found["prompt"] == "Mini-MTOP")].iloc[0]
    assert line["gain"] == pytest.approx(gain)
    assert line["without it"] == pytest.approx(icl)
    assert {"untrained prompt", "noise, as long as a trained prompt"} <= set(found["prompt"])


def test_a_ticked_cell_of_transfer_leads_to_its_runs(wide_store: RunStore) -> None:
    app = open_page("transfer", cell="mini-dart:mini-mtop")
    (link,) = [e.proto for e in app.get("page_link") if "behind" in e.proto.label]
    ids = parse_qs(link.query_string)["runs"][0].split(",")
    runs = wide_store.runs().query("task == 'mini-dart' and retriever == 'dense'")
    foreign = runs[runs["source_task"] == "mini-mtop"]["run_id"]
    icl = runs[runs["method"] == "icl"]["run_id"]
    assert ids == [*(i for i in ids if i in set(foreign)), icl.iloc[0]]
    assert set(ids) == {*foreign, icl.iloc[0]}
