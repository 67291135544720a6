"""The catalogue: what is known is not read again, whatever happens to files and processes."""

import errno
import multiprocessing
import os
import signal
import sqlite3
import time
from pathlib import Path

import numpy as np
import pytest

from tonescape.core import store as store_module
from tonescape.core.errors import OutputError, SongError, UsageError
from tonescape.core.records import AudioFeatures, Curves, Features, Section, Song
from tonescape.core.store import COARSEST_NS, MIGRATIONS, PARTIAL, Store, pack, sweep, unpack, write_atomically


def features(value: float = 0.5) -> Features:
    def f(*shape: int) -> np.ndarray:
        return np.full(shape, value, np.float32)

    curves = Curves(
        times=f(9), energy=f(9), low=f(9), mid=f(9), high=f(9), onset=f(9), chroma=f(9, 12), beats=f(4), downbeats=f(1),
        beat_energy=f(4), sections=(Section(0, 4.5, "A"), Section(4.5, 9, "B")), section_energy=f(2),
    )  # fmt: skip
    return Features(AudioFeatures(tempo=120.0, key=3), f(3), ("a.x", "a.y", "b.z"), curves, 9.0)


LONG_AGO = 1_500_000_000


def written(path: Path, data: bytes, at: float = LONG_AGO) -> Path:
    """A file last changed at `at`, s since 1970: of one that changed just now the catalogue keeps no row."""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (at, at))
    return path


@pytest.fixture
def song_file(tmp_path: Path) -> Path:
    return written(tmp_path / "song.mp3", b"not really music")


def read(path: Path) -> Song:
    """Stands for the tag reader: the title is the file's content."""
    return Song(path, title=path.read_text())


def refuse(path: Path):
    raise AssertionError(f"{path} was read again")


def test_a_record_comes_back_as_it_was():
    before = features()
    after = unpack(Features, pack(before))
    assert (
        after.audio == before.audio and after.names == before.names and after.curves.sections == before.curves.sections
    )
    np.testing.assert_array_equal(after.curves.chroma, before.curves.chroma)
    assert after.vector.dtype == np.float32 and not after.vector.flags.writeable
    assert after["a.y"] == 0.5
    with pytest.raises(KeyError, match=r"a\.q"):
        after["a.q"]


def test_a_song_comes_back_with_odd_names():
    song = Song(Path("/x/\udcff \N{PILE OF POO}\n.mp3"), title="عربي", lyrics="la\n" * 99, given=AudioFeatures(mode=1))
    assert unpack(Song, pack(song)) == song


def test_a_known_file_is_not_heard_again(tmp_path, song_file):
    store = Store(tmp_path / "cache")
    assert store.known(song_file, 1) is None
    store.features(song_file, 1, lambda path: features())
    store.close()
    again = Store(tmp_path / "cache")
    assert again.features(song_file, 1, refuse)["a.x"] == 0.5
    assert again.known(song_file, 1) is not None


def test_a_moved_file_is_recognised_by_its_content(tmp_path, song_file):
    store = Store(tmp_path)
    store.features(song_file, 1, lambda path: features())
    moved = song_file.rename(tmp_path / "other.mp3")
    assert store.known(moved, 1) is None
    assert store.features(moved, 1, refuse)["a.x"] == 0.5


def test_a_changed_file_or_a_new_version_is_heard_again(tmp_path, song_file):
    store = Store(tmp_path)
    store.features(song_file, 1, lambda path: features(0.1))
    assert store.known(song_file, 2) is None
    song_file.write_bytes(b"a longer file than before")
    assert store.known(song_file, 1) is None
    assert store.features(song_file, 1, lambda path: features(0.9))["a.x"] == pytest.approx(0.9)


def test_tags_are_read_once(tmp_path, song_file):
    store = Store(tmp_path)
    first = store.song(song_file, 1, lambda path: Song(path, title="One"))
    store.features(song_file, 1, lambda path: features())
    assert store.song(song_file, 1, refuse) == first
    os.utime(song_file, ns=(1, 1))
    assert store.song(song_file, 1, lambda path: Song(path, title="Two")).title == "Two"
    assert store.known(song_file, 1) is None, "a touched file must be looked at again"


def test_a_song_is_where_it_was_asked_for(tmp_path, song_file, monkeypatch):
    store = Store(tmp_path / "cache")
    monkeypatch.chdir(tmp_path)
    asked = (Path("song.mp3"), song_file, Path("../") / tmp_path.name / "song.mp3")
    assert [store.song(path, 1, read).path for path in asked] == list(asked)
    assert [store.song(path, 1, refuse).path for path in reversed(asked)] == list(reversed(asked))


def test_the_same_name_in_another_folder_is_another_song(tmp_path, monkeypatch):
    store = Store(tmp_path / "cache")
    for folder in "ab":
        written(tmp_path / folder / "s.mp3", folder.encode())
    for folder in ("a", "b", "a"):
        monkeypatch.chdir(tmp_path / folder)
        assert store.song(Path("s.mp3"), 1, read) == Song(Path("s.mp3"), title=folder)


def test_no_path_is_kept_that_could_be_given_back(tmp_path, song_file):
    store = Store(tmp_path)
    store.song(song_file, 1, read)
    (kept,) = store._db.execute("SELECT song FROM files").fetchone()
    assert os.fsencode(song_file.name) not in kept


def test_mended_reading_reaches_known_files(tmp_path, song_file):
    store = Store(tmp_path)
    store.song(song_file, 1, lambda path: Song(path, title="misread"))
    assert store.song(song_file, 2, read).title == "not really music"
    assert store.song(song_file, 2, refuse).title == "not really music"


def test_records_with_other_fields_are_read_again(tmp_path, song_file, monkeypatch):
    store = Store(tmp_path)
    store.song(song_file, 1, read)
    store.features(song_file, 1, lambda path: features())
    monkeypatch.setattr(store_module, "_layout", lambda kind: "another")
    store_module._label.cache_clear()
    assert store.song(song_file, 1, lambda path: Song(path, title="again")).title == "again"
    assert store.known(song_file, 1) is None
    store_module._label.cache_clear()


def test_another_file_in_the_same_place_with_the_same_size_and_time(tmp_path):
    store = Store(tmp_path / "cache")
    first, second = written(tmp_path / "a.mp3", b"one"), written(tmp_path / "b.mp3", b"two")
    store.song(first, 1, read)
    store.features(first, 1, lambda path: features())
    second.replace(first)
    assert store.known(first, 1) is None and store.song(first, 1, read).title == "two"
    written(first, b"six")
    assert store.known(first, 1) is None and store.song(first, 1, read).title == "six", "copied over, times kept"


def test_a_link_that_leads_elsewhere_now(tmp_path):
    store, link = Store(tmp_path / "cache"), tmp_path / "link.mp3"
    for name in ("one", "two"):
        target = written(tmp_path / name, name.encode())
        link.unlink(missing_ok=True)
        link.symlink_to(target)
        assert store.known(link, 1) is None
        assert store.song(link, 1, read) == Song(link, title=name)
        store.features(link, 1, lambda path: features())


def test_a_file_changed_just_now_is_looked_at_again(tmp_path, monkeypatch):
    now = 10**18
    monkeypatch.setattr(store_module.time, "time_ns", lambda: now)
    monkeypatch.setattr(store_module, "_stamp", lambda path: (3, now - COARSEST_NS + 1, 0, 0))  # a coarse clock's
    store, path = Store(tmp_path / "cache"), tmp_path / "new.mp3"
    path.write_bytes(b"one")
    store.features(path, 1, lambda path: features(0.1))
    path.write_bytes(b"two")
    assert store.known(path, 1) is None
    assert store.features(path, 1, lambda path: features(0.9))["a.x"] == pytest.approx(0.9)


def test_what_changed_while_it_was_heard_is_not_kept(tmp_path, song_file):
    store = Store(tmp_path / "cache")
    content = song_file.read_bytes()

    def listen(path: Path) -> Features:
        path.write_bytes(b"something else altogether")
        return features(0.1)

    store.features(song_file, 1, listen)
    written(song_file, content)
    assert store.features(song_file, 1, lambda path: features(0.9))["a.x"] == pytest.approx(0.9)


def test_a_catalogue_of_the_first_layout_is_brought_up(tmp_path, song_file):
    db = sqlite3.connect(tmp_path / "catalogue.sqlite3")
    db.executescript(MIGRATIONS[0] + "; PRAGMA user_version = 1")
    found = song_file.stat()
    row = (os.fsencode(song_file), found.st_size, found.st_mtime_ns, pack(Song(Path("elsewhere.mp3"))), b"x")
    db.execute("INSERT INTO files VALUES (?, ?, ?, ?, ?)", row)
    db.commit()
    db.close()
    assert Store(tmp_path).song(song_file, 1, read) == Song(song_file, title="not really music")


def test_a_file_that_is_gone(tmp_path):
    with pytest.raises(SongError, match=r"gone\.mp3"):
        Store(None).features(tmp_path / "gone.mp3", 1, refuse)


def test_a_newer_catalogue_is_refused(tmp_path):
    Store(tmp_path).close()
    db = sqlite3.connect(tmp_path / "catalogue.sqlite3")
    db.execute("PRAGMA user_version = 999")
    db.close()
    with pytest.raises(UsageError, match="newer"):
        Store(tmp_path)


def test_migrations_run_in_order_and_keep_what_is_there(tmp_path, song_file, monkeypatch):
    store = Store(tmp_path)
    store.features(song_file, 1, lambda path: features())
    store.close()
    more = "ALTER TABLE files ADD COLUMN plays INTEGER; CREATE INDEX by_hash ON files (hash);"
    monkeypatch.setattr(store_module, "MIGRATIONS", (*store_module.MIGRATIONS, more))
    assert Store(tmp_path).features(song_file, 1, refuse)["a.x"] == 0.5
    assert Store(tmp_path)._db.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS) + 1,)


def test_a_damaged_catalogue_says_what_to_do(tmp_path):
    (tmp_path / "catalogue.sqlite3").write_bytes(b"this is no database" * 100)
    with pytest.raises(OutputError, match="Delete it"):
        Store(tmp_path)


def test_a_failed_write_is_undone_and_says_what_to_do(tmp_path, song_file):
    store = Store(tmp_path / "cache")
    file = tmp_path / "cache" / "catalogue.sqlite3"
    with sqlite3.connect(file) as other:  # the second statement of the transaction fails, as on a full disk
        other.execute("CREATE TRIGGER full BEFORE INSERT ON files BEGIN SELECT RAISE(ABORT, 'disk is full'); END")
    other.close()
    for ask in (lambda: store.features(song_file, 1, lambda path: features()), lambda: store.song(song_file, 1, read)):
        with pytest.raises(OutputError, match=f"catalogue {file}.*disk is full") as caught:
            ask()
        assert "TONESCAPE_CACHE" in str(caught.value)
    with sqlite3.connect(file, timeout=0) as other:
        assert other.execute("SELECT count(*) FROM features").fetchone() == (0,)
        other.execute("DROP TRIGGER full")  # no lock was left behind
    other.close()
    store.features(song_file, 1, lambda path: features())
    assert store.known(song_file, 1)["a.x"] == 0.5


def test_a_catalogue_that_another_one_holds_is_named(tmp_path, song_file, monkeypatch):
    monkeypatch.setattr(store_module, "BUSY_S", 0.01)
    store = Store(tmp_path / "cache")
    other = sqlite3.connect(tmp_path / "cache" / "catalogue.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OutputError, match=r"catalogue\.sqlite3: database is locked"):
        store.song(song_file, 1, read)
    other.close()


def test_a_catalogue_that_cannot_be_read_any_more_says_what_to_do(tmp_path, song_file):
    store = Store(tmp_path / "cache")
    with sqlite3.connect(tmp_path / "cache" / "catalogue.sqlite3") as other:
        other.execute("DROP TABLE files")
    other.close()
    for ask in (lambda: store.song(song_file, 1, read), lambda: store.known(song_file, 1)):
        with pytest.raises(OutputError, match=r"no such table.*TONESCAPE_CACHE"):
            ask()


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="TONESCAPE_CACHE"):
        Store(tmp_path / "file" / "cache")


def _fill(folder: Path, files: list[Path]) -> None:
    store = Store(folder)
    for path in files:
        store.features(path, 1, lambda path: features())
        store.song(path, 1, lambda path: Song(path, title=path.stem))


def test_two_processes_at_once(tmp_path):
    files = [tmp_path / f"{n}.mp3" for n in range(60)]
    for path in files:
        written(path, path.name.encode())
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_fill, args=(tmp_path / "cache", files)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    store = Store(tmp_path / "cache")
    assert all(store.known(path, 1) and store.song(path, 1, refuse).title == path.stem for path in files)


def test_kill_at_any_moment_leaves_a_sound_catalogue(tmp_path):
    files = [tmp_path / f"{n}.mp3" for n in range(3000)]
    for path in files:
        written(path, path.name.encode())
    process = multiprocessing.get_context("fork").Process(target=_fill, args=(tmp_path / "cache", files))
    process.start()
    while not (tmp_path / "cache" / "catalogue.sqlite3").exists() or not Store(tmp_path / "cache").known(files[20], 1):
        time.sleep(0.005)
        assert process.is_alive()
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    store = Store(tmp_path / "cache")
    assert store._db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    done = sum(store.known(path, 1) is not None for path in files)
    assert 20 < done < len(files)


def test_write_atomically(tmp_path):
    target = tmp_path / "new" / "a.txt"
    write_atomically(target, b"one")
    write_atomically(target, b"two")
    assert target.read_bytes() == b"two" and [p.name for p in target.parent.iterdir()] == ["a.txt"]


def test_a_full_disk_keeps_the_old_file(tmp_path, monkeypatch):
    target = tmp_path / "a.txt"
    write_atomically(target, b"old")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        write_atomically(target, b"new")
    assert target.read_bytes() == b"old" and len(list(tmp_path.iterdir())) == 1


def test_a_target_that_cannot_be(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot write"):
        write_atomically(tmp_path / "file" / "a.txt", b"x")


def test_sweep_removes_what_dead_processes_left(tmp_path):
    mine, dead = tmp_path / f".{os.getpid()}-ab{PARTIAL}", tmp_path / f".999999999-ab{PARTIAL}"
    mine.write_text("")
    dead.write_text("")
    (tmp_path / "song.partial").write_text("the user's own")
    sweep(tmp_path)
    assert mine.exists() and not dead.exists() and (tmp_path / "song.partial").exists()


def test_a_file_that_could_not_be_written_is_refused_before_the_work(tmp_path, monkeypatch):
    from tonescape.core.store import checked_file

    assert checked_file(tmp_path / "new" / "deep" / "a.csv") == tmp_path / "new" / "deep" / "a.csv"
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "taken").write_bytes(b"")
    with pytest.raises(OutputError, match="is no folder"):
        checked_file(tmp_path / "taken" / "b" / "a.csv")
    monkeypatch.setattr("os.access", lambda path, mode: path != tmp_path)
    with pytest.raises(OutputError, match="Permission denied"):
        checked_file(tmp_path / "new" / "a.csv")
