"""Mood -> time of day, weather, light and the colours of things. Shared by all motifs; random only through `rng`.

Why so: lighter pictures please and saturated ones excite (Valdez & Mehrabian 1994: pleasure = .69 brightness
+ .22 saturation, arousal = -.31 brightness + .60 saturation); clear sky and sun read as happy, overcast and rain as
sad. Roughness of line and contrast go with arousal (Lundholm 1921, angular lines are agitating, curves gentle).

What the sound adds to the mood (`audio_effects`): a fast tempo is seen as fast motion (Eitan & Granot 2006), so it
drives wind, water and brush; a singing voice is heard as the figure before a ground, so it makes the light, the focal
point, larger; a concert's room and audience roughen edges and thicken the air (our own reading, as is the voice's).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tonescape.core.colour import into_gamut, oklab_to_oklch, oklch_to_oklab
from tonescape.render.painter.raster.filters import norm

if TYPE_CHECKING:
    from tonescape.core.records import AudioFeatures, Brief
    from tonescape.render.painter.raster.filters import Field


@dataclass(frozen=True, slots=True, eq=False)
class SceneColours:
    """OKLab [3] of the things in a landscape. `lands` go from near and dark to far."""

    zenith: Field
    sky: Field
    horizon: Field
    sun: Field
    cloud_lit: Field
    cloud_dark: Field
    shadow: Field
    lands: tuple[Field, ...]
    accent: Field
    glow: Field


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """All numbers in [0, 1] unless said.

    tension : high arousal, low valence      gloom : both low      joy : both high      calm : low arousal, high valence
    phase : "day", "golden", "dusk", "storm" or "night"
    sun : unit x and y      sun_size : unit radius      glow : light scattered round it
    cloud : share of sky covered      mist : between the planes      wind : of water, cloud and brush
    rough : jaggedness of land      contrast : of light and shadow
    """

    valence: float
    arousal: float
    tension: float
    gloom: float
    joy: float
    calm: float
    phase: str
    sun: tuple[float, float]
    sun_size: float
    glow: float
    cloud: float
    mist: float
    wind: float
    rough: float
    contrast: float
    colours: SceneColours


def setting_for(brief: Brief, rng: np.random.Generator, *, horizon: float, phase: str | None = None) -> Setting:
    """The setting of a song.

    horizon : unit y under which no sun stands
    phase : the time of day, by default the mood's own; a motif that is only seen by night says so
    """
    v, a = _unit(brief.mood.valence), _unit(brief.mood.arousal)
    tension, gloom, joy, calm = a * (1 - v), (1 - a) * (1 - v), a * v, (1 - a) * v
    own = _phase(v, a, rng)
    phase = phase or own
    motion, voice, room = audio_effects(brief.mood.audio)
    side = 1 if rng.random() < 0.5 else -1
    x = 0.5 + side * rng.uniform(0.13, 0.24)
    height = {"day": 0.66, "golden": 0.36, "dusk": 0.17, "storm": 0.24, "night": 0.64}[phase]
    height += rng.uniform(-0.1, 0.1) + 0.1 * (v - 0.5)
    y = max(0.09, horizon * (1 - height))
    size = {"day": 0.036, "golden": 0.05, "dusk": 0.06, "storm": 0.042, "night": 0.036}[phase]
    clear = {"day": 0.36, "golden": 0.40, "dusk": 0.5, "storm": 0.82, "night": 0.4}[phase]
    return Setting(
        valence=v,
        arousal=a,
        tension=tension,
        gloom=gloom,
        joy=joy,
        calm=calm,
        phase=phase,
        sun=(float(x), float(y)),
        sun_size=float(size * rng.uniform(0.85, 1.25) * (1 + 0.25 * voice)),
        glow=float(np.clip(0.45 + 0.5 * a - 0.2 * gloom - 0.2 * tension + 0.12 * voice, 0.2, 1)),
        cloud=float(np.clip(clear + 0.5 * gloom - 0.22 * calm + rng.uniform(-0.14, 0.14), 0.08, 0.95)),
        mist=float(np.clip(0.12 + 0.75 * (1 - a) ** 1.5 + 0.15 * gloom - 0.2 * joy - 0.3 * calm + 0.1 * room, 0, 1)),
        wind=float(np.clip(0.1 + 0.75 * a + 0.18 * motion + rng.uniform(-0.1, 0.1), 0, 1)),
        rough=float(
            np.clip(0.1 + 0.6 * a + 0.35 * tension - 0.3 * calm + 0.15 * room + rng.uniform(-0.12, 0.12), 0, 1)
        ),
        contrast=float(np.clip(0.45 + 0.45 * a + 0.15 * tension, 0, 1)),
        colours=_colours(brief, phase, v, a, rng),
    )


def audio_effects(audio: AudioFeatures) -> tuple[float, float, float]:
    """(motion, voice, room), each 0 for an unknown feature.

    motion : [-1, 1], octaves of tempo above 105 BPM      voice : [-1, 1], 1 all singing, -1 instrumental
    room : [0, 1], liveness above the .2 of a studio
    """
    tempo, played, live = audio.tempo, audio.instrumentalness, audio.liveness
    motion = float(np.clip(np.log2(tempo / 105.0), -1, 1)) if tempo is not None else 0.0
    voice = 0.0 if played is None else 1.0 - 2.0 * _unit(played)
    room = 0.0 if live is None else float(np.clip((live - 0.2) / 0.6, 0, 1))
    return motion, voice, room


PHASE_CENTRES = (
    ("day", 0.88, 0.5),
    ("day", 0.8, 0.15),
    ("day", 0.6, 0.3),
    ("golden", 0.8, 0.85),
    ("golden", 0.6, 0.6),
    ("dusk", 0.38, 0.65),
    ("dusk", 0.4, 0.35),
    ("storm", 0.12, 0.85),
    ("storm", 0.1, 0.58),
    ("night", 0.12, 0.15),
    ("night", 0.35, 0.1),
)
"""(time of day, valence, arousal) where each is likeliest"""


def _unit(value: float) -> float:
    return min(1.0, max(0.0, value)) if value == value else 0.5


def _phase(v: float, a: float, rng: np.random.Generator) -> str:
    """The time of day: each is likelier the nearer the mood lies to its own; the seed decides."""
    weights = np.array([np.exp(-((v - x) ** 2 + (a - y) ** 2) / 0.03) + 1e-9 for _, x, y in PHASE_CENTRES])
    return PHASE_CENTRES[int(rng.choice(len(PHASE_CENTRES), p=weights / weights.sum()))][0]


def roles(brief: Brief) -> Field:
    """[6, 3] OKLCH: the brief's 5-7 colours, darkest first, stretched to six."""
    given = np.array(brief.palette or ((0.5, 0.0, 0.0),), np.float64)
    at = np.linspace(0, len(given) - 1, 6).round().astype(int)
    return np.asarray(given[at], np.float32)


def lab(lightness: float, chroma: float, hue: float) -> Field:
    """OKLab [3] float32 of an OKLCH colour, brought into what sRGB can show."""
    return np.asarray(oklch_to_oklab(into_gamut([lightness, max(0.0, chroma), hue])), np.float32)


def toned(colour: Field, lightness: float | None = None, chroma: float = 1.0) -> Field:
    """A colour with another lightness and its chroma multiplied, in gamut."""
    light, c, hue = (float(value) for value in oklab_to_oklch(colour))
    return lab(light if lightness is None else lightness, c * chroma, hue)


def blend(one: Field, other: Field, share: float) -> Field:
    """OKLab mixture that keeps chroma, so that two strong colours do not meet in grey."""
    plain = one + (other - one) * np.float32(share)
    wanted = (1 - share) * np.hypot(one[1], one[2]) + share * np.hypot(other[1], other[2])
    have = float(np.hypot(plain[1], plain[2])) + 1e-6
    result = plain.copy()
    result[1:] *= np.float32((wanted / have) ** 0.5)
    return np.asarray(result, np.float32)


def _colours(brief: Brief, phase: str, v: float, a: float, rng: np.random.Generator) -> SceneColours:
    tones = roles(brief)
    shadow, deep, body, accent, light, glow = (lab(*(float(x) for x in row)) for row in tones)
    dark = (1 - v) * 0.5 + 0.5 * (a * (1 - v))
    if phase == "day":
        zenith = toned(blend(body, deep, 0.25), 0.62 + 0.08 * v, 1.35)
        sky, horizon = blend(blend(body, light, 0.5), glow, 0.25), blend(glow, light, 0.3)
    elif phase == "golden":
        zenith = toned(blend(deep, body, 0.5), 0.56 + 0.06 * v, 1.3)
        sky, horizon = blend(blend(light, body, 0.35), accent, 0.15), blend(light, accent, 0.28)
    elif phase == "dusk":
        zenith = toned(deep, 0.27 + 0.16 * v, 1.05)
        sky, horizon = blend(body, accent, 0.3), blend(accent, light, 0.55)
    elif phase == "storm":
        zenith = toned(blend(shadow, deep, 0.5), 0.2, 1.0)
        sky, horizon = toned(blend(deep, body, 0.45), None, 0.85), blend(light, accent, 0.45)
    else:
        zenith = toned(blend(shadow, deep, 0.45), 0.2 + 0.06 * v, 1.05)
        sky, horizon = blend(deep, body, 0.45), toned(blend(body, light, 0.5), 0.56 + 0.1 * v)
    lit = {"day": toned(glow, 0.96), "golden": glow, "dusk": blend(accent, glow, 0.45)}.get(
        phase, blend(light, glow, 0.3)
    )
    if phase == "night":
        lit = toned(light, 0.6)
    under = {"day": toned(blend(body, light, 0.5), 0.74), "golden": blend(body, accent, 0.45)}.get(phase)
    cloud_dark = under if under is not None else toned(blend(deep, shadow, 0.35), None, 0.9)
    near = toned(shadow, float(tones[0, 0]) * (1.0 - 0.25 * dark))
    mids = [blend(deep, shadow, 0.35), deep, blend(deep, body, 0.55), body]
    if rng.random() < 0.5:
        mids[2] = blend(mids[2], accent, 0.35)
    return SceneColours(
        zenith=zenith,
        sky=sky,
        horizon=horizon,
        sun=toned(glow, 0.965 if phase != "night" else 0.945, 1.35 if phase != "night" else 0.8),
        cloud_lit=lit,
        cloud_dark=cloud_dark,
        shadow=near,
        lands=tuple(mids),
        accent=accent,
        glow=glow,
    )


def contrasting_colour(colours: SceneColours) -> Field:
    """The colour of a sail: of accent and glow the one farther from the horizon it is seen against."""
    choices = (blend(colours.accent, colours.glow, 0.25), toned(colours.glow, 0.95), toned(colours.accent, 0.5))
    behind = (colours.horizon + colours.sky) / 2
    return max(choices, key=lambda one: float(np.linalg.norm(one - behind)))


def with_vignette(image: Field, setting: Setting) -> Field:
    """A composition's colours with a vignette that leads to the light, kept off pure black and white."""
    side = (np.arange(len(image), dtype=np.float32) + 0.5) / len(image)
    away = norm(side[None, :] - (0.5 + setting.sun[0]) / 2, side[:, None] - 0.5)
    result = image.copy(order="K")
    result[..., 0] *= 1 - 0.22 * np.clip(away - 0.35, 0, 1) * (0.6 + 0.8 * (1 - setting.valence))
    result[..., 0] = np.clip(result[..., 0], 0.06, 0.985)
    # excitement is colour: pale tones gain most, strong ones stay within what paint can do
    chroma = norm(result[..., 1], result[..., 2])
    gain = 1 + (1.5 * setting.joy + 0.3 * setting.tension) * np.exp(-chroma / 0.11)
    result[..., 1:] *= gain[..., None].astype(result.dtype)
    result[..., 0] -= 0.06 * setting.joy * np.clip(result[..., 0] - 0.4, 0, 1)
    return result
