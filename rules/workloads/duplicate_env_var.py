"""Rule duplicate-env-var."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.workloads import pods
from rules.workloads.templates import word


@rule(severity=Severity.MEDIUM, category="config", kinds=pods.KINDS)
def duplicate_env_var(document: Document) -> Iterator[Spot]:
    """Environment variable that is defined twice in a container.

    The container gets the last of the values. The others look as if they counted: somebody repairs a setting,
    turns on a protection or replaces a password in an entry that nothing reads. Tools make it worse, because
    they know the entries by name: a patch may change the first one, and a server-side apply refuses the list.

    Example:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
              env:
                - name: TLS_MODE
                  value: strict
                - name: LOG_LEVEL
                  value: info
                - name: TLS_MODE
                  value: optional

    Use instead:
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: web
              image: registry.example/web:1.4.2
              env:
                - name: LOG_LEVEL
                  value: info
                - name: TLS_MODE
                  value: optional

    Fix safety:
        Unsafe. An entry that a later one of the same name replaces is removed, so a new container gets what it
        gets today. But `kubectl apply` and Helm know the entries of a running object by name, and when one goes
        they may drop the other with it: look at the variable afterwards, and apply once more if it is missing.
        Not made where the entry counts after all: another value up to the next entry uses it as
        `$(NAME)`, or the later one comes from an optional ConfigMap or Secret that may be missing. Nor in a
        patch, whose entries are merged with others.

    Verify:
        `kubectl exec web -- printenv TLS_MODE` prints the same before and after.

    References:
        https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/
    """
    for pointer, container in pods.containers(document):
        places: dict[str, list[int]] = defaultdict(list)
        for index, entry in enumerate(pods.items(container, "env")):
            name = word(entry.get("name")) if isinstance(entry, dict) and "$patch" not in entry else None
            if name:
                places[name].append(index)
        for name, indexes in places.items():
            for index in indexes[:-1]:
                message = f'{pods.label(container)} defines "{name}" again further down, and this entry is lost'
                yield (*pointer, "env", index), message
