"""The house's one rule: a room imports only rooms before it."""

import ast
import tomllib
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

SRC = Path(__file__).parents[1] / "src" / "tonescape"
ROOMS = ("core", "gather", "hear", "mood", "plan", "render", "score", "show", "train")
CORE = {"records", "errors", "settings", "weights", "store", "net", "work", "colour", "__init__"}
FILES = sorted(SRC.rglob("*.py"))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Every node of a file's syntax tree; each file is parsed once."""
    return tuple(ast.walk(ast.parse(path.read_text())))


@cache
def imported(path: Path) -> frozenset[str]:
    """Dotted names below tonescape that a file imports, at any depth, also inside functions."""
    names = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: write the import in full"
            names |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(name.removeprefix("tonescape.") for name in names if name.startswith("tonescape"))


def room(dotted: str) -> str | None:
    first = dotted.split(".")[0]
    return first if first in ROOMS else None


def test_the_rooms_are_the_folders_in_alphabetical_order():
    """A folder's name says which others it may import: the names are chosen so that the pipeline is alphabetical."""
    folders = sorted(path.name for path in SRC.iterdir() if path.is_dir() and list(path.glob("*.py")))
    assert list(ROOMS) == [name for name in folders if name not in ("cli", "weights")]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SRC)))
def test_a_room_imports_only_rooms_before_it(path):
    own = path.relative_to(SRC).parts[0]
    if own not in ROOMS:
        return  # pipeline.py and cli stand above the rooms
    for name in imported(path):
        other = room(name)
        assert other is None or ROOMS.index(other) <= ROOMS.index(own), f"{own} imports {name}"
        assert other != "train" or own == "train", f"nobody imports train, {own} does"
        assert name.split(".")[0] not in ("cli", "pipeline"), f"{own} imports {name}"


PAINTER = ("painter.raster", "skia", "painter.composition", "painter.subjects", "painter.motifs", "painter.styles")
"""packages below render, in the order of src/tonescape/render/painter/__init__.py"""


def painters_package(dotted: str) -> int | None:
    """Place in PAINTER of a dotted name below tonescape."""
    names = dotted.removeprefix("render.") + "."
    return next((i for i, package in enumerate(PAINTER) if names.startswith(package + ".")), None)


@pytest.mark.parametrize("path", sorted((SRC / "render").rglob("*.py")), ids=lambda p: str(p.relative_to(SRC)))
def test_the_painters_packages_import_one_way(path):
    dotted = ".".join(path.relative_to(SRC).with_suffix("").parts).removesuffix(".__init__")
    place = painters_package(dotted)
    if place is None:
        return
    for name in imported(path):
        other = painters_package(name)
        assert other is None or other <= place, f"{dotted} imports {name}"
        if name.startswith("render.painter.motifs."):  # a motif keeps its helpers to itself; what two need is a subject
            assert name.split(".")[:4] == dotted.split(".")[:4], f"{dotted} imports {name}"
        if PAINTER[place] == "painter.styles":
            assert not name.startswith("render.painter.subjects"), f"a style paints any composition; {dotted} does not"


def test_core_keeps_to_its_modules():
    assert {p.stem for p in (SRC / "core").glob("*.py")} <= CORE


def test_only_one_file_opens_a_socket():
    networked = ("socket", "urllib.request", "http.client", "httpx", "httpx2", "requests", "aiohttp")
    for path in FILES:
        if path == SRC / "core" / "net.py":
            continue
        tree = nodes(path)
        modules = {a.name for n in tree if isinstance(n, ast.Import) for a in n.names}
        modules |= {n.module or "" for n in tree if isinstance(n, ast.ImportFrom)}
        assert not modules & set(networked), f"{path} opens a socket"


def test_files_can_be_read_in_a_sitting():
    long = {str(p.relative_to(SRC)): n for p in FILES if (n := len(p.read_text().splitlines())) > 500}
    assert not long
    assert not [p for p in FILES if p.stem in ("utils", "helpers", "common", "misc")]


def test_functions_are_short():
    for path in FILES:
        for node in nodes(path):
            if isinstance(node, ast.FunctionDef):
                length = (node.end_lineno or 0) - node.body[0].lineno + 1
                assert length <= 75, f"{path.name}: {node.name} has {length} lines"


def test_no_two_modules_import_each_other():
    names = {".".join(p.relative_to(SRC).with_suffix("").parts).removesuffix(".__init__"): p for p in FILES}
    edges = {name: {i for i in imported(path) if i in names and i != name} for name, path in names.items()}
    for a, targets in edges.items():
        for b in targets:
            if b in edges and a in edges[b] and not (a.startswith(b + ".") or b.startswith(a + ".")):
                pytest.fail(f"{a} and {b} import each other")


def test_no_pickle_anywhere():
    for path in FILES:
        text = path.read_text()
        assert "import pickle" not in text and "allow_pickle=True" not in text and "joblib" not in text, path


def test_one_file_opens_media_that_is_read():
    """ffmpeg takes "Name: Part.flac" for a protocol unless it is told that it is a file (`gather.media.open_media`)."""
    for path in FILES:
        for node in nodes(path):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "av.open" and path.name != "media.py":
                modes = [ast.literal_eval(argument) for argument in node.args[1:2]]
                assert modes == ["w"], f"{path}:{node.lineno}: open it by gather.media.open_media"


def derives_from_torch(path: Path) -> bool:
    """Whether a class of the file has a base, or a function a decorator, that is torch's."""
    for node in nodes(path):
        used = []
        if isinstance(node, ast.ClassDef):
            used = node.bases
        elif isinstance(node, ast.FunctionDef):
            used = node.decorator_list
        if any(ast.unparse(name).startswith(("nn.", "torch.")) for name in used):
            return True
    return False


def test_mypy_knows_which_modules_derive_from_torch():
    """Without torch they would fail `make check`, and no other module may do what they may."""
    overrides = tomllib.loads((SRC.parents[1] / "pyproject.toml").read_text())["tool"]["mypy"]["overrides"]
    (patterns,) = (each["module"] for each in overrides if each.get("disallow_subclassing_any") is False)
    found = {".".join(p.relative_to(SRC.parent).with_suffix("").parts) for p in FILES if derives_from_torch(p)}
    assert {name for name in found if not any(fnmatch(name, pattern) for pattern in patterns)} == set()
    assert {pattern for pattern in patterns if not any(fnmatch(name, pattern) for name in found)} == set()


def test_no_two_public_classes_share_a_name():
    """A name that stands in a traceback, or is searched for, leads to one class."""
    places: dict[str, list[str]] = {}
    for path in FILES:
        for node in nodes(path):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, []).append(f"{path.relative_to(SRC)}:{node.lineno}")
    assert {name: found for name, found in places.items() if len(found) > 1} == {}
