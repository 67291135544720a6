"""Plant small mistakes in the code and count those that the tests find: `make mutants`.

A mutant is a copy of one source file with one operator, number, comparison or condition changed (R. A. DeMillo, R. J.
Lipton & F. G. Sayward, "Hints on test data selection", IEEE Computer 11(4), 1978). It is killed when a test of its room
fails or does not end. Mutants are drawn by seed, the same number from each room; the score is killed / drawn with its
Wilson interval of 95 %. Survivors are listed: some change nothing that anybody could see, the others are missing tests.

    python bench/mutants.py [--rooms hear,mood] [--count 30] [--seed 0] [--only FILE]
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ("gather", "hear", "mood", "plan")
Z = 1.96
"""standard errors of a normal distribution that leave out 5 %"""

LIMIT = 5.0
"""times as long as the tests take without a mutant; one that takes longer is killed"""

SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """`old` at bytes start..stop of `file` becomes `new`."""

    file: Path
    line: int
    start: int
    stop: int
    old: str
    new: str

    def source(self) -> bytes:
        whole = (ROOT / self.file).read_bytes()
        return whole[: self.start] + self.new.encode() + whole[self.stop :]


def changed(node: ast.AST) -> ast.AST | None:
    """A copy of the node with one thing changed; None where there is nothing to change."""
    other = copy.deepcopy(node)
    match other:
        case ast.BinOp(left=ast.Constant(value=str()) | ast.JoinedStr()):
            return None
        case ast.BinOp() | ast.BoolOp() if type(other.op) in SWAPPED:
            other.op = SWAPPED[type(other.op)]()  # type: ignore[assignment]
        case ast.Compare():
            other.ops[0] = SWAPPED[type(other.ops[0])]()  # type: ignore[call-overload]
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            return other.operand
        case ast.Constant(value=bool()):
            other.value = not other.value
        case ast.Constant(value=int() | float()):
            other.value = other.value + 1 if isinstance(other.value, int) else 2 * other.value or 1.0
        case ast.IfExp():
            other.body, other.orelse = other.orelse, other.body
        case _:
            return None
    return other


def expressions(node: ast.AST) -> Iterator[ast.AST]:
    """Every node that runs: not annotations, type aliases, imports for types, decorators, or parts of f-strings."""
    match node:
        case ast.JoinedStr() | ast.AnnAssign(annotation=ast.Name(id="TypeAlias")):
            return
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return
    yield node
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from expressions(child)


def mutants(file: Path) -> list[Mutant]:
    """All of one file, given below the root."""
    source = (ROOT / file).read_bytes()
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found = []
    for node in expressions(ast.parse(source)):
        other = changed(node)
        if other is None or not isinstance(node, ast.expr) or node.end_lineno is None or node.end_col_offset is None:
            continue
        start = starts[node.lineno - 1] + node.col_offset
        stop = starts[node.end_lineno - 1] + node.end_col_offset
        old, new = source[start:stop].decode(), f"({ast.unparse(other)})"
        found.append(Mutant(file, node.lineno, start, stop, " ".join(old.split()), new))
    return found


def drawn(room: str, count: int, seed: int, only: str) -> list[Mutant]:
    """`count` of a room's mutants, in the order of its files."""
    folder = Path("src/tonescape") / room
    files = sorted(path.relative_to(ROOT) for path in (ROOT / folder).rglob("*.py") if only in str(path))
    every = [mutant for file in files for mutant in mutants(file)]
    chosen = random.Random(f"{seed} {room}").sample(every, min(count, len(every)))
    return sorted(chosen, key=lambda mutant: (mutant.file, mutant.start))


def tests_of(mutant: Mutant) -> list[str]:
    """The test files of the room; first those that name the module, as they are likely to fail first."""
    room, module = mutant.file.parts[2], mutant.file.stem
    if module == "__init__":
        module = mutant.file.parent.name
    files = sorted((ROOT / "tests" / room).glob("test_*.py"))
    files.sort(key=lambda path: (module not in path.stem, module not in path.read_text(encoding="utf-8")))
    return [str(path) for path in files]


def passes(tests: list[str], copied: Path, limit: float | None) -> bool:
    """Whether these tests pass within `limit` seconds with the sources of `copied`."""
    environment = {**os.environ, "PYTHONPATH": str(copied), "PYTHONDONTWRITEBYTECODE": "1"}
    line = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    try:
        return not subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, timeout=limit).returncode
    except subprocess.TimeoutExpired:
        return False


def survives(mutant: Mutant, copied: Path, limit: float) -> bool:
    """Whether every test of the room passes with the mutant in place; `copied` is a copy of src."""
    target = copied / mutant.file.relative_to("src")
    target.write_bytes(mutant.source())
    try:
        return passes(tests_of(mutant), copied, limit)
    finally:
        shutil.copyfile(ROOT / mutant.file, target)


def wilson(hits: int, count: int) -> tuple[float, float]:
    """The interval of 95 % of a share (E. B. Wilson, JASA 22, 1927)."""
    share, square = hits / count, Z * Z / count
    middle = (share + square / 2) / (1 + square)
    half = Z / (1 + square) * (share * (1 - share) / count + square / (4 * count)) ** 0.5
    return middle - half, middle + half


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rooms", default=",".join(ROOMS), help="folders below src/tonescape")
    parser.add_argument("--count", type=int, default=30, help="mutants of each room")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="draw only from files whose path has this in it")
    given = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        copied = Path(folder) / "src"
        shutil.copytree(ROOT / "src", copied, ignore=shutil.ignore_patterns("__pycache__"))
        for room in given.rooms.split(","):
            chosen, alive, began = drawn(room, given.count, given.seed, given.only), 0, time.monotonic()
            if not passes(tests_of(chosen[0]), copied, None):
                sys.exit(f"the tests of {room} fail without any mutant; mend them first: pytest tests/{room}")
            limit = LIMIT * (time.monotonic() - began)
            for mutant in chosen:
                if survives(mutant, copied, limit):
                    alive += 1
                    print(f"survived {mutant.file}:{mutant.line}: {mutant.old} -> {mutant.new}", flush=True)
            low, high = wilson(len(chosen) - alive, len(chosen))
            score = f"{(len(chosen) - alive) / len(chosen):.2f} [{low:.2f}, {high:.2f}]"
            rows.append(f"| {room} | {len(chosen)} | {len(chosen) - alive} | {score} |")
            print(f"{room}: {score}, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    print("\n| room | mutants | killed | score |\n|---|---|---|---|", *rows, sep="\n")


if __name__ == "__main__":
    main()
