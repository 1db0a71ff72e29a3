"""Rule secret-in-annotations."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.manifests.written import EXCEPT_KINDS
from rules.model import Severity, Spot, rule
from rules.pointer import Pointer, get
from rules.secrets import credentials
from rules.workloads import pods

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


@rule(
    severity=Severity.MEDIUM,
    category="secrets",
    kinds={"*"},
    except_kinds=EXCEPT_KINDS,
    controls={"mitre": ("T1552",), "owasp_k8s": ("K08",)},
)
def secret_in_annotations(document: Document) -> Iterator[Spot]:
    """Old copy of the object, or a credential, in annotations or labels.

    `kubectl apply` notes the whole object in an annotation. Exported into a file, the copy stays there while
    the object above it is repaired: of a Secret it holds the old values, of a Deployment the passwords that
    were moved elsewhere. Annotations and labels are shown by every tool and may be read by everybody who may
    list the objects, so a credential has no place there at all.

    Of values other than that copy, only the shapes of well-known credentials are found. The value is never
    shown.

    Example:
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: storefront
          annotations:
            kubectl.kubernetes.io/last-applied-configuration: |
              {"apiVersion":"v1","data":{"LOG_LEVEL":"debug"},"kind":"ConfigMap","metadata":{"name":"storefront"}}
        data:
          LOG_LEVEL: info

    Use instead:
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: storefront
        data:
          LOG_LEVEL: info

    Fix safety:
        Safe. `kubectl apply` leaves this annotation out when it reads a file and writes it anew, and nothing
        else reads it. What the copy held stays in Git's history: replace credentials where they are issued.
        A credential in another annotation or a label is not removed, because something may read it there.

    Verify:
        `kubectl apply --dry-run=server -f FILE` says `unchanged` or `configured`, as before.

    References:
        https://kubernetes.io/docs/tasks/manage-kubernetes-objects/declarative-config/
        https://kubernetes.io/docs/concepts/security/secrets-good-practices/
    """
    for place in _places(document):
        given = get(document.value, *place)
        for key, value in given.items() if isinstance(given, dict) else ():
            if not isinstance(value, str) or not value:
                continue
            if key == LAST_APPLIED:
                if place == ("metadata", "annotations"):
                    yield (*place, key), *_copy(document)
                continue
            found = credentials.by_shape(value) if len(value) <= credentials.MAX_LENGTH else None
            if found:
                what = "annotation" if place[-1] == "annotations" else "label"
                yield (*place, key), f'{what} "{key}" holds {found.said} in plain text', found.severity


def _copy(document: Document) -> tuple[str, Severity]:
    """Return message and severity of an old copy; that of a Secret holds what must be kept."""
    if document.kind == "Secret" and not document.group:
        return "an annotation of kubectl holds an old copy of this Secret with its values", Severity.HIGH
    return "an annotation of kubectl holds an old copy of the whole object", Severity.MEDIUM


def _places(document: Document) -> Iterator[Pointer]:
    """Yield where annotations and labels stand: those of the object, and of its templates."""
    pod = pods.pod(document)
    owners: list[Pointer] = [()]
    if pod is not None:
        owners += [pod.pointer[:depth] for depth in range(1, len(pod.pointer))]
    for owner in owners:
        yield *owner, "metadata", "annotations"
        yield *owner, "metadata", "labels"
