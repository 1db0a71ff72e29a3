"""Rule secret-in-command-args."""

from __future__ import annotations

from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.secrets import credentials
from rules.secrets.arguments import in_words
from rules.workloads import pods
from rules.workloads.commands import commands


@rule(
    severity=Severity.HIGH,
    category="secrets",
    kinds=pods.KINDS,
    controls={
        "cis": ("5.4.1",),
        "nsa": ("secrets",),
        "mitre": ("T1552.001", "T1057"),
        "owasp_k8s": ("K08",),
    },
)
def secret_in_command_args(document: Document) -> Iterator[Spot]:
    """Credential stands on the command line of a container.

    Whoever reads the repository, one of its copies or its history has the credential, and so does whoever may look
    at pods in the cluster. A command line is more public still than a variable: every program in the container
    sees it in the list of processes, and on the node every agent that writes down what was started.

    Looked at are commands, arguments, probes, hooks, and scripts of Tekton and Argo: flags and assignments whose
    name says that a credential follows, the short flags of clients such as `mysql -p` and `curl -u`, headers, and
    the shapes of well-known tokens. `$(DB_PASSWORD)`, which Kubernetes fills in from a variable, other templates,
    placeholders and paths are none. A word that everybody tries first is reported with low severity. The value is
    never shown.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
              args:
                - --database=shop
                - --database-password=kV7-sliding-Otter

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
              args:
                - --database=shop
                - --database-password=$(DB_PASSWORD)
              env:
                - name: DB_PASSWORD
                  valueFrom:
                    secretKeyRef:
                      name: web-database
                      key: password

    No fix:
        The value is burnt, as Git keeps it: a person must replace it where it is issued, put the new one into a
        Secret that is not in Git in plain text, and hand it to the program as a file or a variable.

    Verify:
        `kubectl get pod web -o jsonpath='{.spec.containers[*].args}'` shows no credential, and the old one no
        longer works.

    References:
        https://kubernetes.io/docs/concepts/security/secrets-good-practices/
        https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/
    """
    for command in commands(document):
        for found in in_words([word for _, word in command.words]):
            pointer = command.words[found.place][0]
            shown = f'"{found.name}" ' if found.name and not credentials.by_shape(found.name) else ""
            message = f"the command line of {command.owner} holds {found.credential.said} {shown}in plain text"
            yield pointer, message, found.credential.severity
