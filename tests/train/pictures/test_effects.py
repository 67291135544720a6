"""The additive model finds effects that were put in, and none that were not."""

from __future__ import annotations

import numpy as np
import pytest

from tonescape.core.errors import UsageError
from tonescape.train.pictures.effects import dealt, effects, report
from tonescape.train.pictures.judged import plane

COUNT, MOTIFS, STYLES = 600, 5, 4


def test_known_effects_are_found_and_noise_is_not_taken_for_any() -> None:
    rng = np.random.default_rng(1)
    motif, style = dealt(COUNT, MOTIFS, STYLES)
    asked = plane(COUNT)
    adds = np.array([[-1.0, 0.0], [0.0, 0.0], [1.0, 0.0], [0.0, 0.0]])
    true = 2.0 * (asked - 0.5) + adds[style]
    judged = [0.5 + 0.1 * (true + 0.3 * rng.standard_normal(true.shape)) for _ in range(2)]
    found = effects(asked, motif, style, judged)
    spread = true.std(axis=0)
    assert np.allclose(np.diag(found.slopes) * np.hypot(spread, 0.3), 2.0, atol=0.15)
    assert np.abs(found.slopes - np.diag(np.diag(found.slopes))).max() < 0.15
    assert found.styles[2, 0] - found.styles[0, 0] > 1.5 and np.abs(found.motifs).max() < 0.12
    assert np.abs(found.styles[:, 1]).max() < 0.12
    assert found.agree[1, 0] > 0.98


def test_fewer_pictures_than_motifs_are_refused() -> None:
    with pytest.raises(UsageError, match="--count 5 leaves motifs or styles out"):
        report(None, None, count=5)


def test_everything_is_dealt_equally_often_and_independently() -> None:
    motif, style = dealt(COUNT, MOTIFS, STYLES)
    assert set(np.bincount(motif)) == {COUNT // MOTIFS} and set(np.bincount(style)) == {COUNT // STYLES}
    table = np.zeros((MOTIFS, STYLES))
    np.add.at(table, (motif, style), 1)
    assert table.min() > 15
