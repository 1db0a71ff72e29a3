"""Git's objects as bytes: what a commit will be, down to its id, before anything is written. Pure.

Formats: gitformat-pack(5), and `git help hash-object`; unchanged since 2005 but for the second hash algorithm.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from rules.errors import Bug

_TYPES = {"commit": 1, "tree": 2, "blob": 3}
TREE_MODE = b"40000"
NEW_MODE = b"100644"
FILE_MODES = frozenset([b"100644", b"100755"])


@dataclass(frozen=True, slots=True)
class Stored:
    """An object of the database: `kind` is blob, tree or commit, `id` the hash of both in hexadecimal."""

    kind: str
    data: bytes
    id: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a tree object."""

    mode: bytes
    name: bytes
    id: str


# Returns the data of the object with an id.
Read = Callable[[str], bytes]


def stored(kind: str, data: bytes, algorithm: str) -> Stored:
    """Return an object with its id; `algorithm` is the repository's, sha1 or sha256."""
    return Stored(kind, data, _hash(algorithm, b"%s %d\0%s" % (kind.encode(), len(data), data)).hex())


def entries(data: bytes, algorithm: str) -> Iterator[Entry]:
    """Yield the entries of a tree object. Raises Bug where it is none."""
    width = hashlib.new(algorithm, usedforsecurity=False).digest_size
    position = 0
    while position < len(data):
        space, end = data.find(b" ", position), data.find(b"\0", position)
        if not position < space < end or end + 1 + width > len(data):
            raise Bug("a tree object of the repository is malformed")
        start = end + 1
        yield Entry(data[position:space], data[space + 1 : end], data[start : start + width].hex())
        position = start + width


def find(root: str, path: bytes, read: Read, algorithm: str) -> Entry | None:
    """Return the entry of a path below the tree `root`, or None."""
    found: Entry | None = Entry(TREE_MODE, b"", root)
    for name in path.split(b"/"):
        if found is None or found.mode != TREE_MODE:
            return None
        found = next((entry for entry in entries(read(found.id), algorithm) if entry.name == name), None)
    return found


def with_blob(root: str, path: bytes, blob: str, read: Read, algorithm: str, *, is_new: bool = False) -> list[Stored]:
    """Return the trees that make `path` below the tree `root` the given blob; the last one is the new root.

    Only what exists is replaced, byte by byte, so that modes and order stay; a file that `is_new` is added to a
    directory that exists. Raises Bug where there is no regular file, or, for a new one, anything.
    """
    name, _, rest = path.partition(b"/")
    made: list[Stored] = []
    lines = []
    there = list(entries(read(root), algorithm))
    replaced = False
    if is_new and not rest and not any(entry.name == name for entry in there):
        there, replaced = sorted([*there, Entry(NEW_MODE, name, blob)], key=_order), True
    for entry in there:
        new = entry.id
        if entry.name == name and rest and entry.mode == TREE_MODE:
            made = with_blob(entry.id, rest, blob, read, algorithm, is_new=is_new)
            new, replaced = made[-1].id, True
        elif entry.name == name and not rest and entry.mode in FILE_MODES and not is_new:
            new, replaced = blob, True
        lines.append(b"%s %s\0%s" % (entry.mode, entry.name, bytes.fromhex(new)))
    if not replaced:
        what = "cannot be added to" if is_new else "is no regular file of"
        raise Bug(f"{path.decode(errors='backslashreplace')} {what} the commit")
    return [*made, stored("tree", b"".join(lines), algorithm)]


def _order(entry: Entry) -> bytes:
    """Return what Git sorts the entries of a tree by: a directory as if its name ended with a slash."""
    return entry.name + b"/" if entry.mode == TREE_MODE else entry.name


def commit(tree: str, parent: str, message: str, identity: str, seconds: int, algorithm: str) -> Stored:
    """Return a commit by `identity` (`Name <address>`) at a time in seconds since 1970, UTC."""
    by = f"{identity} {seconds} +0000"
    text = f"tree {tree}\nparent {parent}\nauthor {by}\ncommitter {by}\n\n{message}"
    return stored("commit", text.encode(), algorithm)


@dataclass(frozen=True, slots=True)
class Ancestor:
    """What is read of a commit."""

    tree: str
    parents: tuple[str, ...]
    message: bytes


def parse_commit(data: bytes) -> Ancestor:
    """Return tree, parents and message of a commit object."""
    head, _, message = data.partition(b"\n\n")
    lines = [line.split(b" ", 1) for line in head.split(b"\n")]
    tree = next((line[1].decode() for line in lines if line[0] == b"tree"), "")
    return Ancestor(tree, tuple(line[1].decode() for line in lines if line[0] == b"parent"), message)


def pack(objects: Iterable[Stored], algorithm: str) -> bytes:
    """Return a pack of whole objects, as `git unpack-objects` reads it."""
    unique = {item.id: item for item in objects}
    parts = [b"PACK", (2).to_bytes(4, "big"), len(unique).to_bytes(4, "big")]
    for item in unique.values():
        parts += [_pack_header(_TYPES[item.kind], len(item.data)), zlib.compress(item.data)]
    body = b"".join(parts)
    return body + _hash(algorithm, body)


def _pack_header(kind: int, size: int) -> bytes:
    """Return type and size: four bits of the size in the first byte, then seven in each."""
    byte, size = (kind << 4) | (size & 15), size >> 4
    header = bytearray()
    while size:
        header.append(byte | 0x80)
        byte, size = size & 0x7F, size >> 7
    header.append(byte)
    return bytes(header)


def _hash(algorithm: str, data: bytes) -> bytes:
    # Git names its objects so; this hash guards against accidents, not against attackers.
    return hashlib.new(algorithm, data, usedforsecurity=False).digest()
