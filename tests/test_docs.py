"""The docs tell the truth about the tree and the commands. `python tests/test_docs.py` writes the tree anew."""

import ast
import re
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
ARCHITECTURE = ROOT / "docs" / "architecture.md"
START, END = "<!-- tree: written by `make tree` -->\n```\n", "```\n<!-- end of tree -->"
WIDTH = 44

_spec = spec_from_file_location("generate", ROOT / "docs" / "generate.py")
assert _spec and _spec.loader
generate = module_from_spec(_spec)
_spec.loader.exec_module(generate)


def first_line(path: Path) -> str:
    doc = ast.get_docstring(ast.parse(path.read_text())) or ""
    sentence = " ".join(re.split(r"(?<=[.]) (?=[A-Z`])|(?<=[.])\n|\n\n", doc.strip())[0].split())
    return sentence.rstrip(".:")


def tree() -> str:
    lines = []
    source = ROOT / "src" / "tonescape"
    for path in sorted(source.rglob("*.py"), key=lambda p: (p.parent != source, p.parts)):
        if path.name == "__init__.py" and not first_line(path):
            continue
        name = str(path.relative_to(ROOT / "src"))
        lines.append(f"{name:<{WIDTH}} {first_line(path)}")
    return "\n".join(lines) + "\n"


def test_the_architecture_page_prints_the_file_tree():
    text = ARCHITECTURE.read_text()
    assert START in text and END in text
    assert text.split(START)[1].split(END)[0] == tree(), "type: make tree"


def test_what_the_architecture_page_says_to_open_is_there():
    table = ARCHITECTURE.read_text().split("## To change something")[1].split("\n## ")[0]
    named = re.findall(r"`([a-z_/]+(?:\.py|\.html|/))(?::(\w+))?`", table)
    assert len(named) > 15
    for path, symbol in named:
        place = ROOT / "src" / "tonescape" / path
        assert place.exists(), path
        assert not symbol or re.search(rf"^(def |class )?{symbol}\b", place.read_text(), re.M), f"{path}:{symbol}"


def test_every_module_says_what_it_is_for():
    for path in (ROOT / "src").rglob("*.py"):
        assert first_line(path), f"{path} has no docstring"


def test_the_commands_that_are_shown_exist():
    done = subprocess.run([sys.executable, "-m", "tonescape", "--help"], capture_output=True, text=True, check=True)
    there = set(re.findall(r"^  ([a-z]+)  ", done.stdout, re.M))
    for page in PAGES:
        shown = set(re.findall(r"^\s*tonescape ([a-z]+)", page.read_text(), re.M))
        assert shown <= there, f"{page.name} shows {shown - there}"
    assert set(re.findall(r"^## tonescape ([a-z]+)$", (ROOT / "docs/reference/cli.md").read_text(), re.M)) == there


@pytest.mark.parametrize("path", generate.pages())
def test_reference_pages_are_those_of_the_code(path):
    assert (ROOT / "docs" / path).read_text() == generate.pages()[path], "type: python docs/generate.py"


def test_no_reference_page_outlives_what_it_describes():
    written = {str(page.relative_to(ROOT / "docs")) for page in PAGES if generate.WRITTEN in page.read_text()}
    assert written == set(generate.pages())


def test_links_and_pictures_in_the_docs_are_there():
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} points to {target}"


def test_every_page_is_in_the_navigation_of_the_site():
    shown = set(re.findall(r"([\w/-]+\.md)$", (ROOT / "mkdocs.yml").read_text(), re.M))
    pages = {str(page.relative_to(ROOT / "docs")) for page in PAGES if page.is_relative_to(ROOT / "docs")}
    assert shown == {page for page in pages if not page.startswith("models/")} | {"models/index.md"}


def test_captions_of_the_readme_are_those_of_the_gallery():
    shown = re.findall(r"!\[([^\]]+)\]\(docs/(gallery/[^)]+)\)", README.read_text())
    painted = {
        file: what for what, file in re.findall(r"!\[([^\]]+)\]\(([^)]+)\)", (ROOT / "docs/gallery.md").read_text())
    }
    assert shown and {file: what for what, file in shown}.items() <= painted.items()


def test_the_make_targets_that_are_shown_exist():
    makefile = (ROOT / "Makefile").read_text()
    shown = {name for page in PAGES for name in re.findall(r"^make ([a-z-]+)", page.read_text(), re.M)}
    assert {"demo", "test", "check", "docs", "wheel-test"} <= shown
    assert all(re.search(rf"^{target}:", makefile, re.M) for target in shown)
    steps = re.search(r"^for step in (.*); do\n(?:.*\n)*? .*make \"\$step\"", (ROOT / ".ci" / "run").read_text(), re.M)
    assert steps and steps[1].split() == ["check", "docs", "wheel-test", "check-torch", "test-torch", "test"]


def test_the_readme_is_two_screens():
    assert len(README.read_text().splitlines()) <= 100


def test_every_setting_is_on_its_page():
    source = "\n".join(path.read_text() for path in (ROOT / "src").rglob("*.py"))
    read = set(re.findall(r'"(TONESCAPE_[A-Z]+)"', source)) - {"TONESCAPE_VALENCE"}
    assert (
        set(re.findall(r"^\| `(TONESCAPE_[A-Z]+)`", (ROOT / "docs/reference/environment.md").read_text(), re.M)) == read
    )


def test_pictures_stay_small():
    assert sum(path.stat().st_size for path in (ROOT / "docs").rglob("*.jpg")) < 2_000_000


if __name__ == "__main__":
    page = ARCHITECTURE.read_text()
    before, rest = page.split(START)
    ARCHITECTURE.write_text(before + START + tree() + END + rest.split(END)[1])
