"""Of a store's runs, those count as swaps that differ in the demonstration alone."""

from ipt_engine.analysis.swap_runs import swap_runs
from tests.simulated_factors import frame, run

KINDS = ("dense", "median", "random", "farthest")


def study() -> list[dict[str, object]]:
    """ICL, and three prompts of IPT, with each kind; PT and zero-shot beside them."""
    swaps = [run("icl", kind) for kind in KINDS]
    swaps += [run("ipt", kind, seed) for kind in KINDS for seed in range(3)]
    return [*swaps, run("zero_shot"), *(run("pt", seed=seed) for seed in range(3))]


def others(*odd: dict[str, object]) -> set[str]:
    """The places of the study's own runs that are not chosen, and of the odd ones that are."""
    own = study()
    chosen = set(swap_runs(frame(*own, *odd))["run_id"])
    whole = {f"r{place}" for place in range(len(own))}
    return chosen ^ whole


def test_a_study_counts_whole() -> None:
    assert others() == set()


def test_runs_of_another_setting_are_left_out() -> None:
    assert others(run("icl", "dense", instruction=False)) == set()
    assert others(*(run("icl", kind, encoder="other") for kind in KINDS)) == set()
    assert others(run("icl", "dense", n=20), run("ipt", "farthest", 9, n=20)) == set()
    assert others(run("zero_shot", instruction=False)) == set()
    for change in ({"steps": 60}, {"tokens": 5}, {"rate": 0.3}):
        more = [run("ipt", kind, seed, **change) for kind in KINDS for seed in range(2)]
        assert others(*more) == set(), change
        # More seeds of PT than of the PT that was trained as IPT was.
        assert others(*(run("pt", seed=seed, **change) for seed in range(5))) == set(), change


def test_a_new_setting_with_as_much_displaces_the_older() -> None:
    own, newer = study(), [run("icl", kind, instruction=False) for kind in KINDS]
    only_icl = own[: len(KINDS)]
    assert set(swap_runs(frame(*only_icl, *newer))["run_id"]) == {"r4", "r5", "r6", "r7"}


def test_crossed_trainings_are_no_independent_prompts() -> None:
    pairs = [(i, j) for i in range(3) for j in range(3) if i != j]
    crossed = [run("pt", seed=i, order_seed=j) for i, j in pairs]
    crossed += [run("ipt", kind, i, order_seed=j) for kind in KINDS for i, j in pairs]
    assert others(*crossed) == set()


def test_independent_prompts_are_chosen_among_those_with_every_kind() -> None:
    """Prompts whose two seeds are the same come first, yet not where they miss the other kinds."""
    rows = [run("ipt", "dense", seed) for seed in range(3)]
    crossed = [(0, 1), (1, 2), (2, 0)]
    rows += [run("ipt", kind, i, order_seed=j) for kind in KINDS for i, j in crossed]
    chosen = swap_runs(frame(*rows))
    assert set(zip(chosen["init_seed"], chosen["order_seed"], strict=True)) == set(crossed)
    assert len(chosen) == len(crossed) * len(KINDS)


def test_where_nothing_was_swapped_there_is_nothing() -> None:
    assert swap_runs(frame(run("zero_shot"), run("pt"))).empty
    assert swap_runs(frame(run("icl", "dense"), run("pt"))).empty
    assert swap_runs(frame(run("ipt", "dense", 0), run("ipt", "random", 1))).empty
    assert swap_runs(frame(run("icl", "dense")).iloc[:0]).empty


def test_pt_trained_otherwise_than_ipt_does_not_stand_beside_it() -> None:
    swaps = [run("ipt", kind, seed) for kind in KINDS for seed in range(2)]
    assert "pt" not in set(swap_runs(frame(*swaps, run("pt", tokens=5)))["method"])
    # Learning rate and start may differ: each method is best trained with what suits it.
    assert "pt" in set(swap_runs(frame(*swaps, run("pt", rate=0.3)))["method"])
