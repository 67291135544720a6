"""The options that trainers and measurements share: one name and one meaning each, defaults shown in --help."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

PAGE, LINES = Path("docs/ACCURACY.md"), Path("src/tonescape/show/accuracy.json")
"""where --write and --lines write without a path, seen from the project's folder"""

WHEEL = Path("musicnn-0.1.0-py3-none-any.whl")
"""the teacher's file, as `pip download --no-deps musicnn==0.1.0` names it"""


class Help(argparse.HelpFormatter):
    """Help that ends with the option's default, where it has one."""

    def _get_help_string(self, action: argparse.Action) -> str:
        text = action.help or ""
        nothing = action.default in (None, False, argparse.SUPPRESS, "") or action.default == []
        return text if nothing or "%(default)" in text else f"{text} (default: %(default)s)"


def parser(what: str) -> argparse.ArgumentParser:
    """A parser without options. what : one sentence that --help begins with"""
    return argparse.ArgumentParser(description=what, formatter_class=Help)


def add_data(parser: argparse.ArgumentParser, what: str = "", **more: Any) -> None:
    """--data, what the command reads.

    what : says what it must hold, and makes the option required. By default it is the folder of research data, which
    the environment variable TONESCAPE_DATA may name instead.
    """
    if what:
        parser.add_argument("--data", type=Path, required=True, help=what, **more)
    else:
        text = "folder of research data, with music/, text/ and images/ (default: $TONESCAPE_DATA)"
        parser.add_argument("--data", type=Path, help=text)


def add_cache(parser: argparse.ArgumentParser) -> None:
    """--cache, a folder for what is worked out once: descriptors, sentence vectors, picture features."""
    from tonescape.core.settings import settings

    text = "folder that keeps what was worked out of recordings, texts and pictures"
    parser.add_argument("--cache", type=Path, default=settings().cache / "train", metavar="FOLDER", help=text)


def add_teacher(parser: argparse.ArgumentParser) -> None:
    """--teacher, the wheel of the tagging network that others learn from."""
    parser.add_argument("--teacher", type=Path, default=WHEEL, metavar="WHEEL", help="musicnn's wheel")


def add_weights(parser: argparse.ArgumentParser, what: str = "the model and its card") -> None:
    """--out FOLDER or --install, of which one must be given; `out` is None with --install."""
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--out", type=Path, metavar="FOLDER", help=f"write {what} into this folder")
    where.add_argument("--install", action="store_true", help=f"replace {what} in the installed package")


def add_write(parser: argparse.ArgumentParser, *, lines: bool = False) -> None:
    """--write [FILE], and with `lines` also --lines [FILE]; nothing is written without them."""
    text = f"also put the section into this page, {PAGE} where no file is named"
    parser.add_argument("--write", type=Path, nargs="?", const=PAGE, metavar="FILE", help=text)
    if lines:
        text = f"also put what reports print into this file, {LINES} where none is named"
        parser.add_argument("--lines", type=Path, nargs="?", const=LINES, metavar="FILE", help=text)
