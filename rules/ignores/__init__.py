"""What people asked to be left alone: marks in manifests, and those of them that excuse nothing.

`own` knows the marks of Kubewright, the modules `peer_...` those of other scanners, each one kind of mark as a
table. Marks are read of one document at a time and never reach beyond it. Only the exceptions of Kubescape, a file of
their own, do: `peer_exceptions`.
"""

from rules.ignores.idle import RULES, expired_ignore, idle, unused_ignore
from rules.ignores.known import PEERS, Ignored, excuse, ignored
from rules.ignores.model import Ignore
from rules.ignores.peer_exceptions import POLICY, Exceptions, exceptions, is_exceptions

__all__ = [
    "PEERS",
    "POLICY",
    "RULES",
    "Exceptions",
    "Ignore",
    "Ignored",
    "exceptions",
    "excuse",
    "expired_ignore",
    "idle",
    "ignored",
    "is_exceptions",
    "unused_ignore",
]
