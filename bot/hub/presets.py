"""Presets: configurations that others extend, read from GitHub. Data and nothing else."""

from __future__ import annotations

import base64
import binascii
from functools import partial

from bot.config import MAX_BYTES, PRESET, ReadPreset
from bot.errors import ConfigError
from bot.hub.calls import Missing, Wire
from bot.hub.run import Session


def reader(session: Session) -> ReadPreset | None:
    """Return what reads presets; None for a rehearsal in which nobody looks at GitHub."""
    return partial(read, session.wire) if session.login else None


def read(wire: Wire, name: str) -> str:
    """Return the text of a preset, named `OWNER/.kubewright@REF`; without @REF as its default branch has it.

    Raises ConfigError where there is none, GitHubError where GitHub does not say.
    https://docs.github.com/en/rest/repos/contents#get-repository-content
    """
    repository, _, ref = name.partition("@")
    try:
        given = wire.get(f"/repos/{repository}/contents/{PRESET}", **({"ref": ref} if ref else {}))
    except Missing:
        raise ConfigError(
            f"extends: {name}: there is no {PRESET}, or the token may not read it",
            "a GITHUB_TOKEN reads other repositories only if they are public",
        ) from None
    if not isinstance(given, dict) or given.get("type") != "file" or given.get("encoding") != "base64":
        raise ConfigError(f"extends: {name}: {PRESET} is no file, or larger than {MAX_BYTES} bytes")
    try:
        data = base64.b64decode(str(given.get("content", "")))
        text = data.decode("utf-8-sig")
    except (binascii.Error, UnicodeDecodeError):
        raise ConfigError(f"extends: {name}: {PRESET} is not UTF-8") from None
    if len(data) > MAX_BYTES:
        raise ConfigError(f"extends: {name}: {PRESET} is larger than {MAX_BYTES} bytes")
    return text
