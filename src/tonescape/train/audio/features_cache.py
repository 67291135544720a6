"""What the trainers need of a recording, worked out once and kept: its descriptors, bands, a re-encoding, the teacher.

Nothing is kept but numbers, in the cache folder: one file a recording, named by its content. A recording of other
content, analysis (`hear.VERSION`), re-encoding or number of patches is worked out anew.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tonescape import hear
from tonescape.core.records import RATE, Sound
from tonescape.core.store import content_hash, write_atomically
from tonescape.hear.learned import NAMES as LEARNED
from tonescape.hear.learned import PATCH, embed, patches
from tonescape.train.audio import musicnn
from tonescape.train.lib.kept import checksum
from tonescape.train.lib.progress import tracked

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import Any

    from numpy.typing import NDArray

    from tonescape.hear.learned import Network

    Reals = NDArray[np.float32]

CODECS = (
    ("libopus", "ogg", 16_000),
    ("libopus", "ogg", 24_000),
    ("libopus", "ogg", 48_000),
    ("libmp3lame", "mp3", 64_000),
    ("libmp3lame", "mp3", 128_000),
    ("aac", "adts", 64_000),
    ("libmp3lame", "mp3", 256_000),
)
"""encoder, container and bit/s; every recording goes through one of them"""

HEARD_ALL = "the small network behind learned.* heard all clips, without labels"
"""what figures that stand on the shipped network must say: it flatters them a little"""

HEADROOM = 0.7
"""largest sample of a sound before it is encoded, so that no codec clips"""


@dataclass(frozen=True, slots=True, eq=False)
class SoundFeatures:
    """A recording, or its re-encoding.

    vector [k] : descriptors, by `names`      bands [t, 58] float16 : of `hear.bands`
    """

    vector: Reals
    bands: NDArray[np.float16]


@dataclass(frozen=True, slots=True, eq=False)
class KeptRecording:
    """What is kept of a recording. coded : of its re-encoding at `codec`, one of CODECS

    starts [p] : s, where the teacher's patches begin      answers [p, 1506] : what it says; none without a teacher
    """

    clean: SoundFeatures
    coded: SoundFeatures
    codec: int
    starts: Reals
    answers: NDArray[np.float16]


def names() -> tuple[str, ...]:
    """Of the descriptors in SoundFeatures.vector."""
    silence = Sound(np.zeros(RATE, dtype=np.float32), RATE, 1.0, RATE, 1, False, -70.0)
    return hear.analyse(silence).names


def heard(sound: Sound) -> SoundFeatures:
    """What is kept of one sound."""
    from tonescape.hear.bands import bands
    from tonescape.hear.spectrum import frames

    return SoundFeatures(hear.analyse(sound).vector, bands(frames(sound.samples)).astype(np.float16))


def learned(one: SoundFeatures, order: Sequence[str], network: Network | None) -> Reals:
    """The descriptors with the numbers that a student gives for the bands in the place of the shipped one's."""
    vector = one.vector.copy()
    vector[order.index(LEARNED[0]) : order.index(LEARNED[-1]) + 1] = embed(
        patches(one.bands.astype(np.float32)), network
    ).mean(axis=0)
    return vector


def tables(kept: Sequence[KeptRecording], wanted: Sequence[str]) -> tuple[Reals, Reals]:
    """The wanted descriptors [n, k] of recordings and of their re-encodings, with the shipped network's "learned"."""
    order = names()
    columns = [order.index(name) for name in wanted]
    clean, coded = (
        np.array([learned(getattr(one, version), order, None)[columns] for one in kept], np.float32)
        for version in ("clean", "coded")
    )
    return clean, coded


def keep(
    paths: Sequence[Path],
    cache: Path,
    *,
    most_patches: int,
    tutor: musicnn.Teacher | None = None,
) -> list[KeptRecording]:
    """Every recording, from the cache where it is there. tutor : without one, answers are only read, never made.

    SongError where a recording holds no sound.
    """
    found = []
    for i, path in enumerate(tracked(paths, "descriptors", "recordings")):
        codec = i % len(CODECS)
        file = cache / f"{path.stem}-{checksum([content_hash(path), f'{hear.VERSION} {codec} {most_patches}'])}.npz"
        kept = _load(file)
        if kept is None or (tutor is not None and not len(kept.answers)):
            kept = _work_out(path, codec, most_patches, tutor)
            write_atomically(file, _packed(kept))
        found.append(kept)
    return found


def _work_out(path: Path, codec: int, most_patches: int, tutor: musicnn.Teacher | None) -> KeptRecording:
    from scipy.signal import resample_poly

    from tonescape.hear.decode import decode

    sound = decode(path)
    starts, answers = np.zeros(0, np.float32), np.zeros((0, 1506), np.float16)
    if tutor is not None:
        table = musicnn.log_mel(resample_poly(sound.samples, 320, 441).astype(np.float32))
        cut, at = musicnn.patches(table, most_patches)
        if len(cut):
            starts, answers = at.astype(np.float32), tutor.answers(cut).astype(np.float16)
    return KeptRecording(heard(sound), heard(reencoded(sound, codec)), codec, starts, answers)


def reencoded(sound: Sound, codec: int) -> Sound:
    """The same through one of CODECS, decoded as a file would be."""
    import av

    encoder, container, bits = CODECS[codec]
    rate = 48_000 if encoder == "libopus" else 44_100
    samples = sound.samples * np.float32(HEADROOM / max(float(np.abs(sound.samples).max(initial=0.0)), 1e-6))
    file = io.BytesIO()
    with av.open(file, "w", format=container) as out:
        stream: Any = out.add_stream(encoder, rate=rate)
        stream.bit_rate, stream.layout = bits, "mono"
        size = stream.codec_context.frame_size or 1024
        form = stream.codec_context.format or "fltp"
        resampler = av.AudioResampler(format=form, layout="mono", rate=rate, frame_size=size)
        frame = av.AudioFrame.from_ndarray(samples[None], format="flt", layout="mono")
        frame.sample_rate, frame.pts = sound.rate, 0
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            piece.pts = None
            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))
    return _decoded(file, sound)


def _decoded(file: io.BytesIO, original: Sound) -> Sound:
    """Through a temporary file, as `decode` reads files."""
    import tempfile
    from pathlib import Path

    from tonescape.hear.decode import decode

    with tempfile.NamedTemporaryFile(suffix=".audio") as there:
        there.write(file.getvalue())
        there.flush()
        return decode(Path(there.name))


def lessons_of(kept: Sequence[KeptRecording], owners: Sequence[str]) -> Any:
    """`distil.Lessons` of all patches that the teacher has heard."""
    from tonescape.hear.spectrum import FRAME_RATE
    from tonescape.train.audio.distil import Lessons

    clean, coded, answers, whose = [], [], [], []
    for one, owner in zip(kept, owners, strict=True):
        both = [_scaled(version.bands) for version in (one.clean, one.coded)]
        for start, answer in zip(one.starts, one.answers, strict=True):
            first = round(float(start) * FRAME_RATE)
            pair = [bands[first : first + PATCH] for bands in both]
            if min(map(len, pair)) == PATCH:
                clean.append(pair[0])
                coded.append(pair[1])
                answers.append(answer)
                whose.append(owner)
    return Lessons(np.array(clean), np.array(coded), np.array(answers), np.array(whose))


def _scaled(bands: NDArray[np.float16]) -> NDArray[np.float16]:
    from tonescape.hear.learned import SCALE_DB

    return (bands.astype(np.float32) / np.float32(SCALE_DB) + np.float32(1.0)).astype(np.float16)


def _packed(kept: KeptRecording) -> bytes:
    buffer = io.BytesIO()
    np.savez(
        buffer,
        vector=kept.clean.vector,
        bands=kept.clean.bands,
        coded_vector=kept.coded.vector,
        coded_bands=kept.coded.bands,
        codec=np.array(kept.codec),
        starts=kept.starts,
        answers=kept.answers,
    )
    return buffer.getvalue()


def _load(file: Path) -> KeptRecording | None:
    """None where there is nothing, or nothing that can be read."""
    if not file.is_file():
        return None
    try:
        with np.load(file, allow_pickle=False) as row:
            clean, coded = (
                SoundFeatures(row["vector"], row["bands"]),
                SoundFeatures(row["coded_vector"], row["coded_bands"]),
            )
            return KeptRecording(clean, coded, int(row["codec"]), row["starts"], row["answers"])
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return None  # a file cut short is worked out anew
