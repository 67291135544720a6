"""Features and words -> Mood: a point on the valence-arousal plane, its names, and the twelve features.

    judged(song, features) -> Heard
    estimate(song, features) -> Mood

From sound, trained models judge: `affect` the point, `spotify` the twelve, `tags` words and emotions, `classes` the
mood classes. Features that come without sound go through published relations (`given`); the names of a point are
looked up on published maps (`maps`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tonescape.core.errors import UsageError
from tonescape.core.records import AudioFeatures, Heard, Mood
from tonescape.mood import affect, classes, given, maps, spotify, tags
from tonescape.mood.maps import QUADRANTS

if TYPE_CHECKING:
    from tonescape.core.records import Features, Song

__all__ = ["QUADRANTS", "estimate", "judged", "named", "place"]

GIVEN_SHARE = 0.5
"""how much a playlist's valence and energy count beside the estimate from sound where a song has both: neither has been
shown to be the better one"""


def judged(song: Song, features: Features | None) -> Heard:
    """A song with what was heard in it and its mood. What was heard says how long it is, whatever its header says.

    UsageError as in `estimate`.
    """
    if features is not None:
        song = replace(song, duration_s=features.duration_s)
    return Heard(song, features, estimate(song, features))


def estimate(song: Song, features: Features | None) -> Mood:
    """The mood of a song from what was heard, from the features that came with it, or from both.

    See `place` for the point and the twelve, `classes.of` for the classes. UsageError for a song with neither sound
    nor given features.
    """
    mood = place(song, features)
    return replace(mood, classes=classes.of(mood, recorded=features is not None))


def place(song: Song, features: Features | None) -> Mood:
    """Where a song lies on the plane, with the twelve features, words and emotions: a mood without its classes.

    features : None only for a song with `given`
    The twelve: a given value stands; the rest is measured or judged from the sound, or None without it.
    Valence and arousal: from sound (`affect.judge`), from given values (`given.judge`), or with both the mean by
    GIVEN_SHARE, each axis only where the given values speak to it. Sureness: of the point that results, so two
    sources that disagree are less sure than either.
    UsageError for a song with neither sound nor given features.
    """
    if song.given is None and features is None:
        raise UsageError(
            f"{song.title or song.uri or song.path or 'a song'!s}: neither sound nor features to judge it by"
        )
    given_features = given.clean(song.given) if song.given is not None else AudioFeatures()
    if features is None:
        return named(*given.judge(given_features), given_features, given_features.known())
    valence, arousal, sureness = affect.judge(features)
    audio = spotify.twelve(features)
    if known := given_features.known():
        valence, arousal, sureness = _combine(given_features, valence, arousal, sureness)
        audio = replace(audio, **{name: getattr(given_features, name) for name in known})
    mood = named(valence, arousal, sureness, audio, known)
    return replace(mood, tags=tags.tags(features), gems=tags.gems(features))


def _combine(
    given_features: AudioFeatures, valence: float, arousal: float, sureness: float
) -> tuple[float, float, float]:
    """What was heard, moved towards what was given."""
    before = affect.certainty(valence, arousal)
    if given_features.valence is not None:
        valence += GIVEN_SHARE * (given_features.valence - valence)
    given_arousal, known = given.arousal_of(given_features)
    arousal += GIVEN_SHARE * known * (given_arousal - arousal)
    trust = sureness / before if before > 0.0 else 0.0
    return valence, arousal, affect.certainty(valence, arousal) * min(1.0, trust)


def named(valence: float, arousal: float, sureness: float, audio: AudioFeatures, given: tuple[str, ...] = ()) -> Mood:
    """A mood with the names of its point: quadrant, Russell's and Thayer's words, and the grid's, which is looked up
    by (energy, valence): a playlist's own energy where it came with one, else arousal, so that a song that was heard
    does not read as urgent and tired at once."""
    energy = audio.energy if audio.energy is not None and "energy" in given else arousal
    return Mood(
        valence=valence,
        arousal=arousal,
        sureness=sureness,
        quadrant=maps.quadrant(valence, arousal),
        grid=maps.grid(energy, valence, arousal),
        russell=maps.russell(valence, arousal),
        thayer=maps.thayer(valence, arousal),
        audio=audio,
        given=given,
    )
