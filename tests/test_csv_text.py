"""CSV that is downloaded: what a cell holds is read back by any program, lists as JSON."""

import io
import json

import numpy as np
import pandas as pd

from ipt_engine.csv_text import csv_text


def _back(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(csv_text(frame)))


def test_lists_are_json() -> None:
    lists = {
        "ids": [["a", 'say "ß", b'], []],
        "similarities": [[np.float64(0.4344615042209625)], np.array([0.5, np.nan])],
        "counts": [(np.int64(3), None), None],
        "by_name": [{"bleu": np.float32(0.5), "ok": True}, {}],
    }
    read = _back(pd.DataFrame(lists))
    assert [json.loads(cell) for cell in read["ids"]] == lists["ids"]
    assert [json.loads(cell) for cell in read["similarities"]] == [
        [0.4344615042209625],
        [0.5, None],
    ]
    assert json.loads(read["counts"][0]) == [3, None] and pd.isna(read["counts"][1])
    assert json.loads(read["by_name"][0]) == {"bleu": 0.5, "ok": True}
    assert "ß" in csv_text(pd.DataFrame(lists)) and "float64" not in csv_text(pd.DataFrame(lists))


def test_everything_else_is_as_pandas_writes_it() -> None:
    frame = pd.DataFrame(
        [[1, 0.1, "x, y", None, True], [2, np.nan, "[1]", "z", False]],
        columns=["n", "score", "same", "same", "flag"],
    )
    assert csv_text(frame) == frame.to_csv(index=False)


def test_the_frame_itself_stays() -> None:
    frame = pd.DataFrame({"ids": [["a"]]})
    csv_text(frame)
    assert frame["ids"][0] == ["a"]
