"""Rule capability-name-malformed."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import capabilities, pods
from rules.workloads.templates import word


@rule(
    severity=Severity.MEDIUM,
    category="privilege",
    kinds=pods.KINDS,
    controls={"owasp_k8s": ("K01",)},
)
def capability_name_malformed(document: Document) -> Iterator[Spot]:
    """Drops a capability under a name that does not exist.

    Kubernetes writes capabilities in capitals and without prefix: NET_RAW. The container runtime puts `CAP_` in
    front. Of `CAP_NET_RAW` containerd makes CAP_CAP_NET_RAW, which no kernel knows, and drops nothing, without
    a word; CRI-O understands it. So does a misspelt name drop nothing. Author and reviewer believe that the right
    is gone, and an attacker who got into the container uses it: to forge packets, in this case.

    A name in small letters works with both runtimes, but tools that compare exactly do not count it; that is
    reported with low severity. Names beside `ALL` change nothing and are not reported, and wrong names of
    capabilities that are added are the business of the rules about these.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
              securityContext:
                capabilities:
                  drop: [CAP_ALL]

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
              securityContext:
                capabilities:
                  drop: [ALL]

    Fix safety:
        Unsafe where the prefix goes: on containerd the capability is then dropped for the first time, and a
        program that uses it fails. Safe where only small letters become capitals, because containerd and CRI-O
        make capitals of them anyway. Not made for a name that is no capability at all: which one is meant is for
        a person to say.

    Verify:
        `kubectl exec web -- grep CapBnd /proc/1/status` prints zeros, or a number without the bit of the
        capability: 13 (`2000`) for NET_RAW.

    References:
        https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
        https://man7.org/linux/man-pages/man7/capabilities.7.html
    """
    for pointer, container in pods.linux_containers(document):
        if capabilities.drops_all(container):
            continue
        for index, given in enumerate(pods.items(container, "securityContext", "capabilities", "drop")):
            name = word(given)
            if not name or name in capabilities.KNOWN:
                continue
            at = (*pointer, "securityContext", "capabilities", "drop", index)
            if name.upper() in capabilities.KNOWN:
                message = f'{pods.label(container)} drops "{name}" in small letters, which not every tool counts'
                yield at, message, Severity.LOW
            elif capabilities.plain(name) in (*capabilities.KNOWN, "ALL"):
                yield at, f'{pods.label(container)} drops "{name}"; with the prefix some runtimes drop nothing'
            else:
                yield at, f'{pods.label(container)} drops "{name}", which is no capability, so nothing is dropped'
