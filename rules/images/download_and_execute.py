"""Rule download-and-execute."""

from __future__ import annotations

from collections.abc import Iterator

from rules.images.scripts import actions
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import pods
from rules.workloads.commands import Command, commands


@rule(
    severity=Severity.HIGH,
    category="supply-chain",
    kinds=pods.KINDS,
    controls={"mitre": ("T1105", "T1610"), "owasp_k8s": ("K02",)},
)
def download_and_execute(document: Document) -> Iterator[Spot]:
    """Container downloads a program when it starts, and runs it.

    What runs is then decided by whoever serves the download, on each start anew: nobody reviewed it, no scanner of
    images sees it, no digest pins it. Whoever takes over the server, its name or an unencrypted connection to it runs
    code in the container, with its rights and its secrets, and leaves no trace in Git. And when the server is
    down, the container does not start.

    Found in commands, arguments, probes, hooks, and scripts of Tekton and Argo: downloads that go into a shell or
    an interpreter, or into a file that is run or made a program afterwards (unless its sum or signature is checked
    in between), manifests that kubectl fetches from an address, and shells that connect to elsewhere. Packages that
    apt, apk, pip or npm install at the start have medium severity: they come from a registry that signs or names
    versions, but not the same ones every day. Each kind is reported once for a command.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
              command: [sh, -c]
              args:
                - curl -fsSL https://tools.example/agent.sh | sh && exec web

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web-with-agent:1.4.2
              command: [sh, -c]
              args:
                - agent && exec web

    No fix:
        The program belongs into the image, in a version that somebody chose and a build that checks its sum; that
        is work outside of the manifest.

    Verify:
        The container starts in a namespace whose NetworkPolicy allows no connections to the internet.

    References:
        https://kubernetes.io/docs/concepts/containers/images/
        https://kubernetes.io/docs/concepts/security/supply-chain-security/
    """
    for command in commands(document):
        seen: set[str] = set()
        for pointer, text in command.words:
            for found in actions(text):
                if found.said not in seen:
                    seen.add(found.said)
                    yield pointer, f"{command.owner} {found.said}", found.severity
        # A command without a shell: its words stand in a list.
        for found in actions(_as_line(command)):
            if found.said not in seen:
                yield command.words[0][0], f"{command.owner} {found.said}", found.severity


def _as_line(command: Command) -> str:
    return command.line if all("\n" not in word for _, word in command.words) else ""
