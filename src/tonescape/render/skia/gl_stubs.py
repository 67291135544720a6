"""Stub libraries for libGL and libEGL, so that Skia's wheel loads on a slim system, without root.

Skia's Linux wheel is linked against libGL.so.1 and libEGL.so.1, which container images and servers often lack. It takes
the addresses of their functions when it is loaded and calls them only for GPU surfaces, which nothing here makes. So,
only where the import of Skia fails for want of one of the two, and only then, `load_stubs` writes two libraries into
the cache that define the names Skia asks for, and loads them before the import is tried again. Every function in them
returns 0, which to Skia means "no GPU here". Where the system has its own libGL and libEGL nothing is written.

It happens by itself because the alternative is an error at the first picture on every slim machine, and its remedy,
`apt install libgl1 libegl1`, needs root. Installing them makes this file unused.
"""

from __future__ import annotations

import ctypes
import mmap
import platform
import re
import struct
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from tonescape.core.errors import TonescapeError
from tonescape.core.settings import settings
from tonescape.core.store import write_atomically

if TYPE_CHECKING:
    from collections.abc import Sequence

STUB_LIBRARIES = ("libGL.so.1", "libEGL.so.1")

MACHINES = {
    "x86_64": (62, bytes.fromhex("31c0c3")),  # xor eax, eax; ret
    "aarch64": (183, struct.pack("<II", 0xD2800000, 0xD65F03C0)),  # mov x0, 0; ret
}
"""e_machine of the ELF header (System V gABI, chapter 4) and a function that returns 0"""

PAGE = 0x10000
"""the largest page size either machine has, bytes"""


def load_stubs() -> bool:
    """Load both stub libraries into this process; False where that cannot be done here."""
    spec = find_spec("skia")
    if sys.platform != "linux" or platform.machine() not in MACHINES or spec is None or spec.origin is None:
        return False
    try:
        names = gl_function_names(Path(spec.origin))
        for number, name in enumerate(STUB_LIBRARIES):
            path = settings().cache / f"{platform.machine()}-{name}"
            write_atomically(path, shared_object(name, names if number == 0 else (), platform.machine()))
            ctypes.CDLL(str(path), ctypes.RTLD_GLOBAL)
    except (OSError, ValueError, TonescapeError):
        return False
    return True


def gl_function_names(path: Path) -> tuple[str, ...]:
    """Names in a library that look like functions of OpenGL, GLX or EGL, sorted. More than it needs does no harm."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        found = {match[1].decode() for match in re.finditer(rb"\0((?:gl|glX|egl)[A-Z]\w{2,60})(?=\0)", data)}
    return tuple(sorted(found))


def shared_object(name: str, functions: Sequence[str], machine: str) -> bytes:
    """A 64-bit little-endian ELF shared object called `name` (DT_SONAME) with `functions` that return 0.

    Layout after the System V gABI, chapters 4 and 5: a readable and runnable segment with header, symbols, a hash
    table of one bucket, strings and code; on the next page a writable one with the dynamic section, which loaders edit.
    """
    number, code = MACHINES[machine]
    strings, places = b"\0" + name.encode() + b"\0", []
    for function in functions:
        places.append(len(strings))
        strings += function.encode() + b"\0"
    count = len(functions) + 1
    symbols_at = 64 + 4 * 56
    hash_at = symbols_at + 24 * count
    strings_at = hash_at + 4 * (3 + count)
    code_at = (strings_at + len(strings) + 15) & ~15
    text = code_at + len(code)
    dynamic_at = (text + PAGE - 1) // PAGE * PAGE
    # a symbol: name, STB_GLOBAL | STT_FUNC, visibility, section (any but 0 counts as defined), address, size
    symbols = bytes(24) + b"".join(struct.pack("<IBBHQQ", at, 0x12, 0, 1, code_at, len(code)) for at in places)
    chain = [*range(2, count), 0] if count > 1 else []
    table = struct.pack(f"<{3 + count}I", 1, count, 1 if count > 1 else 0, 0, *chain)
    # DT_HASH, DT_STRTAB, DT_SYMTAB, DT_STRSZ, DT_SYMENT, DT_SONAME, DT_NULL
    tags = ((4, hash_at), (5, strings_at), (6, symbols_at), (10, len(strings)), (11, 24), (14, 1), (0, 0))
    dynamic = b"".join(struct.pack("<QQ", *tag) for tag in tags)
    header = b"\x7fELF\2\1\1" + bytes(9)
    header += struct.pack("<HHIQQQIHHHHHH", 3, number, 1, 0, 64, 0, 0, 64, 56, 4, 64, 0, 0)
    size = len(dynamic)
    segments = (
        (1, 5, 0, text, PAGE),  # PT_LOAD, readable and runnable
        (1, 6, dynamic_at, size, PAGE),  # PT_LOAD, readable and writable
        (2, 6, dynamic_at, size, 8),  # PT_DYNAMIC
        (0x6474E551, 6, 0, 0, 16),  # PT_GNU_STACK: without it loaders want a runnable stack
    )
    for kind, flags, at, long, align in segments:
        header += struct.pack("<IIQQQQQQ", kind, flags, at, at, at, long, long, align)
    body = header + symbols + table + strings
    return (body.ljust(code_at, b"\0") + code).ljust(dynamic_at, b"\0") + dynamic
