"""Prompts of albums, lyrics and whole playlists, as two earlier projects wrote them, and the table of them by name.

The covers project (2024) tried four ways to ask Stable Diffusion for a cover: `lyrics_prompt`, `emotions_prompt`,
`album_prompt`, and album and genre fused with a music embedding, whose words are `album_prompt`'s (the music comes in
through `Brief.embedding`). Pixtape (2022) asked VQGAN + CLIP for a playlist with its titles alone, with a colour, with
a mood (`titles_prompt`), and song by song with weights (`prompt.song_prompt`). All results follow `prompt`'s grammar.
`asked` puts the one that was asked for into a brief.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from tonescape.core.records import Reason
from tonescape.core.settings import among
from tonescape.plan import style
from tonescape.plan.prompt import MAX_TITLE, Part, class_word, format_prompt

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tonescape.core.records import Brief, Scores, Song

WEIGHTED = "weighted"
"""the approach every brief has from the start"""

LYRICS = "lyrics"

APPROACHES: dict[str, str] = {
    WEIGHTED: "style, title, colours, mood words and light, each with its weight",
    "titles": "the titles of the song or of the whole playlist, and the style",
    "titles-colour": "the titles, the main colour and the style",
    "titles-mood": "the titles, the mood and the style",
    LYRICS: "the song's own first lines, unsafe ones left out",
    "emotions": "album, genre and the strongest emotions",
    "album": "album and genre",
}
"""by name: what the prompt holds"""

MAX_LYRICS = 240
"""characters of lyrics quoted in a prompt: about CLIP's 77 tokens, and a short quotation, not a copy of a song"""

MAX_TITLES = 600
"""characters of a playlist's titles together"""

TOP_EMOTIONS = 3

UNSAFE = re.compile(
    r"\b(?:porn|sex|nud(?:e|ity)|naked|rap(?:e|ed|ist)|fuck|cock|dick|cunt|puss(?:y|ies)|tits?|whore|slut|bitch|cum"
    r"|orgasm|horny|kill|murder|stab|shoot|shot|gun|blood|corpse|behead|tortur|suicid|hang(?:ed)? myself|cut myself"
    r"|cocaine|heroin|meth|crack|shit|nazi|nigg|fag(?:got)?|retard|schoolgirl|lolita)(?:s|es|ed|er|ers|ing|in|y|a|as)?\b",
    re.I,
)
"""words that make a line of lyrics unfit for a prompt: sex, violence, self-harm, hard drugs, slurs. A list of words
knows no context: it drops harmless lines ("blood is thicker than water") and lets allusions through; models that have a
safety checker of their own need it all the same."""

MARKS = re.compile(r"\[[^\]]*\]|\([^)]*\)|<[^>]*>")
"""[Chorus], [01:23.45], (ooh) and <00:12> in lyrics"""


def checked(name: str) -> str:
    """`name` if it is an approach; UsageError naming the nearest where it is not."""
    return among(name, APPROACHES, "way of prompting")


def asked(brief: Brief, songs: Sequence[Song], approach: str) -> Brief:
    """The brief with the prompt that was asked for, and a reason that says so.

    songs : the brief's song, or all those of its playlist      approach : of APPROACHES
    Lyrics that are not there, or hold no line that is fit, leave the weighted prompt; the reason says that too.
    """
    if approach == WEIGHTED:
        return replace(brief, reasons=(*brief.reasons, Reason("prompt weighted", "you asked for it")))
    single = songs[0] if len(songs) == 1 else None
    prompt = _prompt(brief, songs, single, approach)
    if prompt is None:
        why = "has no lyrics of its own" if single is None else "has no lyrics here that are fit for a prompt"
        whose = "the playlist" if single is None else "the song"
        reason = Reason("prompt weighted", f"you asked for lyrics, but {whose} {why}")
        return replace(brief, reasons=(*brief.reasons, reason))
    reason = Reason(f"prompt {approach}", f"you asked for it: {APPROACHES[approach]}")
    return replace(brief, prompt=prompt, reasons=(*brief.reasons, reason))


def _prompt(brief: Brief, songs: Sequence[Song], single: Song | None, approach: str) -> str | None:
    mood, words = brief.mood, f"abstract {style.words(brief.style)}"
    album = (single.album or single.title) if single else brief.title
    genres = Counter(song.genre for song in songs if song.genre)
    genre = min(genres, key=lambda name: (-genres[name], name)) if genres else ""
    if approach == LYRICS:
        return lyrics_prompt(single.lyrics) if single and single.lyrics else None
    if approach == "emotions":
        known = mood.words.emotions if mood.words else ()
        return emotions_prompt(album, genre, known or mood.gems or mood.tags)
    if approach == "album":
        return album_prompt(album, genre)
    colour = brief.main_name if approach == "titles-colour" else ""
    feeling = class_word(mood) if approach == "titles-mood" else ""
    return titles_prompt([song.title for song in songs], words, colour=colour, mood=feeling)


def lyrics_prompt(lyrics: str, *, cap: int = MAX_LYRICS) -> str | None:
    """The lyrics themselves, first lines first, each line once, unsafe lines left out; None where no line is left.

    cap : characters at most; the last line is cut at a word
    """
    kept: list[str] = []
    room = cap
    for raw in lyrics.splitlines():
        line = " ".join(MARKS.sub(" ", raw).split())
        if not any(c.isalpha() for c in line) or UNSAFE.search(line) or line.lower() in map(str.lower, kept):
            continue
        line = _cut(line, room)
        if not line:
            break
        kept.append(line)
        room -= len(line) + 2
        if room <= 0:
            break
    return format_prompt([Part(", ".join(kept))]) if kept else None


def album_prompt(album: str, genre: str = "") -> str:
    """Create an album cover for the album ALBUM. The genre is GENRE. (the latter only where a genre is known)"""
    return format_prompt([Part(_album(album, genre))])


def emotions_prompt(album: str, genre: str, emotions: Scores, *, top: int = TOP_EMOTIONS) -> str:
    """`album_prompt`'s words, and the strongest emotions, highest first, as a sentence; without any, the same.

    emotions : of `WordMood.emotions`, `Mood.gems` or `Mood.tags`, any order
    """
    names = [name for name, value in sorted(emotions, key=lambda pair: -pair[1])[:top] if value > 0]
    sentence = (
        f" The emotions are {_listed(names)}." if len(names) > 1 else f" The emotion is {names[0]}." if names else ""
    )
    return format_prompt([Part(_album(album, genre) + sentence)])


def titles_prompt(titles: Sequence[str], style: str, *, colour: str = "", mood: str = "") -> str:
    """One prompt of a whole playlist: TITLES: 1 | COLOUR: 0.9 | MOOD: 0.9 | STYLE: 0.9, what is not given left out.

    titles : each once, as many as fit into MAX_TITLES characters, whole ones only (a first one is cut)
    colour : a name, "navy"      mood : "melancholic", or Pixtape's "positive and sunrays shine upon it"
    style : "abstract fauvism"
    """
    parts = [Part(_titles(titles) or "untitled")]
    parts += [Part(" ".join(words.split()), 0.9) for words in (colour, mood, style) if words.strip()]
    return format_prompt(parts)


def _album(album: str, genre: str) -> str:
    name = " ".join(album.split())[:MAX_TITLE].strip() or "untitled"
    kind = " ".join(genre.split())[:MAX_TITLE].strip()
    return f"Create an album cover for the album {name}." + (f" The genre is {kind}." if kind else "")


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _titles(titles: Iterable[str]) -> str:
    kept: list[str] = []
    room = MAX_TITLES
    for title in dict.fromkeys(" ".join(title.split())[:MAX_TITLE].strip() for title in titles):
        if title and len(title) <= room:
            kept.append(title)
            room -= len(title) + 2
    return ", ".join(kept)


def _cut(text: str, room: int) -> str:
    """The longest beginning of whole words that fits; "" where not even the first word does."""
    if len(text) <= room:
        return text
    return text[: max(0, room) + 1].rpartition(" ")[0].rstrip(" ,;:-")
