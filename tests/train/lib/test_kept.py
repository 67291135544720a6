"""Kept arrays: read for the same inputs, worked out for any other."""

import numpy as np
import pytest

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
