"""The docs tell the truth about the tree and the commands. `python tests/test_docs.py` writes the tree anew."""

import ast
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
ARCHITECTURE = ROOT / "docs" / "architecture.md"
START, END = "<!-- tree: written by `make tree` -->\n```\n", "```\n<!-- end of tree -->"
WIDTH = 44


def first_line(path: Path) -> str:
    doc = ast.get_docstring(ast.parse(path.read_text())) or ""
    sentence = re.split(r"(?<=[.:]) |\n\n|\n", doc.strip())[0]
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


def test_every_module_says_what_it_is_for():
    for path in (ROOT / "src").rglob("*.py"):
        assert first_line(path), f"{path} has no docstring"


def test_the_commands_in_the_readme_exist():
    shown = set(re.findall(r"^\s*tonescape ([a-z]+)", README.read_text(), re.M))
    done = subprocess.run([sys.executable, "-m", "tonescape", "--help"], capture_output=True, text=True, check=True)
    there = set(re.findall(r"^  ([a-z]+)  ", done.stdout, re.M))
    assert shown and shown <= there
    assert there <= shown, "the README leaves a command out"


def test_links_and_pictures_in_the_docs_are_there():
    for page in (README, *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} points to {target}"


def test_captions_of_the_readme_are_those_of_the_gallery():
    shown = re.findall(r"!\[([^\]]+)\]\(docs/(gallery/[^)]+)\)", README.read_text())
    painted = {
        file: what for what, file in re.findall(r"!\[([^\]]+)\]\(([^)]+)\)", (ROOT / "docs/gallery.md").read_text())
    }
    assert shown and {file: what for what, file in shown}.items() <= painted.items()


def test_the_readme_is_about_the_two_commands():
    makefile = (ROOT / "Makefile").read_text()
    for target in ("demo", "test", "check", "bench"):
        assert f"make {target}" in README.read_text() and re.search(rf"^{target}:", makefile, re.M)
    steps = re.search(r"^for step in (.*); do\n(?:.*\n)*? .*make \"\$step\"", (ROOT / ".ci" / "run").read_text(), re.M)
    assert steps and steps[1].split() == ["check", "check-torch", "test-torch", "test"]


def test_pictures_stay_small():
    assert sum(path.stat().st_size for path in (ROOT / "docs").rglob("*.jpg")) < 2_000_000


if __name__ == "__main__":
    page = ARCHITECTURE.read_text()
    before, rest = page.split(START)
    ARCHITECTURE.write_text(before + START + tree() + END + rest.split(END)[1])
