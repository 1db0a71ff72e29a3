"""Rule read-only-root-filesystem."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import pods


@rule(
    severity=Severity.MEDIUM,
    category="privilege",
    kinds=pods.KINDS,
    controls={
        "cis": ("5.7.3",),
        "nsa": ("immutable-fs",),
        "mitre": ("T1565", "T1105"),
        "owasp_k8s": ("K01",),
    },
)
def read_only_root_filesystem(document: Document) -> Iterator[Spot]:
    """Container may change its own files.

    The first thing that an attacker does in a container is bring tools: a program to look around, one to mine or
    to call home. Then a file of the application is changed so that the next user's password goes elsewhere. Both
    need a place to write. With a read-only root filesystem the programs and settings of the image stay what they
    were tested as, and what the application must write goes to volumes, which everybody can see in the manifest.

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
                readOnlyRootFilesystem: false
              volumeMounts:
                - name: data
                  mountPath: /var/lib/web
          volumes:
            - name: data
              persistentVolumeClaim:
                claimName: web

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
                readOnlyRootFilesystem: true
              volumeMounts:
                - name: data
                  mountPath: /var/lib/web
                - name: tmp
                  mountPath: /tmp
          volumes:
            - name: data
              persistentVolumeClaim:
                claimName: web
            - name: tmp
              emptyDir: {}

    Fix safety:
        Unsafe. Whatever writes outside of volumes fails: files with process numbers, caches, logs, databases in
        the image, installers in init containers. nginx, for example, wants /var/cache/nginx and /var/run as well.
        Each container gets a /tmp of its own, unless something is mounted there, because hardly a program does
        without; the volume is empty at every start and has no size limit. Not made for ephemeral containers,
        which cannot be changed, and in parts of objects.

    Verify:
        `kubectl exec web -- touch /probe` answers "Read-only file system", and the pod stays ready under use.

    References:
        https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
        https://kubernetes.io/docs/concepts/storage/volumes/#emptydir
    """
    for pointer, container in pods.linux_containers(document):
        context = pods.security_context(container)
        if context is None:
            continue
        given = context.get("readOnlyRootFilesystem")
        at = (*pointer, "securityContext", "readOnlyRootFilesystem")
        if given is False:
            yield at, f"{pods.label(container)} says that it may change its own files"
        elif given is None:
            yield at, f"nothing keeps {pods.label(container)} from changing its own files"
