"""A prompt's sketch: a projection, the same each time, that keeps distances."""

import numpy as np

from ipt_engine.sketch import DIMENSIONS, sketch


def test_it_is_linear_and_the_same_each_time() -> None:
    one, other = np.random.default_rng(0).normal(size=(2, 5, 16))
    assert sketch(one) == sketch(one.copy())
    assert len(sketch(one)) == DIMENSIONS
    np.testing.assert_allclose(
        sketch(2 * one - other), 2 * np.array(sketch(one)) - sketch(other), rtol=1e-3, atol=1e-3
    )
    assert sketch(np.zeros((5, 16))) == [0.0] * DIMENSIONS


def test_distances_are_kept() -> None:
    prompts = np.random.default_rng(1).normal(size=(30, 25, 64))
    prompts += np.linspace(0, 3, 30)[:, None, None] * np.random.default_rng(2).normal(size=(25, 64))
    places = np.array([sketch(prompt) for prompt in prompts])
    pairs = np.triu_indices(30, 1)

    def distances(points: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
        flat = points.reshape(30, -1)
        return np.asarray(np.linalg.norm(flat[:, None] - flat[None], axis=-1)[pairs])

    ratios = distances(places) / distances(prompts)
    # One standard deviation is 1 / sqrt(2 * 64) = 0.088.
    assert abs(ratios.mean() - 1) < 0.1
    assert np.quantile(abs(ratios - 1), 0.9) < 0.25
