"""The Python API: songs and words to moods, moods to pictures, screenplays to film scores.

The functions of this module are also those of the package: `tonescape.listen` is `tonescape.api.listen`. They give the
records of `core/records` and raise the errors of `core/errors`, all of them a `TonescapeError`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from tonescape.core.errors import SongError, TonescapeError, UsageError
from tonescape.core.records import Failure, FilmScore, Heard, Mood, Picture, Script, WordMood
from tonescape.score import ScoreOptions

if TYPE_CHECKING:
    from tonescape.mood.words import Kind

__all__ = [
    "Failure",
    "FilmScore",
    "Heard",
    "Mood",
    "Picture",
    "ScoreOptions",
    "Script",
    "TonescapeError",
    "WordMood",
    "listen",
    "listen_all",
    "mood_of_words",
    "paint",
    "save",
    "score",
]

FilePath: TypeAlias = str | os.PathLike[str]


def listen(path: FilePath) -> Heard:
    """The mood of one song.

    Parameters
    ----------
    path : str or path
        Any file with sound that ffmpeg reads, also a video.

    Returns
    -------
    Heard
        `.mood` holds valence, arousal and sureness [0, 1], the names of that point, mood words and GEMS emotions;
        `.song` title, artist and the rest of the tags; `.features` what was measured. A value that is not known is
        None.

    Raises
    ------
    SongError
        The file cannot be read or holds no sound; the text names the file and says what to do.
    UsageError
        The path is a folder, a playlist or a table; use `listen_all`.

    What was heard is kept in the catalogue that the command line uses too (folder TONESCAPE_CACHE), so a second call
    decodes nothing.

    Examples
    --------
    >>> heard = tonescape.listen("song.flac")
    >>> heard.mood.quadrant, round(heard.mood.valence, 2)
    ('Q3', 0.31)
    """
    from tonescape.gather.files import PLAYLIST_SUFFIXES, TABLE_SUFFIXES

    file = Path(path).expanduser()
    if file.is_dir() or file.suffix.lower() in PLAYLIST_SUFFIXES | TABLE_SUFFIXES:
        raise UsageError(f"{file} may hold many songs; use listen_all([{str(file)!r}])")
    (result,) = listen_all([file], workers=1)
    if isinstance(result, Failure):
        raise SongError(result.error)
    return result


def listen_all(sources: Sequence[FilePath], *, workers: int | None = None) -> Iterator[Heard | Failure]:
    """The moods of many songs, each as soon as it is ready, in the order of `sources`.

    Parameters
    ----------
    sources : sequence of str or path
        Songs, folders (with all below them), M3U playlists, and tables with audio features (CSV, TSV).
    workers : int, optional
        Processes that listen at the same time; 1 works in this process. By default TONESCAPE_WORKERS or all cores.

    Yields
    ------
    Heard or Failure
        A song that cannot be used comes as a Failure (`.source`, `.error`) in its place, and the rest goes on.

    Raises
    ------
    UsageError
        `sources` is a single path instead of a list.

    Examples
    --------
    >>> library = [each for each in tonescape.listen_all(["music"]) if isinstance(each, tonescape.Heard)]
    """
    from tonescape import pipeline
    from tonescape.core.settings import settings

    if isinstance(sources, str | os.PathLike):
        raise UsageError(f"listen_all takes a list; write listen_all([{str(sources)!r}])")
    given = [Path(source).expanduser() if "://" not in str(source) else str(source) for source in sources]
    return pipeline.hear(given, settings().cache, settings().workers if workers is None else max(1, workers))


def paint(
    heard: Heard,
    *,
    style: str | None = None,
    motif: str | None = None,
    seed: int | None = None,
    size: int = 1024,
    engine: str = "painter",
    layout: str = "",
) -> Picture:
    """A picture of a song's mood, the same as `tonescape paint` makes of it.

    Parameters
    ----------
    heard : Heard
        Of `listen` or `listen_all`.
    style, motif : str, optional
        Names as `tonescape styles` lists them; by default those that suit the mood.
    seed : int, optional
        0 to 2**32 - 1; by default it follows from title, artist and mood. Another number, another picture.
    size : int
        Pixels a side, 64 to 8192.
    engine : str
        A name that `tonescape engines` lists.
    layout : str
        Title and artist in letters: "auto", "corner", "centre", "banner" or "headline"; "" for none.

    Returns
    -------
    Picture
        `.image` is uint8 [size, size, 3] sRGB and read-only; `.recipe` is the JSON text from which `tonescape paint`
        makes the picture again. The same song, version, seed and size give the same bytes on one machine.

    Raises
    ------
    UsageError
        A name that is not installed, or size or seed out of range.
    MissingError, WeightsError
        The engine needs a package or a model that is not here; the text says what to type.

    Examples
    --------
    >>> tonescape.save(tonescape.paint(heard, style="woodblock", motif="sea"), "cover.png")
    """
    from tonescape import pipeline
    from tonescape.show.layouts import checked_layout
    from tonescape.show.paint_job import PaintOptions, picture_of

    if layout:
        checked_layout(layout)
    options = PaintOptions(Path(), engine, size, style=style, motif=motif, seed=seed, layout=layout)
    (job,) = pipeline.plan([heard], options, heard.song.title)
    return picture_of(job, options)


def save(result: Picture | FilmScore, path: FilePath) -> Path:
    """Write a picture or a film score to disk, whole or not at all.

    Parameters
    ----------
    result : Picture or FilmScore
    path : str or path
        Of a picture: a name that ends in .jpg, .jpeg or .png; the recipe is kept inside. Of a film score: a folder,
        made if it is not there, for the cue sheet with its page, players, playlists and edit lists.

    Returns
    -------
    Path
        The picture, or the page of the cue sheet.

    Raises
    ------
    UsageError
        Another ending than those.
    OutputError
        The file cannot be written.
    """
    target = Path(path).expanduser()
    if isinstance(result, FilmScore):
        from tonescape.core.store import make_folder
        from tonescape.show.cues import write_cues

        make_folder(target)
        return write_cues(result, target)[0]
    from tonescape.show.cover import save_cover

    save_cover(result, target)
    return target


def score(
    script: FilePath | Script, library: Iterable[Heard | Failure], options: ScoreOptions | None = None
) -> FilmScore:
    """Songs of a library for the scenes of a screenplay, and one plan for the whole film.

    Parameters
    ----------
    script : str, path or Script
        A screenplay as Fountain, Final Draft, PDF or plain text, or one that is read already.
    library : iterable of Heard
        What `listen_all` gives; its failures are passed over and counted in the remarks.
    options : ScoreOptions, optional
        Songs a scene, whether sound or words are matched, filters, another plan; see `help(tonescape.ScoreOptions)`.

    Returns
    -------
    FilmScore
        `.cues` the nearest songs of each scene with distance and reason; `.plan` what is heard when in the film.

    Raises
    ------
    ScriptError
        The script cannot be read.
    InputError
        The script has no scene, or no song of the library could be heard.
    MissingError
        The package that reads words is not installed; the text says what to type.
    UsageError
        Options out of range.

    Examples
    --------
    >>> film = tonescape.score("film.fountain", tonescape.listen_all(["music"]), tonescape.ScoreOptions(per_scene=5))
    >>> [(cue.scene.heading, cue.matches[0].song.title) for cue in film.cues]
    """
    from tonescape.gather.scripts import read_script
    from tonescape.mood.words.encoder import ready
    from tonescape.score import score as score_of

    options = (options or ScoreOptions()).checked()
    ready()
    read = script if isinstance(script, Script) else read_script(Path(script).expanduser())
    results = list(library)
    heard = [each for each in results if isinstance(each, Heard)]
    unheard = len(results) - len(heard)
    remarks = (f"{unheard} of {len(results)} songs of the library could not be heard",) if unheard else ()
    return score_of(read, heard, options, remarks=remarks)


def mood_of_words(text: str, kind: Kind = "sentence") -> WordMood:
    """The mood of a text.

    Parameters
    ----------
    text : str
        In one of the 15 languages that the encoder reads (`tonescape.mood.words.SPOKEN`).
    kind : {"sentence", "scene", "lyric"}
        What the text is compared with: sentences of EmoBank, scenes of feature films, or songs' words.

    Returns
    -------
    WordMood
        valence, arousal and dominance: the share of comparable texts that have less of it, .5 is usual; 27 emotions
        in the same way; sureness [0, 1]. A text without words is .5 with sureness 0.

    Raises
    ------
    MissingError
        The package that reads words is not installed; the text says what to type.
    UsageError
        Another kind.

    Words tell valence far better than arousal: docs/ACCURACY.md has the figures.
    """
    from tonescape.mood.words import word_mood
    from tonescape.mood.words.encoder import ready

    if kind not in ("sentence", "scene", "lyric"):
        raise UsageError(f"a text of kind {kind!r}: there is sentence, scene and lyric")
    ready()
    return word_mood(text, kind)
