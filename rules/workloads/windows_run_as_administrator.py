"""Rule windows-run-as-administrator."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get
from rules.workloads import pods, windows_accounts

_FIELD = ("securityContext", "windowsOptions", "runAsUserName")


@rule(
    severity=Severity.MEDIUM,
    category="privilege",
    kinds=pods.KINDS,
    controls={"cis": ("5.2.7",), "nsa": ("non-root",), "owasp_k8s": ("K01",)},
)
def windows_run_as_administrator(document: Document) -> Iterator[Spot]:
    """Container of Windows runs as administrator.

    ContainerAdministrator and SYSTEM may do everything inside a container of Windows: install services, change
    programs and the registry, read what other users of the container hold. Containers of Windows share the
    kernel of their node, and most ways out of one that became known needed these rights. ContainerUser, which
    every base image has, is an account for programs that only do their work.

    What the manifest leaves to the image is not judged. The accounts of HostProcess containers are the business
    of windows-host-process.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          os:
            name: windows
          securityContext:
            windowsOptions:
              runAsUserName: ContainerAdministrator
          containers:
            - name: web
              image: registry.example/web:1.4.2

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          os:
            name: windows
          securityContext:
            windowsOptions:
              runAsUserName: ContainerUser
            runAsNonRoot: true
          containers:
            - name: web
              image: registry.example/web:1.4.2

    Fix safety:
        Unsafe. IIS, installers, services of Windows and programs that write below Program Files or to the
        machine's part of the registry need an administrator, and files that one has written stay the
        administrator's. Where no container is an administrator any more, the pod says so with runAsNonRoot; not
        made where another container leaves its account to the image.

    Verify:
        `kubectl exec web -- whoami` prints `user manager\\containeruser`.

    References:
        https://kubernetes.io/docs/tasks/configure-pod-container/configure-runasusername/
        https://kubernetes.io/docs/concepts/security/windows-security/
    """
    pod = pods.pod(document)
    if pod is None or get(pod.spec, "os", "name") == "linux":
        return
    of_node = windows_accounts.has_host_process(document)

    def is_wrong(owner: dict[str, Any]) -> bool:
        name = get(owner, *_FIELD)
        return windows_accounts.is_administrator(name) and not (of_node and windows_accounts.is_of_node(name))

    found = list(pods.containers(document))
    if is_wrong(pod.spec):
        reaches = (
            document.partial
            or pods.is_fragment(document)
            or any(get(container, *_FIELD) is None for _, container in found)
        )
        message = f"the pod makes its containers run as {get(pod.spec, *_FIELD)}"
        yield (*pod.pointer, *_FIELD), message, Severity.MEDIUM if reaches else Severity.LOW
    for pointer, container in found:
        if is_wrong(container):
            yield (*pointer, *_FIELD), f"{pods.label(container)} runs as {get(container, *_FIELD)}"
