"""Rule sudo-in-command."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import pods

# Programs that run the program behind them.
_BEFORE = frozenset(["--", "dumb-init", "env", "exec", "nice", "nohup", "time", "tini"])
# In a script: sudo where a command starts, perhaps behind assignments of variables.
_COMMAND = re.compile(
    r"(?:^|[;&|({`!]|\b(?:then|do|else|if|while|exec|time|nohup)[ \t])[ \t]*"
    r"(?:[A-Za-z_]\w*=[^\s;]*[ \t]+)*(?:/[\w./-]*/)?sudo(?=\s)",
    re.MULTILINE,
)


@rule(
    severity=Severity.LOW,
    category="privilege",
    kinds=pods.KINDS,
    controls={"mitre": ("T1548",), "owasp_k8s": ("K01",)},
)
def sudo_in_command(document: Document) -> Iterator[Spot]:
    """Container's command uses sudo.

    sudo makes an ordinary user root. In a container that only works where the image holds the program with the
    setuid bit, lets the user become root without a password, and nothing forbids privilege escalation: then the
    ordinary user is root in all but name, and so is an attacker who got into the application. In a hardened
    container the command fails.

    Reported is sudo as a command, in `command`, `args` and the scripts in them, not as a word: `adduser web sudo`
    is something else.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
              command: [sh, -c, "sudo chown web /data && web --data /data"]

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          securityContext:
            fsGroup: 10001
          containers:
            - name: web
              image: registry.example/web:1.4.2
              command: [sh, -c, "web --data /data"]

    No fix:
        What root is needed for, and who could do it instead (the image, fsGroup, an init container, a capability),
        is for a person to say.

    Verify:
        The pod starts with `allowPrivilegeEscalation: false`.

    References:
        https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
    """
    for pointer, container in pods.containers(document):
        for field in ("command", "args"):
            words = pods.items(container, field)
            for index, word in enumerate(words):
                if _is_sudo(words, index, word):
                    yield (*pointer, field, index), f"{pods.label(container)} runs sudo"


def _is_sudo(words: list[Any], index: int, word: Any) -> bool:
    if not isinstance(word, str):
        return False
    if word.rpartition("/")[2] == "sudo":
        before = words[index - 1] if index else "--"
        return isinstance(before, str) and before.rpartition("/")[2] in _BEFORE
    return _COMMAND.search(word) is not None
