"""Measure how fast Tonescape is and write docs/SPEED.md: `make bench`."""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import av  # noqa: E402
import numpy as np  # noqa: E402
import parts  # noqa: E402
import styles  # noqa: E402

from tonescape.core.settings import cores  # noqa: E402
from tonescape.hear import listen  # noqa: E402
from tonescape.hear.decode import decode  # noqa: E402

ROOT = Path(__file__).parents[1]
REAL = Path("/usr/share/games/fretsonfire/data/songs/sectoid")
COMMAND = Path(sys.executable).with_name("tonescape")
RATE = 44100
SONGS, SONG_S = 100, 60


def material() -> np.ndarray:
    """float32 [2, n] at 44.1 kHz, some minutes of music: Debian's fretsonfire songs, else the demo's clips."""
    files = sorted(REAL.rglob("song.ogg"))
    if not files:
        import immich_memories_music

        files = sorted(Path(immich_memories_music.__file__).parent.rglob("*.opus"))
    parts = []
    for file in files:
        with av.open(str(file)) as container:
            resampler = av.AudioResampler("fltp", "stereo", RATE)
            parts += [f.to_ndarray() for frame in container.decode(audio=0) for f in resampler.resample(frame)]
    return np.concatenate(parts, axis=1)


def write_mp3(path: Path, sound: np.ndarray) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libmp3lame", rate=RATE, layout="stereo", bit_rate=192_000)
        for start in range(0, sound.shape[1], 1152):
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound[:, start : start + 1152]), "fltp", "stereo")
            frame.sample_rate, frame.pts = RATE, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def library(folder: Path, sound: np.ndarray) -> None:
    """SONGS different files of SONG_S each."""
    rng = np.random.default_rng(1)
    for number in range(SONGS):
        start = int(rng.integers(sound.shape[1] - SONG_S * RATE))
        gain = np.float32(rng.uniform(0.3, 0.9))
        write_mp3(folder / f"{number:03d}.mp3", sound[:, start : start + SONG_S * RATE] * gain)


def median_s(action: Callable[[], object], times: int) -> float:
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        action()
        spent.append(time.perf_counter() - start)
    return statistics.median(spent)


def command(*arguments: str | Path, cache: Path, workers: int = 0) -> bytes:
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # compiled modules are kept, as on anybody's machine
    environment = {**os.environ, "TONESCAPE_CACHE": str(cache), "TONESCAPE_WORKERS": str(workers or cores())}
    done = subprocess.run([COMMAND, *arguments], env=environment, capture_output=True, check=True)
    return done.stdout


def measure(folder: Path) -> list[tuple[str, str, str, str]]:
    sound = material()
    song, songs = folder / "three minutes.mp3", folder / "songs"
    songs.mkdir()
    write_mp3(song, sound[:, : 180 * RATE])
    library(songs, sound)
    listen(song)
    hear, read = median_s(lambda: listen(song), 9), median_s(lambda: decode(song), 9)
    rows = [
        ("`hear`, 3-minute MP3, one core, whole chain, warm", f"{180 / hear:.0f} x real time", "400 x", "1,000 x"),
        ("  of which decoding alone", f"{180 / read:.0f} x real time", "", ""),
    ]
    timed: dict[int, list[float]] = {1: [], 2: []}
    outputs = set()
    for attempt in range(3):
        for workers in (1, 2):
            cache = folder / f"cache-{attempt}-{workers}"
            start = time.perf_counter()
            outputs.add(command("hear", songs, "--json", cache=cache, workers=workers))
            timed[workers].append(time.perf_counter() - start)
    one, two = min(timed[1]), min(timed[2])
    rows.append((f"`hear` on {SONGS} songs of {SONG_S} s, 2 processes against 1, whole command",
                 f"{one / two:.2f} x ({one:.1f} s, {two:.1f} s)", "1.8 x", "1.95 x"))  # fmt: skip
    again = median_s(lambda: outputs.add(command("hear", songs, "--json", cache=folder / "cache-0-1", workers=1)), 5)
    rows.append(("second run over the same songs", f"{one / again:.0f} x faster ({again:.2f} s)", "50 x", ""))
    rows.append(("the same bytes printed by every run above", "yes" if len(outputs) == 1 else "NO", "yes", ""))

    def paint() -> bytes:
        shutil.rmtree(folder / "out", ignore_errors=True)
        command("paint", song, "--out", folder / "out", cache=folder / f"paint-{time.monotonic_ns()}")
        return b"".join(p.read_bytes() for p in sorted((folder / "out").iterdir()))

    pictures = {paint()}
    rows.append(("`paint` one song at 3000 px, whole command, cold",
                 f"{median_s(lambda: pictures.add(paint()), 3):.1f} s", "10 s", "5 s"))  # fmt: skip
    rows.append(("every file it wrote identical over four runs", "yes" if len(pictures) == 1 else "NO", "yes", ""))
    rows += parts.rows()
    rows += styles.rows(styles.painted(song, folder, command))
    start_up = median_s(lambda: command("--help", cache=folder / "none"), 15)
    rows.append(("`tonescape --help`", f"{start_up * 1e3:.0f} ms", "200 ms", "150 ms"))
    return rows


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(Path(folder))
    lines = [
        "# Speed",
        "",
        f"Written by `make bench` on {cores()} cores ({platform.machine()}, Python {platform.python_version()}). "
        "Medians, or the best of three for whole runs; one machine in one hour, so read the ratios.",
        "",
        "| what | measured | at least | aim |",
        "|---|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in rows),
        "",
    ]
    (ROOT / "docs").mkdir(exist_ok=True)
    (ROOT / "docs" / "SPEED.md").write_text("\n".join(lines))
    print("\n".join(lines))


if __name__ == "__main__":
    main()
