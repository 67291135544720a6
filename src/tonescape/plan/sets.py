"""What to paint for songs that belong together."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, replace
from math import sqrt
from typing import TYPE_CHECKING, Literal, TypeAlias

from tonescape.core.errors import UsageError
from tonescape.core.records import AudioFeatures, Brief, Mood, Reason, Song
from tonescape.mood import QUADRANTS, named
from tonescape.plan import approaches, shape
from tonescape.plan import seed as seeds
from tonescape.plan import style as styles
from tonescape.plan.brief import asked_for, bare_brief, plan, restyled
from tonescape.plan.reasons import explain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tonescape.core.records import Features

    Planned: TypeAlias = Sequence[tuple[Song, Features | None, Mood]]

StyleRule: TypeAlias = Literal["one", "mood", "song"]
"""who shares a style: the whole set, the songs of one quadrant, or nobody"""

TOGETHER = 0.25
"""root mean square distance of songs from their mean point on the valence-arousal plane up to which one style suits
them all: somewhat more than the .204 of points spread evenly over a quadrant; over the whole plane it is .408"""

MAX_VARIANTS = 24
"""variants of a song, at most"""

AGAIN_IN_SET, AGAIN_IN_VARIANTS = 2, 5
"""how many times `choose.REPEAT` speaks against a motif or style for each time that it was taken: in a set it may
come back when nothing else suits, among variants of one song hardly ever"""


def plan_set(
    songs: Planned,
    title: str,
    *,
    style: str | None = None,
    motif: str | None = None,
    seed: int | None = None,
    prompt: str | None = None,
    rule: StyleRule | None = None,
    variants: int = 1,
) -> tuple[list[Brief], Brief | None]:
    """What to paint for songs that belong together: briefs, and one for all of them (None for a single song).

    title : of the playlist      prompt : of `approaches.APPROACHES`, None for the weighted one
    rule : who shares a style where none is asked for; None takes "one" for songs of alike mood (TOGETHER), else "mood"
    variants : briefs of each song, after one another, that differ in seed and, unless asked for, motif and style
    Motifs that the set shows already are taken less gladly, and so are styles. The rest, and the errors, as in `plan`.
    """
    if not 1 <= variants <= MAX_VARIANTS:
        raise UsageError(f"{variants} variants of a song are not possible; choose 1 to {MAX_VARIANTS}")
    asked = asked_for(style, motif, seed)
    briefs: list[Brief] = []
    firsts: list[Brief] = []
    used: Counter[str] = Counter()
    used_styles: Counter[str] = Counter()
    for song, heard, mood in songs:
        own, own_styles = (used, used_styles) if variants == 1 else (Counter[str](), Counter[str]())
        for turn in range(variants):
            first = briefs[-turn].seed if turn else 0
            number = seed if turn == 0 else (first + turn) % (seeds.MAX_SEED + 1)
            briefs.append(
                plan(song, heard, mood, style=style, motif=motif, seed=number, used=own, used_styles=own_styles)
            )
            again = AGAIN_IN_SET if variants == 1 else AGAIN_IN_VARIANTS
            own[briefs[-1].motif] += again
            own_styles[briefs[-1].style] += again
        firsts.append(briefs[-variants])
    whole = playlist_brief(title, firsts, style=style, motif=motif, seed=seed) if len(firsts) > 1 else None
    if whole is not None and style is None and variants == 1:
        briefs, whole = _styled(briefs, whole, rule or _rule(briefs), asked)
    if prompt is not None:
        own_songs = [song for song, _, _ in songs]
        each = [song for song in own_songs for _ in range(variants)]
        briefs = [approaches.asked(brief, [song], prompt) for brief, song in zip(briefs, each, strict=True)]
        whole = approaches.asked(whole, own_songs, prompt) if whole is not None else None
    return briefs, whole


def _rule(briefs: Sequence[Brief]) -> StyleRule:
    return "one" if spread([brief.mood for brief in briefs]) <= TOGETHER else "mood"


def spread(moods: Sequence[Mood]) -> float:
    """Root mean square distance of points on the valence-arousal plane from their mean; 0 for one."""
    count = len(moods)
    mean_v, mean_a = sum(mood.valence for mood in moods) / count, sum(mood.arousal for mood in moods) / count
    return sqrt(sum((mood.valence - mean_v) ** 2 + (mood.arousal - mean_a) ** 2 for mood in moods) / count)


def _styled(briefs: list[Brief], whole: Brief, rule: StyleRule, asked: frozenset[str]) -> tuple[list[Brief], Brief]:
    """Briefs in the styles that `rule` gives them; the picture of the whole set takes the commonest."""
    if rule == "one":
        return [restyled(brief, whole.style, asked, "the whole set") for brief in briefs], whole
    if rule == "mood":
        chosen = _style_of_quadrants(briefs, seeds.identity(whole.title, whole.artist))
        briefs = [
            restyled(brief, chosen[brief.mood.quadrant], asked, f"the set's {QUADRANTS[brief.mood.quadrant]} songs")
            for brief in briefs
        ]
    counts = Counter(brief.style for brief in briefs)
    commonest = min(counts, key=lambda name: (-counts[name], name))
    made = restyled(whole, commonest, asked, "")
    mine = Reason(f"style {commonest}", f"the commonest of the set's pictures: {counts[commonest]} of {len(briefs)}")
    reasons = explain(made, asked=asked, voices=whole.songs)
    return briefs, replace(made, reasons=tuple(mine if r.choice == mine.choice else r for r in reasons))


def _style_of_quadrants(briefs: Sequence[Brief], identity: int) -> dict[str, str]:
    """A style for each quadrant that has songs, by their mean mood; the fullest quadrant chooses first."""
    groups: dict[str, list[Mood]] = {}
    for brief in briefs:
        groups.setdefault(brief.mood.quadrant, []).append(brief.mood)
    chosen: dict[str, str] = {}
    for quadrant, moods in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0])):
        chosen[quadrant] = styles.pick(_mean_mood(moods), identity, used=Counter(chosen.values()))
    return chosen


def playlist_brief(
    title: str,
    briefs: Sequence[Brief],
    *,
    style: str | None = None,
    motif: str | None = None,
    seed: int | None = None,
) -> Brief:
    """One picture for many songs: from their mean mood and mean features, the commonest key, the mean contour.

    The rest as in `plan`. UsageError for no briefs.
    """
    if not briefs:
        raise UsageError("a playlist picture needs at least one song")
    brief = bare_brief(Song(title=title), _mean_mood([one.mood for one in briefs]), style, motif, seed)
    brief = replace(
        brief,
        contour=_mean_curve([one.contour for one in briefs]),
        beat_bars=_mean_curve([one.beat_bars for one in briefs]),
        songs=len(briefs),
    )
    return replace(brief, reasons=explain(brief, asked=asked_for(style, motif, seed), voices=len(briefs)))


def _mean_mood(moods: Sequence[Mood]) -> Mood:
    """Mean point and mean features; names of the mean point. Features nobody knows stay None."""
    means: dict[str, float | None] = {}
    for name in (f.name for f in fields(AudioFeatures)):
        known = [value for mood in moods if (value := getattr(mood.audio, name)) is not None]
        means[name] = sum(known) / len(known) if known else None
    for name in ("key", "time_signature"):  # a mean of names means nothing: the commonest, of equals the lowest
        counts = Counter(value for mood in moods if (value := getattr(mood.audio, name)) is not None)
        means[name] = min(counts, key=lambda value: (-counts[value], value)) if counts else None
    valence, arousal, sureness = (
        sum(getattr(mood, name) for mood in moods) / len(moods) for name in ("valence", "arousal", "sureness")
    )
    given = tuple(f.name for f in fields(AudioFeatures) if any(f.name in mood.given for mood in moods))
    return named(valence, arousal, sureness, AudioFeatures(**means), given)


def _mean_curve(curves: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
    return tuple(round(sum(column) / len(curves), shape.DECIMALS) for column in zip(*curves, strict=True))
