"""Rule kubernetes-dashboard-deployed."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.pointer import get
from rules.workloads import dashboards, images, pods
from rules.workloads.image_references import references

_SKIP_LOGIN = ("--enable-skip-login", "--enable-skip-login=true")


@rule(
    severity=Severity.MEDIUM,
    category="inventory",
    kinds=pods.KINDS,
    controls={"mitre": ("T1133",), "owasp_k8s": ("K06", "K10")},
)
def kubernetes_dashboard_deployed(document: Document) -> Iterator[Spot]:
    """Web interface of Kubernetes runs in the cluster.

    The Kubernetes dashboard does in a browser what kubectl does on a command line, with the rights of whoever
    logs in, or with its own where the login can be skipped. Companies lost whole clusters to miners because theirs
    was open to the internet. If nobody needs it, it is a door less; those who do can use a program on their own
    computer that works with their own rights.

    High where the login can be skipped (`--enable-skip-login`). Told by the image; labels and names say less.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: dashboard
        spec:
          containers:
            - name: dashboard
              image: docker.io/kubernetesui/dashboard:v2.7.0

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2

    No fix:
        Whether anybody needs it, and what they use instead, is a decision, no edit. When it goes, its service
        account and the roles that are bound to it must go, too.

    Verify:
        `kubectl get pods --all-namespaces -o jsonpath='{.items[*].spec.containers[*].image}'` prints no dashboard.

    References:
        https://kubernetes.io/docs/tasks/access-application-cluster/web-ui-dashboard/
    """
    for pointer, owner, text, _, _ in references(document):
        image = images.parse(text)
        if image is None or not dashboards.is_dashboard(image.name):
            continue
        container = get(document.value, *pointer[:-1])
        words = [*pods.items(container, "command"), *pods.items(container, "args")]
        if any(word in _SKIP_LOGIN for word in words):
            yield pointer, f"{owner} runs the Kubernetes dashboard, and its login can be skipped", Severity.HIGH
        else:
            yield pointer, f"{owner} runs the Kubernetes dashboard"
