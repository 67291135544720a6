"""How long a song is: what decodes, whatever its header says."""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from lying_files import SECONDS, WRITERS, cut_mp3, encoded, piped_flac, xing
from tonescape import hear, mood
from tonescape.core.records import Song
from tonescape.hear import decode as decoding
from tonescape.hear.decode import decode
from tonescape.pipeline import hear as heard_in


@pytest.mark.parametrize("name", WRITERS)
def test_the_length_is_what_decodes(tmp_path: Path, name: str) -> None:
    path = WRITERS[name](tmp_path)
    assert decode(path).duration_s == pytest.approx(SECONDS, abs=0.2)
    assert decode(path, cap_s=2.0).duration_s == pytest.approx(SECONDS, abs=0.2), "beyond the cap it is counted"


def test_a_header_is_asked_where_counting_ends_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "COUNTED_S", 4.0)
    assert decode(encoded(tmp_path / "a.flac", "flac"), cap_s=2.0).duration_s == pytest.approx(SECONDS, abs=0.01)
    assert 4.0 < decode(piped_flac(tmp_path), cap_s=2.0).duration_s < 5.0, "no header: what was counted"
    monkeypatch.setattr(decoding, "LONGEST_CLAIM_S", 5.0)
    assert 4.0 < decode(tmp_path / "a.flac", cap_s=2.0).duration_s < 5.0, "a claim that cannot be believed"


def test_a_song_that_was_heard_has_the_length_that_was_heard(tmp_path: Path) -> None:
    path = xing(tmp_path, 3.0)
    claimed = Song(path=path, title="T", duration_s=27.0)
    assert mood.judged(claimed, hear.listen(path)).song.duration_s == pytest.approx(SECONDS, abs=0.2)
    (found,) = heard_in([path], tmp_path / "cache", 1)
    (again,) = heard_in([path], tmp_path / "cache", 1)
    assert found.song.duration_s == again.song.duration_s == pytest.approx(SECONDS, abs=0.2)  # type: ignore[union-attr]


def test_the_lying_headers_lie(tmp_path: Path) -> None:
    """Else the tests above would test nothing."""
    for path in (xing(tmp_path, 3.0), cut_mp3(tmp_path)):
        with av.open(str(path)) as container:
            assert container.duration is not None and container.duration / 1e6 > 2 * SECONDS
