"""Any file to mono at RATE: formats, rates, layouts, and what is no sound."""

from __future__ import annotations

import struct
import subprocess
import sys
import time
import wave
from pathlib import Path

import av
import numpy as np
import pytest
from hear_files import CODECS, sine, stereo, write_sound, write_video

from growth import processor_s
from tonescape.core.errors import SongError
from tonescape.core.records import RATE
from tonescape.hear.decode import decode
from tonescape.hear.mixdown import mix_weights


def pitch(samples: np.ndarray) -> float:
    """The strongest frequency, Hz."""
    middle = samples[len(samples) // 4 : -len(samples) // 4]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
    return float(np.argmax(spectrum)) * RATE / len(middle)


@pytest.mark.parametrize("suffix", CODECS)
def test_every_format_gives_the_sine_that_went_in(tmp_path: Path, suffix: str) -> None:
    rate = 48000 if suffix in ("opus", "webm") else 44100
    path = write_sound(tmp_path / f"a.{suffix}", stereo(sine(1000.0, 2.0, rate)), rate)
    sound = decode(path)
    assert sound.rate == RATE and sound.channels == 2 and sound.source_rate == rate and not sound.truncated
    assert sound.duration_s == pytest.approx(2.0, abs=0.08)
    assert len(sound.samples) == pytest.approx(sound.duration_s * RATE, abs=1)
    assert pitch(sound.samples) == pytest.approx(1000.0, abs=2.0)
    middle = sound.samples[RATE // 2 : RATE]
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(0.5 / 2**0.5, rel=0.06)  # LAME takes 5 % off
    assert sound.samples.dtype == np.float32 and not sound.samples.flags.writeable


@pytest.mark.parametrize("codec", ["pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_f64le"])
def test_every_sample_format_has_the_same_scale(tmp_path: Path, codec: str) -> None:
    path = write_sound(tmp_path / "a.wav", stereo(sine(500.0, 1.0)), codec=codec)
    middle = decode(path).samples[RATE // 4 : RATE // 2]
    assert np.abs(middle).max() == pytest.approx(0.5, abs=0.01)
    assert abs(float(middle.mean())) < 0.005


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 32000, 37800, 44056, 44100, 48000, 96000, 192000])
def test_every_rate_keeps_pitch_length_and_shape(tmp_path: Path, rate: int) -> None:
    hz = 1000.0
    path = write_sound(tmp_path / "a.wav", sine(hz, 3.0, rate)[:, None], rate, layout="mono", codec="pcm_f32le")
    sound = decode(path)
    assert len(sound.samples) == round(3.0 * RATE)
    wanted = sine(hz, 3.0, RATE)
    inner = slice(RATE // 10, -RATE // 10)
    most = 0.05 if rate == 44056 else 2e-3  # no simple ratio: 4 millionths too fast are .04 after 3 s of 1 kHz
    assert np.abs(sound.samples[inner] - wanted[inner]).max() < most


def test_resampling_has_no_seams_and_no_mirror_images(tmp_path: Path) -> None:
    rate = 44100
    path = write_sound(tmp_path / "a.wav", sine(15000.0, 10.0, rate)[:, None], rate, layout="mono", codec="pcm_f32le")
    inner = decode(path).samples[RATE // 10 : -RATE // 10]
    assert np.abs(inner).max() < 0.5 * 10 ** (-80 / 20)  # 15 kHz lies above the new half rate: nothing may be left


def test_resampling_agrees_with_librosa_below_nine_kilohertz(tmp_path: Path) -> None:
    librosa = pytest.importorskip("librosa")
    rng = np.random.default_rng(4)
    noise = np.zeros(44100 * 2)
    for hz in rng.uniform(50.0, 9000.0, 80):
        noise += 0.01 * np.sin(2 * np.pi * hz * np.arange(len(noise)) / 44100 + hz)
    path = write_sound(tmp_path / "a.wav", noise[:, None], layout="mono", codec="pcm_f32le")
    ours, theirs = decode(path).samples, librosa.resample(noise, orig_sr=44100, target_sr=RATE)
    inner = slice(RATE // 5, -RATE // 5)
    difference = np.mean((ours[inner] - theirs[inner]) ** 2) / np.mean(theirs[inner] ** 2)
    assert 10 * np.log10(difference) < -60.0


def test_mixing_five_channels_and_a_subwoofer(tmp_path: Path) -> None:
    assert mix_weights(["FL", "FR"]).tolist() == [0.5, 0.5]
    weights = mix_weights(["FL", "FR", "FC", "LFE", "SL", "SR"])
    assert weights.sum() == pytest.approx(1.0) and weights[3] == 0.0
    assert weights[2] / weights[0] == pytest.approx(2**0.5) and weights[4] / weights[0] == pytest.approx(0.5**0.5)
    assert mix_weights(["NONE"] * 7).tolist() == pytest.approx([1 / 7] * 7)
    same = np.repeat(sine(440.0, 1.0, 48000)[:, None], 6, axis=1)
    sound = decode(write_sound(tmp_path / "a.wav", same, 48000, layout="5.1"))
    assert sound.channels == 6
    assert np.abs(sound.samples[2000:-2000]).max() == pytest.approx(0.5, abs=0.01)


def test_sides_that_cancel_are_heard(tmp_path: Path) -> None:
    left = sine(440.0, 1.0)
    sound = decode(write_sound(tmp_path / "a.wav", np.stack([left, -left], axis=1)))
    assert np.sqrt(np.mean(sound.samples**2)) == pytest.approx(0.5 / 2**0.5, rel=0.05)


def test_a_long_file_stops_at_the_cap_and_says_so(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.mp3", stereo(sine(440.0, 20.0)), bit_rate=64000)
    sound = decode(path, cap_s=5.0)
    assert sound.truncated and len(sound.samples) == 5 * RATE
    assert sound.duration_s == pytest.approx(20.0, abs=0.2)
    assert np.array_equal(sound.samples[: 4 * RATE], decode(path).samples[: 4 * RATE])


def test_values_that_are_no_samples_count_as_silence(tmp_path: Path) -> None:
    samples = stereo(sine(440.0, 2.0))
    samples[5000:5010] = np.nan
    samples[6000, 0], samples[6001, 1], samples[6002] = np.inf, -np.inf, 1e30
    path = write_sound(tmp_path / "a.wav", samples, codec="pcm_f32le")
    assert np.isnan(path.read_bytes() and np.frombuffer(path.read_bytes()[-2 * 4 * 88200 :], "<f4")).any()
    sound = decode(path)
    assert np.isfinite(sound.samples).all() and np.abs(sound.samples).max() < 1.0
    assert np.isfinite(sound.loudness_lufs)


def test_a_video_is_heard_and_one_without_sound_is_refused(tmp_path: Path) -> None:
    assert decode(write_video(tmp_path / "a.mp4", stereo(sine(440.0, 2.0)))).duration_s == pytest.approx(2.0, abs=0.1)
    with pytest.raises(SongError, match="no sound"):
        decode(write_video(tmp_path / "b.mp4", None))


def refused(path: Path) -> str:
    """The message of the SongError that decoding ends with."""
    with pytest.raises(SongError) as caught:
        decode(path)
    message = str(caught.value)
    assert "\n" not in message and path.name[:3] in message
    return message


def test_what_is_no_sound_is_refused_in_one_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    text = tmp_path / "text.mp3"
    text.write_text("These are words.\n" * 500)
    empty = tmp_path / "empty.wav"
    empty.write_bytes(b"")
    noise = tmp_path / "noise.flac"
    noise.write_bytes(np.random.default_rng(1).bytes(200_000))
    newline = tmp_path / "new\nline.mp3"
    newline.write_bytes(b"nothing")
    assert "no such file" in refused(tmp_path / "gone.mp3")
    for path in (text, empty, noise, newline, tmp_path):
        refused(path)
    short = write_sound(tmp_path / "short.wav", stereo(sine(440.0, 0.02)))
    refused(short)
    assert capfd.readouterr() == ("", "")


def test_a_playlist_in_disguise_opens_nothing(tmp_path: Path) -> None:
    good = write_sound(tmp_path / "good.mp3", stereo(sine(440.0, 1.0)))
    for number, text in enumerate(
        (
            f"ffconcat version 1.0\nfile {good.name}\n",
            f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{good.name}\n#EXT-X-ENDLIST\n",
            "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://127.0.0.1:9/a.mp3\n#EXT-X-ENDLIST\n",
        )
    ):
        path = tmp_path / f"list{number}.mp3"
        path.write_text(text)
        refused(path)


def test_a_name_that_is_no_text_is_opened(tmp_path: Path) -> None:
    good = write_sound(tmp_path / "a.wav", stereo(sine(440.0, 1.0)))
    for name in ("\udcff\udcfe.wav", "emoji 🎵 : a|b %20 #.wav", "\u202erev.wav"):
        path = tmp_path / name
        path.write_bytes(good.read_bytes())
        assert decode(path).duration_s == pytest.approx(1.0, abs=0.01)


def test_a_header_that_claims_four_gigabytes(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.wav", stereo(sine(440.0, 1.0)))
    data = bytearray(path.read_bytes())
    at = data.index(b"data") + 4
    data[at : at + 4] = struct.pack("<I", 0xFFFFFFF0)
    data[4:8] = struct.pack("<I", 0xFFFFFFFF)
    path.write_bytes(data)
    sound = decode(path)
    assert sound.duration_s == pytest.approx(1.0, abs=0.01) and not sound.truncated


@pytest.mark.parametrize("suffix", CODECS)
def test_damaged_files_give_what_is_left_or_one_line(tmp_path: Path, suffix: str) -> None:
    rate = 48000 if suffix in ("opus", "webm") else 44100
    good = write_sound(tmp_path / f"good.{suffix}", stereo(sine(440.0, 3.0, rate)), rate).read_bytes()
    rng = np.random.default_rng(7)
    heard = 0
    whole_s = processor_s(lambda: decode(tmp_path / f"good.{suffix}"))
    spent: list[float] = []
    for case in range(12):
        data = bytearray(good)
        if case < 4:
            data = data[: len(data) * (case + 1) // 5]
        else:
            for at in rng.integers(0 if case % 2 else 200, len(data), 1 << (case - 2)):
                data[at] ^= 1 << int(rng.integers(8))
        path = tmp_path / f"bad{case}.{suffix}"
        path.write_bytes(data)
        started = time.process_time()
        try:
            sound = decode(path)
        except SongError as error:
            assert "\n" not in str(error) and path.name in str(error)
        else:
            heard += 1
            assert np.isfinite(sound.samples).all() and np.isfinite(sound.loudness_lufs)
            assert len(sound.samples) >= 0.05 * RATE
        spent.append(time.process_time() - started)
    assert heard >= 3
    assert max(spent) < 50 * whole_s, "damage makes a file costly"


def test_a_file_that_changes_its_rate_goes_on(tmp_path: Path) -> None:
    first = write_sound(tmp_path / "a.mp3", stereo(sine(440.0, 2.0, 44100)), 44100).read_bytes()
    second = write_sound(tmp_path / "b.mp3", stereo(sine(440.0, 2.0, 48000)), 48000).read_bytes()
    path = tmp_path / "c.mp3"
    path.write_bytes(first + second)
    sound = decode(path)
    assert sound.source_rate == 44100 and sound.duration_s == pytest.approx(4.0, abs=0.2)
    assert pitch(sound.samples[: 2 * RATE]) == pytest.approx(440.0, abs=2.0)
    assert pitch(sound.samples[-2 * RATE + 4000 :]) == pytest.approx(440.0, abs=2.0)


LONG = """
import sys
from pathlib import Path
from tonescape.hear import listen
features = listen(sys.argv[1])
status = Path("/proc/self/status").read_text()  # getrusage would count the process this one was forked from
print(int(status.split("VmHWM:")[1].split()[0]) // 1024, len(features.curves.times))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the peak memory from /proc")
def test_ten_hours_stay_below_500_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"  # a sparse file: ten hours of 8 kHz, 8 bit; noise in the part that is heard
    with path.open("wb") as file:
        size = 36_000 * 8000
        head = struct.pack(
            "<4sI4s4sIHHIIHH4sI", b"RIFF", size + 36, b"WAVE", b"fmt ", 16, 1, 1, 8000, 8000, 1, 8, b"data", size
        )
        file.write(head + np.random.default_rng(2).bytes(1300 * 8000))
        file.truncate(len(head) + size)
    run = subprocess.run(
        [sys.executable, "-c", LONG, str(path)], capture_output=True, text=True, timeout=120, check=True
    )
    megabytes, points = map(int, run.stdout.split())
    assert points == 12_000
    assert megabytes < 500
    assert decode(path, cap_s=1.0).duration_s == pytest.approx(36_000.0)


def test_ffmpeg_is_told_to_be_quiet() -> None:
    assert av.logging.get_level() is None


def test_rates_that_are_none_are_refused(tmp_path: Path) -> None:
    for rate in (1000, 3999):
        path = write_sound(tmp_path / f"rate{rate}.wav", sine(100.0, 2.0, rate)[:, None], rate, layout="mono")
        assert f"{rate} Hz" in refused(path)


def test_many_channels(tmp_path: Path) -> None:
    tone = (sine(440.0, 1.0, 48000) * 32767).astype("<i2")
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setparams((16, 2, 48000, len(tone), "NONE", ""))
        file.writeframes(np.repeat(tone[:, None], 16, axis=1).tobytes())
    sound = decode(tmp_path / "a.wav")
    assert sound.channels == 16 and np.abs(sound.samples[2000:-2000]).max() == pytest.approx(0.5, abs=0.01)
