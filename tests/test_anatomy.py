"""Soft prompts from outside: nearest words, paths, the map, each against plain arithmetic."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from transformers import GPTNeoXConfig, GPTNeoXForCausalLM

from ipt_engine.analysis.anatomy import nearest_tokens, prompt_map, training_paths
from ipt_engine.errors import ModelError
from ipt_engine.plots import knockout_bars, training_path, vector_lengths
from ipt_engine.plots import prompt_map as draw_map
from ipt_engine.vocabulary import load_vocabulary
from tests.tiny import tiny_model, tiny_tokenizer

RANDOM = np.random.default_rng(0)


def test_nearest_tokens_are_those_of_a_plain_search() -> None:
    table = RANDOM.normal(size=(40, 8)).astype(np.float32)
    vectors = np.vstack([RANDOM.normal(size=(4, 8)), 3.0 * table[7], np.zeros(8)])
    found = nearest_tokens(vectors, table, [f"w{i}" for i in range(40)], 3)
    assert len(found) == 6 * 3
    for position, vector in enumerate(vectors[:5], 1):
        cosines = [float(vector @ t / np.linalg.norm(vector) / np.linalg.norm(t)) for t in table]
        order = np.argsort(cosines)[::-1][:3]
        rows = found[found["position"] == position]
        assert rows["token"].tolist() == [f"w{i}" for i in order]
        np.testing.assert_allclose(rows["cosine"], [cosines[i] for i in order], atol=1e-6)
        assert rows["length"].iloc[0] == pytest.approx(np.linalg.norm(vector))
    copied = found[found["position"] == 5].iloc[0]
    assert (copied["token"], round(copied["cosine"], 6)) == ("w7", 1.0)
    assert copied["length"] == pytest.approx(3 * copied["token_length"], rel=1e-6)
    assert (found.loc[found["position"] == 6, "cosine"] == 0).all()


def history(places: np.ndarray) -> pd.DataFrame:  # type: ignore[type-arg]
    rows = [{"step": 20 * i, "dev_loss": 1.0, "sketch": list(p)} for i, p in enumerate(places)]
    return pd.DataFrame([*rows, {"step": 21, "dev_loss": None, "sketch": np.nan}])


def test_a_path_in_a_plane_keeps_its_distances() -> None:
    directions = np.linalg.qr(RANDOM.normal(size=(64, 2)))[0].T
    flat = {name: RANDOM.normal(size=(4, 2)) for name in ("a", "b")}
    paths, share = training_paths({n: history(p @ directions) for n, p in flat.items()})
    assert share == pytest.approx(1.0)
    assert paths["step"].tolist() == [0, 20, 40, 60] * 2
    drawn = paths[["x", "y"]].to_numpy()
    true = np.vstack(list(flat.values()))
    between = [np.linalg.norm(p[:, None] - p[None], axis=-1) for p in (drawn, true)]
    np.testing.assert_allclose(between[0], between[1], atol=1e-9)
    assert training_paths({"c": pd.DataFrame({"step": [1]})})[0].empty


def test_on_the_map_a_prompt_in_another_order_is_the_same() -> None:
    one, other = RANDOM.normal(size=(2, 6, 16))
    found, share = prompt_map({"a": one, "b": one[::-1], "c": other, "zero": np.zeros((2, 16))})
    places = found.set_index("prompt_id")[["x", "y"]]
    assert list(places.index) == ["a", "b", "c"]
    np.testing.assert_allclose(places.loc["a"], places.loc["b"], atol=1e-6)
    assert np.linalg.norm(places.loc["a"] - places.loc["c"]) > 0.5
    assert share == pytest.approx(1.0)
    assert prompt_map({"a": one})[0][["x", "y"]].to_numpy().tolist() == [[0.0, 0.0]]


@pytest.mark.parametrize("kind", ["llama", "gpt2", "opt", "bloom"])
def test_the_vocabulary_is_the_models_own(kind: str, tmp_path: Path) -> None:
    model, tokenizer = tiny_model(kind, torch.float32), tiny_tokenizer()
    model.save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    found = load_vocabulary(str(tmp_path))
    table = model.get_input_embeddings().weight.detach().numpy()
    np.testing.assert_array_equal(found.table, table[: len(found.texts)])
    for i in (0, 3, len(found.texts) - 1):
        assert found.texts[i] == tokenizer.decode([i])
    (tmp_path / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match=r"no tokenizer\.json"):
        load_vocabulary(str(tmp_path))


def test_the_vocabulary_of_a_model_in_bfloat16_and_under_gpt_neox_name(tmp_path: Path) -> None:
    config = GPTNeoXConfig(
        vocab_size=len(tiny_tokenizer()), hidden_size=8, num_hidden_layers=1,
        num_attention_heads=2, intermediate_size=8,
    )  # fmt: skip
    model = GPTNeoXForCausalLM(config).to(torch.bfloat16)
    model.save_pretrained(tmp_path)
    tiny_tokenizer().save_pretrained(tmp_path)
    found = load_vocabulary(str(tmp_path)).table
    assert found.dtype == np.float32
    table = model.get_input_embeddings().weight.detach().float().numpy()
    np.testing.assert_array_equal(found, table[: len(found)])


def test_pictures_say_what_they_rest_on() -> None:
    table = RANDOM.normal(size=(9, 4)).astype(np.float32)
    tokens = nearest_tokens(RANDOM.normal(size=(3, 4)), table, ["<b>x</b>"] * 9, 2)
    lengths = vector_lengths(tokens, "pt")
    assert "&lt;b&gt;x" in lengths.data[0].hovertext[0]
    assert "3 virtual tokens" in lengths.layout.xaxis.title.text
    paths, share = training_paths({"a": history(RANDOM.normal(size=(3, 64)))})
    path = training_path(paths, {"a": ("<i>PT</i>", "pt")}, share)
    legend, way = path.data
    assert legend.name == "PT" and not way.showlegend
    assert "&lt;i&gt;PT" in way.hovertext[0] and "1 prompt;" in path.layout.xaxis.title.text
    paths, share = training_paths(
        {name: history(RANDOM.normal(size=(3, 64))) for name in ("a", "b")}
    )
    names = {"a": ("PT, seed 0", "pt"), "b": ("PT, seed 1", "pt")}
    other, thick = [way for way in training_path(paths, names, share, "a").data if way.customdata]
    assert thick.customdata[0] == ["a"] and thick.line.width > 2 * other.line.width
    points = pd.DataFrame(
        {"prompt_id": ["a"], "x": [0.0], "y": [0.0], "task": ["t"], "method": ["pt"], "seed": [1],
         "num_virtual_tokens": [5]}
    )  # fmt: skip
    assert "5 virtual tokens" in draw_map(points, {"t": "T"}, 1.0).data[0].hovertext[0]
    changes = pd.DataFrame({"position": [1, 2], "change": [0.2, -0.1], "inputs": [40, 40]})
    bars = knockout_bars(changes, "ipt")
    assert "0.100 lower" in bars.data[0].hovertext[1]
    assert "40 dev inputs" in bars.layout.xaxis.title.text
