"""A screenplay and heard songs to a film score: songs for every scene, and a plan for the whole film."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tonescape.core.errors import InputError, UsageError
from tonescape.core.records import Cue, Excerpt, FilmScore, Heard, Match, Placement, Script, WordMood
from tonescape.score.options import AxisWeights, By, ScoreOptions, weights_from
from tonescape.score.sift import sift

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tonescape.score.axes import Offers, Targets
    from tonescape.score.plan import ScorePlan

__all__ = ["AxisWeights", "By", "ScoreOptions", "scene_moods", "score", "sift", "weights_from", "with_words"]

MAX_LYRICS = 50_000
"""characters of a song's words that are read; the longest of 6,262 has 36,000"""


def score(
    script: Script,
    library: Sequence[Heard],
    options: ScoreOptions | None = None,
    moods: Sequence[WordMood] | None = None,
    remarks: Sequence[str] = (),
) -> FilmScore:
    """Songs for every scene of a script, nearest first, and one plan for the film.

    moods : of the scenes, where they are known; else they are read from the scenes' words (see `scene_moods`)
    remarks : said before its own, such as those of a library that is sifted already (see `sift`)
    Songs that bring lyrics and no word mood yet get one (see `with_words`; call it yourself to do that once for several
    scripts). Deterministic: the same script, library and options give the same score.
    Raises InputError where the library or the script is empty; UsageError for options out of range, and where
    by="words" is asked of a library without words.
    """
    from tonescape.score import axes, cost
    from tonescape.score.plan import plan_film

    options = (options or ScoreOptions()).checked()
    if not script.scenes:
        raise InputError(f"{script.path or 'the script'}: there is no scene to score")
    if not library:
        raise InputError("no song of the library could be heard, so there is nothing to score with")
    sifted = sift(library, options)
    library, remarks = sifted.songs, (*remarks, *sifted.remarks)
    if options.by != "sound":
        library = with_words(library)
    if options.by == "words" and not any(heard.mood.words for heard in library):
        raise UsageError("--by words: no song of the library has words; give lyrics, or use --by sound")
    moods = scene_moods(script) if moods is None else moods
    asked, offered = axes.targets(script.scenes, moods), axes.offers(library)
    near = cost.distances(asked, offered, options)
    costs = cost.costs(near, asked, offered, options)
    nearest = cost.best(costs, options.per_scene)
    match = _Matcher(library, moods, asked, offered, options, near <= cost.limit(options))
    cues = tuple(
        Cue(scene, moods[row], tuple(match(row, int(song), float(costs[row, song])) for song in nearest[row]))
        for row, scene in enumerate(script.scenes)
    )
    planned = plan_film(script.scenes, asked, offered, options)
    all_remarks = (*script.remarks, *remarks, *_remarks(planned, library, options))
    return FilmScore(script, cues, _placements(planned, script, match), all_remarks)


def scene_moods(script: Script) -> Sequence[WordMood]:
    """The mood of each scene's words, against scenes of feature films; neutral for a scene without words."""
    from tonescape.mood.words import word_moods

    return word_moods([f"{scene.action}\n{scene.dialogue}" for scene in script.scenes], "scene")


def with_words(library: Sequence[Heard]) -> list[Heard]:
    """The songs, with the mood of their lyrics where they bring any in a language that the encoder reads."""
    from tonescape.mood.words import readable, word_moods

    rows = [i for i, h in enumerate(library) if h.mood.words is None and readable(h.song.lyrics or "")]
    moods = word_moods([(library[i].song.lyrics or "")[:MAX_LYRICS] for i in rows], "lyric")
    out = list(library)
    for row, mood in zip(rows, moods, strict=True):
        out[row] = replace(out[row], mood=replace(out[row].mood, words=mood))
    return out


class _Matcher:
    """Makes Match records, with reasons."""

    def __init__(
        self,
        library: Sequence[Heard],
        moods: Sequence[WordMood],
        asked: Targets,
        offered: Offers,
        options: ScoreOptions,
        near: NDArray[np.bool_],
    ) -> None:
        self.near = near
        self.library, self.moods, self.asked, self.offered, self.options = library, moods, asked, offered, options

    def __call__(self, row: int, song: int, distance: float, part: Excerpt | None = None) -> Match:
        """Song number `song` for scene number `row`. part : of the song; where none is given, one for the scene."""
        from tonescape.score.excerpt import excerpt
        from tonescape.score.why import why

        heard = self.library[song]
        asks = (float(self.asked.sound[row, 0]), float(self.asked.sound[row, 1]))
        has = (float(self.offered.sound[song, 0]), float(self.offered.sound[song, 1]))
        reason = why(self.moods[row], asks, heard, has, self.options)
        part = part or excerpt(heard, float(self.asked.seconds[row]), self.moods[row].arousal)
        return Match(heard.song, round(distance, 4), reason, heard.mood, part, bool(self.near[row, song]))


def _placements(planned: ScorePlan, script: Script, match: _Matcher) -> tuple[Placement, ...]:
    """A placement for each scene; one piece of music over several scenes is one part of its song, cut at the scenes."""
    from tonescape.score.excerpt import excerpt
    from tonescape.score.plan import ENDED

    out: list[Placement] = []
    start = 0.0
    whole: Excerpt | None = None
    heard_s = 0.0
    for row, (scene, entry) in enumerate(zip(script.scenes, planned.entries, strict=True)):
        seconds = min(entry.music, scene.seconds)
        if entry.song is None:
            reason = entry.why
            if entry.nearest is not None:
                song = match.library[entry.nearest].song
                name = song.title or (song.path.stem if song.path else song.uri or "untitled")
                reason = f"{entry.why}; nearest was {name} at distance {entry.distance:.2f}"
            out.append(Placement(scene.number, "silence", None, round(start, 1), 0.0, reason))
        else:
            if entry.role != "continues":
                heard_s = 0.0
                whole = excerpt(match.library[entry.song], _music(planned, row), match.moods[row].arousal)
            if whole is not None:
                seconds = max(0.0, min(seconds, whole.end - whole.start - heard_s))
            if entry.role == "continues" and round(seconds, 3) == 0:  # the part chosen of the song ends before the cue
                out.append(Placement(scene.number, "silence", None, round(start, 1), 0.0, ENDED))
                start += scene.seconds
                continue
            begin = (whole.start if whole else 0.0) + heard_s
            part = Excerpt(round(begin, 3), round(begin + seconds, 3), whole.why) if whole else None
            found = match(row, entry.song, entry.distance, part)
            reason = f"{entry.why}; {found.why}" if entry.why and found.why else entry.why or found.why
            out.append(Placement(scene.number, entry.role, found, round(start, 1), round(seconds, 3), reason))
            heard_s += seconds
        start += scene.seconds
    return tuple(out)


def _music(planned: ScorePlan, row: int) -> float:
    """Seconds of music of the cue that begins at scene `row`."""
    total = planned.entries[row].music
    for entry in planned.entries[row + 1 :]:
        if entry.role != "continues":
            break
        total += entry.music
    return total


def _remarks(planned: ScorePlan, library: Sequence[Heard], options: ScoreOptions) -> tuple[str, ...]:
    remarks = list(planned.remarks)
    worded = sum(heard.mood.words is not None for heard in library)
    if options.by != "sound" and not worded:
        remarks.append("no song brings lyrics, so all are matched by their sound alone")
    elif options.by != "sound" and worded < len(library):
        remarks.append(f"{worded} of {len(library)} songs have words; the others are matched by their sound alone")
    return tuple(remarks)
