"""One file -> its documents, or the reason why it is left out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot import discover, signs
from bot.discover import SCANNED, FileClass, Found
from bot.errors import RepositoryError
from bot.tree import Entry, Tree
from rules import ignores, manifest
from rules.errors import ManifestError
from rules.manifest import Document, Manifest

_MAY_HOLD_EXCEPTIONS = (FileClass.UNKNOWN, FileClass.VENDORED)


@dataclass(frozen=True, slots=True)
class Opened:
    """One file after reading: what it is, its documents, what could not be read.

    `read` is None for a file that is left out. `locked` says why a file that is scanned may not be changed.
    `exceptions` are the documents of a file that excuses findings of others.
    """

    found: Found
    read: Manifest | None = None
    errors: tuple[ManifestError, ...] = ()
    locked: str = ""
    exceptions: tuple[Document, ...] = ()

    @property
    def documents(self) -> int:
        """How many documents with content there are, those of kinds that nobody asked for included."""
        if self.read is None:
            return 0
        return self.read.unread + sum(document.value is not None for document in self.read.documents)

    @property
    def size(self) -> int:
        """How many characters were parsed."""
        return sum(document.end - document.start for document in self.read.documents) if self.read else 0


def open_file(tree: Tree, found: Found, want: manifest.Wanted) -> Opened:
    """Read one file as far as it is to be scanned; `want` says which kinds are worth parsing."""
    if found.file_class not in SCANNED:
        return Opened(found)
    path = found.path
    try:
        data = tree.read(path)
    except RepositoryError as error:
        message = str(error).removeprefix(f"{path}: ")
        return Opened(found, errors=(ManifestError("unreadable", message, path=path),))
    hidden = signs.encrypted(data)
    if hidden:
        return Opened(found.known_as(FileClass.ENCRYPTED, hidden))
    decoded = signs.decode(data)
    excepting = _exceptions(found, decoded)
    if excepting:
        return excepting
    found = discover.by_text(found, decoded.text)
    if found.file_class not in SCANNED:
        return Opened(found)

    unread: dict[tuple[str, str], int] = {}

    # Of these every document is read: also one of a kind that nobody asks for may be encrypted.
    suspect = signs.may_be_sops(decoded.text)

    def wants(api_version: str, kind: str) -> bool:
        if suspect or want(api_version, kind):
            return True
        unread[api_version, kind] = unread.get((api_version, kind), 0) + 1
        return False

    read = manifest.read(decoded.text, path, partial=found.partial, wanted=wants)
    secret = False
    if suspect:
        clear = _without_encrypted(read)
        secret = clear is not read
        if secret and not any(document.value is not None for document in clear.documents):
            return Opened(found.known_as(FileClass.ENCRYPTED, "encrypted with SOPS"))
        read = clear
    found = discover.by_contents(found, read, unread)
    if found.file_class not in SCANNED and found.file_class is not FileClass.KUSTOMIZATION:
        return Opened(found)
    errors = [_named(error, text) for error, text in zip(read.errors, discover.broken(read), strict=True)]
    if decoded.error:
        words, index = decoded.error
        line, column = read.source.position(index - len(decoded.text) + len(read.source.text))
        errors.insert(0, ManifestError("not-utf-8", words, path=path, line=line, column=column))
    # Still unknown: every document that could be an object is broken.
    scanned = read if found.file_class in SCANNED and found.file_class is not FileClass.UNKNOWN else None
    locked = "SOPS encrypted parts of the file: change it with SOPS" if secret else _locked(found, decoded, errors)
    return Opened(found, scanned, tuple(errors), locked)


def exceptions_of(tree: Tree, path: str) -> tuple[Document, ...]:
    """Return the exceptions in a file outside of the tree; none where it holds none, or cannot be read."""
    found = Found(Entry(path, 0), FileClass.UNKNOWN)
    try:
        made = _exceptions(found, signs.decode(tree.read(path)))
    except RepositoryError:
        return ()
    return made.exceptions if made else ()


def _exceptions(found: Found, decoded: signs.Decoded) -> Opened | None:
    """Return a file that holds exceptions for Kubescape, None for any other."""
    if ignores.POLICY not in decoded.text or decoded.error or found.file_class not in _MAY_HOLD_EXCEPTIONS:
        return None
    read = manifest.read(decoded.text, found.path)
    if ignores.is_exceptions(read):
        if found.file_class is FileClass.VENDORED:
            reason = f"exceptions for Kubescape, which excuse nothing: the file is {found.reason}"
            return Opened(found.known_as(FileClass.OTHER, reason))
        known = found.known_as(FileClass.EXCEPTIONS, "exceptions for Kubescape, which excuse findings of other files")
        return Opened(known, exceptions=read.documents)
    if read.errors and discover.by_text(found, decoded.text).file_class is FileClass.OTHER:
        # Nothing else looks into such a file, and who wrote it believes that it excuses something.
        errors = [_named(error, text) for error, text in zip(read.errors, discover.broken(read), strict=True)]
        return Opened(found, errors=tuple(errors))
    return None


def _without_encrypted(read: Manifest) -> Manifest:
    """Return a manifest without the documents that SOPS encrypted; itself if there are none.

    A broken document that looks like one goes, too: what it says cannot be told.
    """
    documents = tuple(document for document in read.documents if not signs.is_sops(document.value))
    errors = tuple(
        error for error, text in zip(read.errors, discover.broken(read), strict=True) if not signs.looks_like_sops(text)
    )
    hidden = len(read.documents) - len(documents) + len(read.errors) - len(errors)
    if not hidden:
        return read
    return replace(read, documents=documents, errors=errors, unread=read.unread + hidden)


def _named(error: ManifestError, text: str) -> ManifestError:
    """Return an error of a document that says when the document is a template."""
    if not signs.is_template(text):
        return error
    return ManifestError(
        "template",
        f"a template, which is no YAML until it is rendered ({error})",
        path=error.path,
        line=error.line,
        column=error.column,
    )


def _locked(found: Found, decoded: signs.Decoded, errors: list[ManifestError]) -> str:
    if found.file_class is FileClass.GENERATED:
        return f"the file is generated ({found.reason}): change what it is generated from"
    if found.file_class is FileClass.VENDORED:
        return f"the file is {found.reason}: change it where it comes from"
    if decoded.foreign:
        return f"the file is written in {decoded.foreign}: save it as UTF-8 first"
    if decoded.error:
        return f"the file is not changed: {decoded.error[0]}"
    if any(error.code == "template" for error in errors):
        return "parts of the file are a template: what is rendered from it, nobody knows"
    return ""
