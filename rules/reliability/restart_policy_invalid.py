"""Rule restart-policy-invalid."""

from __future__ import annotations

from collections.abc import Iterator

from rules.cluster import Cluster
from rules.manifest import Document
from rules.model import Severity, Spot, rule
from rules.reliability.restart_policies import JOBS, OF_JOBS, SERVICES
from rules.workloads import pods
from rules.workloads.templates import word
from rules.workloads.wholeness import is_whole


@rule(severity=Severity.HIGH, category="reliability", kinds=JOBS | SERVICES)
def restart_policy_invalid(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Restart policy that the controller does not take.

    The pods of a Deployment, StatefulSet, DaemonSet or ReplicaSet run for good, so `Always` is the only policy
    that Kubernetes takes for them. A Job ends, so it takes `OnFailure` and `Never`, and one of the two must be
    written: a Job that says nothing gets `Always`. The API server refuses everything else, and with it whatever
    the update was to repair.

    Example:
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: migrate
        spec:
          template:
            spec:
              restartPolicy: Always
              containers:
                - name: migrate
                  image: registry.example/migrate:1.4.2

    Use instead:
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: migrate
        spec:
          template:
            spec:
              restartPolicy: OnFailure
              containers:
                - name: migrate
                  image: registry.example/migrate:1.4.2

    Fix safety:
        Unsafe. The object is refused as it is; afterwards it starts, and runs. For a Job `OnFailure` starts a
        container that fails again in the same pod; with `Never`, which is written where the Job uses what needs
        it, each attempt gets a pod of its own and keeps its log. For the others the policy is removed: the
        program runs for good, which is wrong if it was meant as a Job.

    Verify:
        `kubectl apply --dry-run=server -f FILE` accepts the manifest, which it refused before.

    References:
        https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/
        https://kubernetes.io/docs/concepts/workloads/controllers/job/
    """
    pod = pods.pod(document)
    if pod is None:
        return
    place, given = (*pod.pointer, "restartPolicy"), pod.spec.get("restartPolicy")
    policy = "" if given is None else word(given)
    if policy is None:
        return
    if document.kind not in ("Job", "CronJob"):
        if policy not in ("", "Always"):
            yield place, f'a {document.kind} takes no restart policy but Always, and not "{policy}"'
    elif policy == "":
        if is_whole(document, cluster):
            yield place, f"a {document.kind} needs a restart policy: OnFailure or Never"
    elif policy not in OF_JOBS:
        yield place, f'a {document.kind} takes the restart policies OnFailure and Never, and not "{policy}"'
