"""Text into HTML: the one place where a title meets markup, and where the pages' own pieces lie."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from html import escape
from importlib.resources import files

from tonescape.show.faces import plain

TEXT_CAP = 600
"""longest title, reason or error that a report shows, characters"""


@cache
def piece(file: str) -> str:
    """A page's style, script or frame, as it lies beside this file."""
    return files("tonescape.show").joinpath(file).read_text("utf-8")


def csp_hash(text: str) -> str:
    """The source expression by which a page's policy allows exactly this style or script (W3C CSP 3, 2.3.1)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def esc(text: str, cap: int = TEXT_CAP) -> str:
    """Text safe inside an element and inside a quoted attribute: one line, no controls, at most `cap` characters."""
    return escape(plain(text, cap), quote=True)


def name(text: str, cap: int = TEXT_CAP) -> str:
    """A title or artist with a writing direction of its own, so that it cannot turn round what stands beside it."""
    return f'<bdi dir="auto">{esc(text, cap)}</bdi>'


def num(value: float, digits: int = 1) -> str:
    """A coordinate: the shortest text with at most so many digits, the same on every machine."""
    text = f"{value:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text
