"""A song's pages in the report: label, mood, colours, sound, reasons."""

from __future__ import annotations

import math
import shlex
from dataclasses import fields

from tonescape.core.colour import hex_of, oklch_to_srgb8
from tonescape.core.records import AudioFeatures, Brief, Heard, Mood, Scores
from tonescape.mood.classes import shown
from tonescape.mood.maps import lastfm
from tonescape.show.accuracy import (
    AS_GIVEN,
    FROM_GIVEN,
    NOT_YET,
    accuracy,
    classes_figure,
    feature_figure,
    figure,
    own_name,
    point_figure,
)
from tonescape.show.markup import esc, name
from tonescape.show.paint_job import PaintJob
from tonescape.show.phrases import (
    NO_BEAT,
    NO_KEY,
    class_disagrees,
    duration,
    key_name,
    quadrant_word,
    share,
    sound_line,
    sureness_word,
)
from tonescape.show.plots import Dot, bar, chip, contour_curve, energy_curve, small_plane, strip

PROMPT_CAP = 4000
"""longest prompt and command shown, characters"""

LONG = 48
"""titles beyond so many characters are set smaller"""

REASONS = 40
"""most reasons shown"""


def article(job: PaintJob, picture: str, number: int) -> str:
    """One song. picture : its figure as HTML; number : of the song on the page, 0 where there is only one."""
    brief, heard = job.brief, job.heard
    ident = f"song-{number or 1}"
    level = "h2" if number else "h1"
    kicker = f"Plate {number}" if number else "A Tonescape picture"
    audio = brief.mood.audio
    song = heard.song if heard else None
    facts = [song.album if song else "", str(song.year or "") if song else "", song.genre if song else ""]
    facts += [duration(song.duration_s) if song else "", sound_line(audio, heard=bool(heard and heard.features))]
    line = " · ".join(name(fact, 160) for fact in facts if fact)
    return (
        f'<article id="{ident}" class="song" aria-labelledby="{ident}-title">{picture}'
        f'<header class="label"><p class="kicker">{kicker}</p>'
        f'<{level} id="{ident}-title"{long_class(brief.title)}><cite>{name(brief.title or "Untitled")}</cite></{level}>'
        f'<p class="artist">{name(brief.artist)}</p><p class="facts">{line}</p></header>'
        f"{_mood(brief, heard)}{_colours(job)}{_curve(brief, heard)}{more(number) if number else ''}"
        f"{reasons(job)}{_features(brief.mood, heard)}{_again(job)}</article>\n"
    )


def more(number: int) -> str:
    """What folds the rest of song `number` (0: of the title page) on a narrow screen; elsewhere all is open."""
    return (
        f'<input type="checkbox" class="more" id="more-{number}">'
        f'<label class="more" for="more-{number}"><span>Why it looks so, and more</span><span>Less</span></label>'
    )


def long_class(title: str) -> str:
    """Attribute of a heading that is set smaller, because it is long."""
    return ' class="long"' if len(title) > LONG else ""


def playlist_label(job: PaintJob) -> str:
    """What the title page says about the playlist's own picture: mood and colours."""
    mood = job.brief.mood
    words = f"On the whole {esc(mood.grid.lower())}: valence {share(mood.valence)}, arousal {share(mood.arousal)}."
    return f"<p>{words}</p>{_swatches(job)}"


def _mood(brief: Brief, heard: Heard | None) -> str:
    mood = brief.mood
    sound = heard.features is not None if heard else bool(mood.gems)  # a recipe names no song
    names = (
        ("Russell", mood.russell),
        ("Thayer", mood.thayer),
        ("Last.fm", lastfm(mood.valence, mood.arousal)),
        ("Quadrant", f"{mood.quadrant}, {quadrant_word(mood)}"),
    )
    words = "".join(f"<div><dt>{kind}</dt><dd>{esc(word)}</dd></div>" for kind, word in names if word)
    numbers = "".join(
        f'<tr><th scope="row">{label}</th><td class="number">{share(value)}</td>'
        f'<td class="how">{esc(point_figure(label.lower(), mood, heard=sound))}</td></tr>'
        for label, value in (("Valence", mood.valence), ("Arousal", mood.arousal))
    )
    apart = class_disagrees(mood)
    scores = (
        _scores("Classes", mood.classes, classes_figure(mood, heard=sound))
        + (f'<p class="scores">{esc(apart)}</p>' if apart else "")
        + _scores("AllMusic mood words, more than this share of songs", mood.tags, figure("tags"))
        + _scores("GEMS emotions, felt by this share of listeners", mood.gems, figure("gems"))
    )
    return (
        f'<section class="mood"><h3>Mood</h3><p class="word">{esc(mood.grid)}</p><div class="pair"><div>'
        "<table><thead class=unseen><tr><th scope=col>Number</th><th scope=col>Value</th>"
        "<th scope=col>Accuracy</th></tr></thead>"
        f"<tbody>{numbers}</tbody></table>"
        f'<p class="sure">{sureness_word(mood.sureness).capitalize()} (sureness {share(mood.sureness)})</p>'
        f'<dl class="names">{words}</dl></div>{small_plane(Dot(mood, brief.main, ""))}</div>{scores}</section>'
    )


def _scores(heading: str, scores: Scores, how: str) -> str:
    """A line of scores, with the figure that was measured under a name."""
    if not scores:
        return ""
    listed = ", ".join(f"{esc(shown(label).replace('_', ' '), 60)} {share(value)}" for label, value in scores[:9])
    return f'<p class="scores"><span>{heading}</span> {listed} <span class="how">({esc(how)})</span></p>'


def _colours(job: PaintJob) -> str:
    swatches = _swatches(job)
    return f'<section class="colours"><h3>Colours</h3>{swatches}</section>' if swatches else ""


def _swatches(job: PaintJob) -> str:
    """The palette where the engine paints with it; main and mood colour also where it reads them in a prompt."""
    brief, uses = job.brief, job.uses
    if not uses & {"palette", "prompt"}:
        return ""
    palette = [oklch_to_srgb8(colour) for colour in brief.palette] if "palette" in uses else []
    codes = "".join(f"<li>{hex_of(colour)}</li>" for colour in palette)
    two = "".join(
        f"<div>{chip(colour)}<dt>{label}</dt><dd>{esc(word, 60)} <code>{hex_of(colour)}</code></dd></div>"
        for label, colour, word in (
            ("Main colour", brief.main, brief.main_name),
            ("Mood colour", brief.mood_colour, brief.mood_name),
        )
    )
    painted = f'<div class="palette">{strip(palette)}<ol class="codes" aria-label="Palette">{codes}</ol></div>'
    return (painted if palette else "") + f'<dl class="two">{two}</dl>'


def reasons(job: PaintJob) -> str:
    """A gallery label: each choice and why. Main and mood colour are reasons only where a prompt names them."""
    read = "prompt" in job.uses
    shown = [r for r in job.brief.reasons if read or not r.choice.startswith(("main colour ", "mood colour "))]
    if not shown:
        return ""
    items = "".join(f"<div><dt>{name(r.choice)}</dt><dd>{name(r.because)}</dd></div>" for r in shown[:REASONS])
    return f'<section class="reasons"><h3>Why it looks so</h3><dl>{items}</dl></section>'


def _curve(brief: Brief, heard: Heard | None) -> str:
    curves = heard.features.curves if heard and heard.features else brief.curves
    if curves is not None and curves.energy.size:
        seconds = heard.song.duration_s if heard and heard.song.duration_s else 0.0
        drawing = energy_curve(curves, seconds)
        note = "Energy from start to end. Letters: sections, alike where they sound alike. Ticks: beats, bars longer."
    elif len(set(brief.contour)) > 1:
        drawing, note = contour_curve(brief.contour), "Energy from start to end."
    else:
        drawing, note = "", "No sound was heard: these are a playlist's numbers."
    return f'<section class="course"><h3>Course</h3><figure>{drawing}<figcaption>{note}</figcaption></figure></section>'


def _features(mood: Mood, heard: Heard | None) -> str:
    measured = heard.features.audio if heard and heard.features else None
    rows = "".join(_feature(field.name, mood, measured) for field in fields(AudioFeatures))
    return (
        '<section class="features"><h3>Twelve features</h3><table><thead><tr><th scope="col">Feature</th>'
        '<td class="rail"></td><th scope="col" class="number">Value</th><th scope="col">Source</th>'
        f'<th scope="col">Accuracy</th></tr></thead><tbody>{rows}</tbody></table></section>'
    )


NOT_THERE = {"key": NO_KEY, "tempo": NO_BEAT}
"""what is said of a song that was heard and has none"""


def _feature(label: str, mood: Mood, measured: AudioFeatures | None) -> str:
    """A row of the twelve. measured : what was measured in the sound, None where there was none"""
    value = getattr(mood.audio, label)
    known, given = value is not None and math.isfinite(value), label in mood.given
    heard = measured is not None and getattr(measured, label) is not None
    source = "" if not known else "from the playlist" if given else "measured" if heard else "estimated"
    lacking = NOT_THERE.get(label, "unknown") if measured is not None else "unknown"
    how = feature_figure(label, mood) if known else ""
    return (
        f'<tr><th scope="row">{shown_name(own_name(label))}</th>'
        f'<td class="rail">{bar(_part(label, value)) if known else ""}</td>'
        f'<td class="number">{_value(label, mood.audio) if known else lacking}</td>'
        f'<td class="source">{source}</td><td class="how">{esc(how)}</td></tr>'
    )


def shown_name(name: str) -> str:
    """A feature as a heading; "Spotify-style valence" for the one of the twelve, since a mood's valence is another."""
    return "Spotify-style valence" if name == "spotify valence" else name.replace("_", " ").capitalize()


def _value(label: str, audio: AudioFeatures) -> str:
    """A known feature in its unit."""
    value = float(getattr(audio, label))
    if label == "key":
        return key_name(AudioFeatures(key=value))
    if label == "mode":
        return "major" if round(value) == 1 else "minor"
    if label == "time_signature":
        return f"{value:.0f}/4"
    return {"loudness": f"{value:.1f} dB", "tempo": f"{value:.1f} BPM"}.get(label, share(value))


def _part(label: str, value: float) -> float | None:
    """How full a feature's bar is; None for those that are no amounts."""
    if label in ("key", "mode", "time_signature"):
        return None
    return {"loudness": (value + 60) / 60, "tempo": value / 220}.get(label, value)


def again(job: PaintJob) -> str:
    """What to type to paint a picture again: its song with what decides the picture, or the picture's own recipe."""
    song = job.heard.song if job.heard else None
    if song is None or song.path is None:
        png = ("--png",) if job.picture.suffix == ".png" else ()
        return shlex.join(("tonescape", "paint", _argument(job.picture.name), *png))
    brief, uses = job.brief, job.uses
    wanted = ["tonescape", "paint", _argument(song.path.name)]
    wanted += ["--engine", job.engine] if job.engine != "painter" else []
    wanted += ["--style", brief.style] if "style" in uses else []
    wanted += ["--motif", brief.motif] if "motif" in uses else []
    approach = next((r.choice.split()[-1] for r in brief.reasons if r.choice.startswith("prompt ")), "")
    wanted += ["--prompt", approach] if approach and "prompt" in uses else []
    return shlex.join((*wanted, "--seed", str(brief.seed), *job.typed))


def _argument(file: str) -> str:
    return f"./{file}" if file.startswith("-") else file


def _again(job: PaintJob) -> str:
    read = "prompt" in job.uses
    prompt = f'<h3>Prompt</h3><p class="prompt">{name(job.brief.prompt, PROMPT_CAP)}</p>' if read else ""
    typed = f"<h3>To paint it again</h3><pre><code>{esc(again(job), PROMPT_CAP)}</code></pre>"
    return f'<section class="again">{prompt}{typed}</section>'


def measured() -> str:
    """The footer's list: for every number of the report how good it is, in full; alike ones together."""
    names = {"valence": "Valence", "arousal": "Arousal", "sureness": "Sureness", "quadrant": "Quadrant",
             "classes": "Classes", "given classes": "Classes from a playlist", "tags": "Mood words",
             "gems": "GEMS emotions"}  # fmt: skip
    for field in fields(AudioFeatures):
        names[own_name(field.name)] = shown_name(own_name(field.name))
    rows = [(label, accuracy(key)) for key, label in names.items()]
    rows.append(("What a playlist gives", f"features: {AS_GIVEN}; valence and arousal: {FROM_GIVEN}"))
    items = [f"<div><dt>{label}</dt><dd>{esc(line)}</dd></div>" for label, line in rows if line != NOT_YET]
    lacking = ", ".join(label for label, line in rows if line == NOT_YET)
    return "".join(items) + (f"<div><dt>{lacking}</dt><dd>{NOT_YET}</dd></div>" if lacking else "")
