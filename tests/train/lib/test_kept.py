"""Kept arrays: read for the same inputs, worked out for any other."""

import numpy as np
import pytest

from tonescape.core.errors import InputError
from tonescape.train.lib import kept


@pytest.fixture
def ask(tmp_path):
    made = []

    def ask(*inputs, name="a"):
        def work_out():
            made.append(inputs)
            return {"x": np.arange(len(made)), "y": np.array(repr(inputs))}

        found = kept.arrays(tmp_path / "cache", name, inputs, work_out)
        return str(found["y"]) == repr(inputs) and len(made)

    return ask


def test_the_same_inputs_are_worked_out_once_and_any_other_anew(ask, tmp_path):
    assert [ask("ab", b"c"), ask("ab", b"c"), ask("a", b"bc"), ask("b", "a"), ask("a", "b"), ask("ab", b"c")] == [
        1, 1, 2, 3, 4, 4]  # fmt: skip
    assert all(file.suffix == ".npz" for file in (tmp_path / "cache").iterdir())


def test_a_damaged_file_is_worked_out_anew(ask, tmp_path):
    ask("a")
    (file,) = (tmp_path / "cache").iterdir()
    for damaged in (b"", file.read_bytes()[:60], b"no archive"):
        file.write_bytes(damaged)
        before = ask("b", name="other")
        assert ask("a") > before and np.load(file)["x"].size


def test_without_a_folder_nothing_is_kept():
    assert [kept.arrays(None, "a", ["x"], lambda n=n: {"n": np.array(n)})["n"] for n in (1, 2)] == [1, 2]


def test_a_file_with_any_byte_changed_gives_no_error_and_no_other_numbers(ask, tmp_path):
    ask("a")
    (file,) = (tmp_path / "cache").iterdir()
    whole = file.read_bytes()
    for at in range(len(whole)):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 0x5A]) + whole[at + 1 :])
        found = kept.arrays(tmp_path / "cache", "a", ["a"], lambda: {"x": np.arange(1), "y": np.array("('a',)")})
        assert all(str(value) == {"x": "[0]", "y": "('a',)"}[key] for key, value in found.items()), at


def test_a_file_that_cannot_be_read_is_an_error(ask, tmp_path):
    ask("a")
    (file,) = (tmp_path / "cache").iterdir()
    file.unlink()
    file.mkdir()
    with pytest.raises(InputError, match=rf"cannot read .*{file.name}: Is a directory"):
        ask("a")


def test_only_the_arrays_are_kept_and_none_of_objects(tmp_path):
    kept.arrays(tmp_path, "a", ["x"], lambda: {"n": np.arange(2)})
    with np.load(next(tmp_path.iterdir())) as found:
        assert found.files == ["n"]
    with pytest.raises(TypeError, match="b: n holds Python objects"):
        kept.arrays(tmp_path, "b", ["x"], lambda: {"n": np.array([{}])})
    assert len(list(tmp_path.iterdir())) == 1
