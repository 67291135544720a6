"""Pages from templates: the one place where a text meets markup.

    page("study.html", script="study.js", images="data:", data=..., judgements=...) -> str

The templates, with their styles and scripts, lie in `templates/`. Every text that a template prints is made one line,
shortened and escaped; only `Markup` passes as it is. A page is one file that fetches nothing from the network: its
policy (Content Security Policy) allows its own style and script by their hashes, and nothing else that is not named.
"""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from tonescape.show.faces import plain

if TYPE_CHECKING:
    from jinja2 import Environment

TEXT_CAP = 600
"""longest title, reason or error that a page shows, characters"""

BASE_STYLE = "base.css"
"""what all pages share: colours, type, tables; a page's own style follows it"""


def page(
    template: str, *, script: str = "", data: object = None, images: str = "", media: str = "", **values: Any
) -> str:
    """A whole page from a template that extends base.html; its style is the file of the same name with .css.

    script : a file of `templates/`, "" for none
    data : what the script reads, as JSON in the element "data"
    images, media : where pictures and sounds may come from, source expressions as in "data: file:"; "" for nowhere
    values : what the template names; StrictUndefined raises where it names another
    The same values give the same text.
    """
    style = _text(BASE_STYLE) + _text(template.removesuffix(".html") + ".css")
    code = _text(script) if script else ""
    allowed = {
        "img-src": images,
        "media-src": media,
        "style-src": f"'{csp_hash(style)}'",
        "script-src": f"'{csp_hash(code)}'" if code else "",
    }
    policy = "".join(f"; {directive} {sources}" for directive, sources in allowed.items() if sources)
    return (
        _environment()
        .get_template(template)
        .render(
            policy=f"default-src 'none'{policy}; base-uri 'none'; form-action 'none'",
            style=Markup(style),
            script=Markup(code),
            data=_json(data),
            **values,
        )
    )


def fragment(template: str, **values: Any) -> str:
    """A part of a page, as a script puts it in later."""
    return _environment().get_template(template).render(**values).strip()


def csp_hash(text: str) -> str:
    """The source expression by which a page's policy allows exactly this style or script (W3C CSP 3, 2.3.1)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def escaped(text: str, cap: int = TEXT_CAP) -> Markup:
    """Text safe inside an element and inside a quoted attribute: one line, no controls, at most `cap` characters."""
    return escape(plain(text, cap))


def num(value: float, digits: int = 1) -> str:
    """A coordinate: the shortest text with at most so many digits, the same on every machine."""
    text = f"{value:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def _json(data: object) -> Markup:
    """JSON that cannot end its element; "" for None."""
    text = "" if data is None else json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace("&", "\\u0026"))


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("tonescape.show"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        finalize=_finalized,
    )
    made.filters["escaped"] = escaped
    return made


def _finalized(value: object) -> object:
    """What a template prints: texts made one line and shortened, before they are escaped. TypeError for None."""
    if value is None:
        raise TypeError("a page would print None; say in words what is unknown")
    return escaped(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _text(file: str) -> str:
    """A style or script of `templates/`."""
    return files("tonescape.show").joinpath("templates", file).read_text("utf-8")
