"""MP4/M4A (ISO/IEC 14496-12) with iTunes' list of tags in moov/udta/meta/ilst."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import BinaryIO

from tonescape.gather.tagging.mp4 import Atom, children, free_form_name, meta_prefix, top
from tonescape.gather.tagging.tagset import TAG_CAP, damaged, read_at
from tonescape.show.tagging.parts import Change, Piece, Span, settle, unsupported

_MEAN = b"com.apple.iTunes"
_TEXT, _JPEG = 1, 13
"""iTunes' types of a data atom"""


def edit_mp4(file: BinaryIO, size: int, change: Change) -> Iterable[Piece]:
    """`moov` is written anew with its list changed; chunk offsets that point behind it move along with the sound."""
    atoms = list(top(file, size))
    kinds = [kind for kind, _, _, _ in atoms]
    if kinds.count(b"moov") != 1 or b"moof" in kinds:
        raise damaged("it is a fragmented MP4, which cannot be tagged as it is")
    _, start, body, end = atoms[kinds.index(b"moov")]
    old = read_at(file, body, end - body)
    if b"saio" in old or b"cmov" in old:
        raise unsupported("its MP4 header is encrypted or compressed")
    new = _joined(_with_list(children(old), change))
    delta = len(new) + 8 - (end - start)
    if delta:
        new = _moved(new, end, delta)
    if len(new) > TAG_CAP:
        raise unsupported(f"its MP4 header would grow to {len(new)} bytes")
    return (Span(0, start), _atom(b"moov", new), Span(end, size))


def _atom(kind: bytes, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload) + 8) + kind + payload if kind else payload


def _joined(atoms: Iterable[Atom]) -> bytes:
    return b"".join(_atom(kind, payload) for kind, payload in atoms)


def _swapped(atoms: list[Atom], kind: bytes, payload: bytes) -> list[Atom]:
    """The atoms with the first of this type replaced, or with a new one before a terminator."""
    for number, (name, _) in enumerate(atoms):
        if name == kind:
            return [*atoms[:number], (kind, payload), *atoms[number + 1 :]]
    tail = len(atoms) - (1 if atoms and not atoms[-1][0] else 0)
    return [*atoms[:tail], (kind, payload), *atoms[tail:]]


def _with_list(moov: list[Atom], change: Change) -> list[Atom]:
    udta = children(dict(moov).get(b"udta", b""))
    meta = dict(udta).get(b"meta")
    if meta is None:
        handler = bytes(8) + b"mdirappl" + bytes(9)
        prefix, inside = bytes(4), [(b"hdlr", handler)]
    else:
        prefix = meta_prefix(meta)
        inside = children(meta[len(prefix) :])
        if dict(inside).get(b"hdlr", b"")[8:12] != b"mdir":
            raise unsupported("its tags are not in iTunes' form")
    items = children(dict(inside).get(b"ilst", b""))
    inside = _swapped(inside, b"ilst", _joined(_changed(items, change)))
    udta = _swapped(udta, b"meta", prefix + _joined(inside))
    return _swapped(moov, b"udta", _joined(udta))


def _changed(items: list[Atom], change: Change) -> list[Atom]:
    named = [(_name(kind, payload), kind, payload) for kind, payload in items]
    present = {name: _value(payload) for name, _, payload in named if name}
    tags = settle(change, present)
    replaced = {name for name, _ in tags}
    kept = [(kind, payload) for name, kind, payload in named if name not in replaced]
    for name, text in tags:
        inner = ((b"mean", bytes(4) + _MEAN), (b"name", bytes(4) + name.encode()), _data(_TEXT, text.encode()))
        kept.append((b"----", _joined(inner)))
    if change.cover is not None:
        # The first picture is the one that players show; iTunes' pictures have no types.
        others = children(dict(items).get(b"covr", b""))[1:]
        kept = _swapped(kept, b"covr", _joined((_data(_JPEG, change.cover), *others)))
    return kept


def _data(kind: int, payload: bytes) -> Atom:
    return b"data", struct.pack(">II", kind, 0) + payload


def _name(kind: bytes, payload: bytes) -> str:
    """Upper-case name of a free-form item, "" for any other."""
    return free_form_name(children(payload)) if kind == b"----" else ""


def _value(payload: bytes) -> str:
    return dict(children(payload)).get(b"data", b"")[8:].decode("utf-8", "replace")


def _moved(moov: bytes, after: int, delta: int) -> bytes:
    """`moov` with every chunk offset at or behind `after` moved by `delta` bytes (14496-12 section 8.7.5)."""
    out = bytearray(moov)
    tables: list[tuple[int, int]] = []
    _find(moov, 0, len(moov), (b"trak", b"mdia", b"minf", b"stbl"), tables)
    for at, width in tables:
        form = ">I" if width == 4 else ">Q"
        count = int.from_bytes(moov[at + 4 : at + 8], "big")
        if at + 8 + count * width > len(moov):
            raise damaged("its table of chunks is damaged")
        for place in range(at + 8, at + 8 + count * width, width):
            offset: int = struct.unpack_from(form, moov, place)[0]
            if offset >= after:
                if offset + delta >= 2 ** (8 * width):
                    raise unsupported("it is too long for its table of chunks")
                struct.pack_into(form, out, place, offset + delta)
    return bytes(out)


def _find(data: bytes, start: int, end: int, path: tuple[bytes, ...], found: list[tuple[int, int]]) -> None:
    """Payload starts and entry widths of the chunk tables below `path`."""
    at = start
    while at + 8 <= end:
        length = int.from_bytes(data[at : at + 4], "big")
        kind = data[at + 4 : at + 8]
        if length < 8 or at + length > end:
            return
        if path and kind == path[0]:
            _find(data, at + 8, at + length, path[1:], found)
        elif not path and kind in (b"stco", b"co64"):
            found.append((at + 8, 4 if kind == b"stco" else 8))
        at += length
