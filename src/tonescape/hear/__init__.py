"""Song to Sound to Features.

    listen(path) -> Features      decode the file, then analyse it
    analyse(sound) -> Features    the same for sound that is already there

A file is decoded once (`decode`, `mixdown`, `resample`), transformed once (`spectrum`, `filters`), and everything
else reads the transform's `Frames`: `loudness`, `timbre`, `rhythm` (with `pulse` and `metrical`), `harmony`,
`sections`; `curves` follows it in time.
What the mood models read besides is made of the bands that every codec keeps (`bands`): `tonal`, `fluctuation`,
`cepstrum`, `periodicity`, `spectral`, and what a small network hears (`learned`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tonescape.core.records import Curves, Features, Scores, Sound

VERSION = 5
"""goes up whenever a number changes that comes out of this room; stored features of other versions are not used"""


def listen(path: str | Path) -> Features:
    """Decode and analyse a file. errors : SongError if there is no sound to be had from it"""
    from tonescape.hear.decode import decode

    return analyse(decode(path))


def analyse(sound: Sound) -> Features:
    """Analyse a sound.

    `audio` holds what is measured, not judged: tempo and time_signature (None without a steady beat), key and mode
    (None where no key stands out), and loudness: integrated LUFS stand for Spotify's dB.
    `vector` holds all descriptors, by `names`: "loudness.*" (documented in `loudness_values`), "timbre.*"
    (`timbre_values`), "rhythm.*" (`Rhythm`), "harmony.*" (`Harmony`), "structure.*" (`structure_values`), "tonal.*",
    "fluctuation.*", "cepstrum.*", "periodicity.*", "spectral.*" and "learned.*" (NAME_values in the module NAME).
    Every value is finite for every sound. None depends on the recording's level, except "loudness.lufs", ".rms" and
    ".peak".
    """
    import numpy as np

    from tonescape.core.records import AudioFeatures, Features, readonly
    from tonescape.hear.bands import bands
    from tonescape.hear.cepstrum import cepstrum_values
    from tonescape.hear.curves import trace
    from tonescape.hear.fluctuation import fluctuation_values
    from tonescape.hear.harmony import analyse_harmony
    from tonescape.hear.learned import learned_values
    from tonescape.hear.loudness import loudness_values
    from tonescape.hear.periodicity import periodicity_values
    from tonescape.hear.rhythm import analyse_rhythm
    from tonescape.hear.sections import find_sections
    from tonescape.hear.spectral import spectral_values
    from tonescape.hear.spectrum import frames
    from tonescape.hear.timbre import timbre_values
    from tonescape.hear.tonal import tonal_values

    heard = frames(sound.samples)
    rhythm = analyse_rhythm(heard)
    harmony = analyse_harmony(heard, rhythm.pulse)
    sections = find_sections(heard, harmony.chroma, rhythm.pulse, len(sound.samples) / sound.rate)
    curves = trace(heard, rhythm, harmony, sections)
    low = bands(heard)
    values: Scores = (
        *loudness_values(sound.samples, heard, sound.loudness_lufs),
        *timbre_values(heard),
        *rhythm.values,
        *harmony.values,
        *structure_values(curves),
        *tonal_values(heard, harmony),
        *fluctuation_values(low),
        *cepstrum_values(low),
        *periodicity_values(heard, low),
        *spectral_values(heard, low),
        *learned_values(low),
    )
    audio = AudioFeatures(
        loudness=sound.loudness_lufs,
        tempo=rhythm.tempo if len(rhythm.beats) else None,
        key=float(harmony.key) if harmony.key >= 0 else None,
        mode=float(harmony.mode) if harmony.key >= 0 else None,
        time_signature=float(rhythm.meter) if len(rhythm.beats) else None,
    )
    names, numbers = zip(*values, strict=True)
    return Features(audio, readonly(np.array(numbers, dtype=np.float32)), names, curves, sound.duration_s)


def structure_values(curves: Curves) -> Scores:
    """What the course of a song says as a whole.

    structure.sections : number of sections      structure.letters : of different ones
    structure.section_length : s, mean      structure.section_contrast : [0, 1], loudest minus quietest section's energy
    structure.energy_mean, structure.energy_std : [0, 1], of the energy curve
    structure.rise : [-1, 1], mean energy of the second half minus that of the first
    """
    sections, energy = curves.sections, curves.energy
    half = len(energy) // 2
    lengths = [section.end - section.start for section in sections]
    return (
        ("structure.sections", float(len(sections))),
        ("structure.letters", float(len({section.label for section in sections}))),
        ("structure.section_length", sum(lengths) / len(lengths) if lengths else 0.0),
        (
            "structure.section_contrast",
            float(curves.section_energy.max() - curves.section_energy.min()) if lengths else 0.0,
        ),
        ("structure.energy_mean", float(energy.mean())),
        ("structure.energy_std", float(energy.std())),
        ("structure.rise", float(energy[half:].mean() - energy[:half].mean()) if half else 0.0),
    )
