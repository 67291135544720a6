"""MP4/M4A (ISO/IEC 14496-12) with iTunes' list of tags in moov/udta/meta/ilst."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from tonescape.show.tagging.parts import TAG_CAP, Change, Piece, Span, damaged, read_at, settle

_MEAN = b"com.apple.iTunes"
_TEXT, _JPEG = 1, 13
"""iTunes' types of a data atom"""
_ATOMS = 100_000
"""most atoms that are looked at in one file"""

Atom = tuple[bytes, bytes]
"""(type, payload)"""


def edit_mp4(file: BinaryIO, size: int, change: Change) -> Iterable[Piece]:
    """`moov` is written anew with its list changed; chunk offsets that point behind it move along with the sound."""
    atoms = list(_top(file, size))
    kinds = [kind for kind, _, _, _ in atoms]
    if kinds.count(b"moov") != 1 or b"moof" in kinds:
        raise damaged("it is a fragmented MP4, which cannot be tagged yet")
    _, start, body, end = atoms[kinds.index(b"moov")]
    old = read_at(file, body, end - body)
    if b"saio" in old or b"cmov" in old:
        raise damaged("its MP4 header is encrypted or compressed")
    children = _children(old)
    new = _joined(_with_list(children, change))
    delta = len(new) + 8 - (end - start)
    if delta:
        new = _moved(new, end, delta)
    if len(new) > TAG_CAP:
        raise damaged(f"its MP4 header would grow to {len(new)} bytes")
    return (Span(0, start), _atom(b"moov", new), Span(end, size))


def _top(file: BinaryIO, size: int) -> Iterator[tuple[bytes, int, int, int]]:
    """(type, start, payload's start, end) of each atom of the file."""
    at = 0
    for _ in range(_ATOMS):
        if at + 8 > size:
            return
        length, kind = struct.unpack(">I4s", read_at(file, at, 8))
        body = at + 8
        if length == 1:
            length, body = int.from_bytes(read_at(file, at + 8, 8), "big"), at + 16
        end = size if length == 0 else at + length
        if end < body or end > size:
            raise damaged(f"its atom at byte {at} claims more than the file has")
        yield kind, at, body, end
        at = end
    raise damaged(f"it has more than {_ATOMS} atoms")


def _children(payload: bytes) -> list[Atom]:
    """The atoms in a payload; four zero bytes at the end of a QuickTime `udta` are kept as an atom without type."""
    found: list[Atom] = []
    at = 0
    while at < len(payload):
        length = int.from_bytes(payload[at : at + 4], "big")
        if at + 8 > len(payload) or length == 0:
            if payload[at:].strip(b"\0"):
                raise damaged("its MP4 header is damaged")
            found.append((b"", payload[at:]))
            break
        if length < 8 or at + length > len(payload):
            raise damaged("its MP4 header is damaged")
        found.append((payload[at + 4 : at + 8], payload[at + 8 : at + length]))
        at += length
    return found


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
    udta = _children(dict(moov).get(b"udta", b""))
    meta = dict(udta).get(b"meta")
    if meta is None:
        handler = bytes(8) + b"mdirappl" + bytes(9)
        prefix, inside = bytes(4), [(b"hdlr", handler)]
    else:
        # QuickTime's `meta` has no version field in front of its children; MP4's has.
        prefix = b"" if meta[4:8] == b"hdlr" else meta[:4]
        inside = _children(meta[len(prefix) :])
        if dict(inside).get(b"hdlr", b"")[8:12] != b"mdir":
            raise damaged("its tags are not in iTunes' form")
    items = _children(dict(inside).get(b"ilst", b""))
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
        others = _children(dict(items).get(b"covr", b""))[1:]
        kept = _swapped(kept, b"covr", _joined((_data(_JPEG, change.cover), *others)))
    return kept


def _data(kind: int, payload: bytes) -> Atom:
    return b"data", struct.pack(">II", kind, 0) + payload


def _name(kind: bytes, payload: bytes) -> str:
    """Upper-case name of a free-form item, "" for any other."""
    inner = dict(_children(payload)) if kind == b"----" else {}
    return inner.get(b"name", b"")[4:].decode("utf-8", "replace").upper()


def _value(payload: bytes) -> str:
    return dict(_children(payload)).get(b"data", b"")[8:].decode("utf-8", "replace")


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
                    raise damaged("it is too long for its table of chunks")
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
