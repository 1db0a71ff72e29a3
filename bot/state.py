"""What a pull request remembers about itself: a comment that nobody sees. Pure.

Base64 of JSON, so that no text in it can end the comment. Never trusted: anyone can copy it into a text of his
own, so commits are compared with Git and the author of the pull request with ourselves.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.proposal import Proposal

MAX_FINDINGS = 400
_MAX_LENGTH = 40_000
_COMMENT = re.compile(rf"<!-- kubewright:state v1 ([A-Za-z0-9+/=]{{1,{_MAX_LENGTH}}}) -->")
_HEX = re.compile(r"[0-9a-f]{8,64}")


@dataclass(frozen=True, slots=True)
class State:
    """What is read: the digest of what was proposed, and the commits at which the branch may stand and be ours."""

    digest: str
    heads: tuple[str, ...]


def write(proposal: Proposal, heads: Sequence[str]) -> str:
    """Return the comment of a proposal."""
    data = {
        "base": proposal.facts.commit,
        "branch": proposal.branch,
        "digest": proposal.digest,
        "heads": list(heads),
        "findings": [commit.fingerprint for commit in proposal.commits][:MAX_FINDINGS],
    }
    encoded = base64.b64encode(json.dumps(data, sort_keys=True, separators=(",", ":")).encode()).decode()
    return f"<!-- kubewright:state v1 {encoded} -->"


def read(body: str | None) -> State | None:
    """Return the state in a pull request's text; None where there is none that can be read. Never raises."""
    found = _COMMENT.findall(body or "")
    if not found:
        return None
    try:
        data = json.loads(base64.b64decode(found[-1], validate=True))
    except (ValueError, binascii.Error, RecursionError):
        return None
    digest = data.get("digest") if isinstance(data, dict) else None
    heads = data.get("heads") if isinstance(data, dict) else None
    if not isinstance(digest, str) or not isinstance(heads, list):
        return None
    return State(digest, tuple(head for head in heads if isinstance(head, str) and _HEX.fullmatch(head)))
