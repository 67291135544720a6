"""The options of `tonescape train` and `evaluate`: the same names everywhere, and every shown command is one."""

from __future__ import annotations

import argparse
import re
import shlex
from pathlib import Path

import pytest

from tonescape import train
from tonescape.core.errors import MissingError

ROOT = Path(__file__).parents[2]
ROWS = sorted((verb, name) for verb, table in train.TABLES.items() for name in table)
NO_DATA = {("train", "generator-pack"), ("train", "label")}
"""they read a run and a folder, which are named without an option"""

INSTALLED = {"affect", "classes", "features", "gems", "generator-pack", "judges", "like", "tags", "tempo", "words"}
"""trainers of what is in the package"""


class Parsed(Exception):
    """Raised instead of doing the work."""


@pytest.fixture
def parsers(monkeypatch: pytest.MonkeyPatch) -> list[argparse.ArgumentParser]:
    found: list[argparse.ArgumentParser] = []
    parse = argparse.ArgumentParser.parse_args

    def stop(self, arguments=None, namespace=None):
        found.append(self)
        parse(self, arguments)
        raise Parsed

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", stop)
    return found


def run(verb: str, name: str, arguments: list[str]) -> None:
    try:
        train.run(verb, name, arguments)
    except MissingError:
        pytest.importorskip("torch", reason="the extra `torch` is not installed")
        raise


@pytest.mark.parametrize(("verb", "name"), ROWS)
def test_options_have_one_name_and_show_their_defaults(verb, name, parsers, capsys):
    with pytest.raises(SystemExit):
        run(verb, name, ["--help"])
    shown = " ".join(capsys.readouterr().out.split())
    options = {text: action for action in parsers[0]._actions for text in action.option_strings}
    assert ("--data" in options) == ((verb, name) not in NO_DATA)
    assert ("--install" in options) == (verb == "train" and name in INSTALLED)
    if verb == "train":
        assert "--out" in options, "what is made is written where the user says"
    for action in parsers[0]._actions:
        assert action.help, action.dest
        if action.option_strings and action.default not in (None, False, "", [], argparse.SUPPRESS):
            assert str(action.default) in shown.replace("- ", "-"), f"{action.dest}: the default is not shown"


@pytest.mark.parametrize("name", sorted(INSTALLED))
def test_nothing_is_written_into_the_package_unless_asked(name, parsers, capsys):
    with pytest.raises(SystemExit):
        run("train", name, [])
    assert "--out --install" in capsys.readouterr().err.replace("one of the arguments ", "") or name == "generator-pack"


def commands() -> list[str]:
    kept = ("models", "architecture.md")  # cards are records; the list of files has lines of docstrings
    docs = (page for page in sorted((ROOT / "docs").rglob("*.md")) if not {page.parent.name, page.name} & set(kept))
    pages = [*docs, *sorted((ROOT / "runs").glob("*.sh"))]
    found = []
    for page in pages:
        text = page.read_text("utf-8").replace("$D", "--data DATA --columns valence,arousal").replace('"$@"', "flow")
        shown = re.findall(r"tonescape (?:train|evaluate) [a-z-]+ [^`\n#;]*", text)
        found += [f"{page.name}: {line.strip()}" for line in shown if "--" in line and "..." not in line]
    return sorted(set(found))


@pytest.mark.parametrize("line", commands())
def test_commands_that_docs_and_runs_show_are_ones(line, parsers):
    _, verb, name, *arguments = shlex.split(line.split(": ", 1)[1].replace(" }", ""))
    if name == "generator" and verb == "train" and "--out" not in arguments:
        arguments += ["--out", "OUT"]  # a shell function in runs/full.sh gets it from its callers
    with pytest.raises(Parsed):
        run(verb, name, arguments)


def test_there_are_commands_to_check():
    assert len(commands()) > 25
