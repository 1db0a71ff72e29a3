"""Rule git-sync-command-injection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import Pointer, get
from rules.workloads import images, pods

# git-sync reads the first from version 4 on, the second in version 3 and before.
_VARIABLES = ("GITSYNC_GIT", "GIT_SYNC_GIT")
_FLAGS = ("--git", "-git")
# What images have there anyway.
_GIT = ("", "git", "/usr/bin/git", "/bin/git", "/usr/local/bin/git")


@rule(
    severity=Severity.HIGH,
    category="supply-chain",
    kinds=pods.KINDS,
    controls={"mitre": ("T1610",), "owasp_k8s": ("K01",)},
)
def git_sync_command_injection(document: Document) -> Iterator[Spot]:
    """Sidecar git-sync is told to run another program instead of git.

    git-sync calls the program that the variable `GITSYNC_GIT` or the flag `--git` names, again and again, and never
    asks what it is. Whoever may change the manifest, but not the image, can have any file run that way, one that
    came with the synchronised repository for instance, under the name of a sidecar that everybody trusts. Attackers
    use it to hide a back door.

    Not meant are git itself at its usual places and text that a template engine replaces. The flag counts for
    images of git-sync alone, as other programs have one of that name.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: site
        spec:
          containers:
            - name: sync
              image: registry.k8s.io/git-sync/git-sync:v4.2.4
              env:
                - name: GITSYNC_REPO
                  value: https://git.example/site
                - name: GITSYNC_GIT
                  value: /data/site/run.sh

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: site
        spec:
          containers:
            - name: sync
              image: registry.k8s.io/git-sync/git-sync:v4.2.4
              env:
                - name: GITSYNC_REPO
                  value: https://git.example/site

    Fix safety:
        Unsafe. git-sync then calls git by its name, which every image of it has; an image of one's own that keeps git
        elsewhere, or needs a wrapper around it, stops working. Look at the program before: it may be the trace of
        a break-in.

    Verify:
        `kubectl get pod site -o yaml` shows neither the variable nor the flag, and the sidecar still synchronises.

    References:
        https://github.com/kubernetes/git-sync
        https://www.akamai.com/blog/security-research/2024-august-kubernetes-gitsync-command-injection-defcon
    """
    for pointer, container in pods.containers(document):
        label = pods.label(container)
        for index, entry in enumerate(pods.items(container, "env")):
            if get(entry, "name") in _VARIABLES and _is_other(entry):
                yield (*pointer, "env", index), f"{label} calls another program than git: {get(entry, 'name')} is set"
        image = container.get("image")
        if isinstance(image, str) and "git-sync" in image:
            for at, program in _flags(pointer, container):
                if program not in _GIT and not images.is_template(program):
                    yield at, f"{label} calls another program than git: --git is set"


def _is_other(entry: Any) -> bool:
    """Is another program named, or one that stands elsewhere?"""
    if get(entry, "valueFrom") is not None:
        return True
    value = get(entry, "value")
    return isinstance(value, str) and value not in _GIT and not images.is_template(value)


def _flags(pointer: Pointer, container: dict[str, Any]) -> Iterator[tuple[Pointer, str]]:
    """Yield where the flag stands, and the program that it names there or in the word behind it."""
    for part in ("command", "args"):
        words = pods.items(container, part)
        for index, word in enumerate(words):
            name, equals, program = word.partition("=") if isinstance(word, str) else ("", "", "")
            if name not in _FLAGS:
                continue
            following = words[index + 1] if index + 1 < len(words) else ""
            yield (*pointer, part, index), program if equals else following if isinstance(following, str) else ""
