"""Workloads whose number of replicas a kustomization sets: what their manifest says of it is not what runs."""

from __future__ import annotations

import pytest
from trees import scan_of

WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: 'web:1'}]}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}
"""

KUSTOMIZATIONS = {
    "nothing about replicas": ("namespace: shop\n", 1),
    "another workload": ("replicas: [{name: db, count: 5}]\n", 1),
    "the workload": ("replicas: [{name: web, count: 5}]\n", 0),
    "the workload by its longer name": ("namePrefix: a-\nreplicas: [{name: a-web, count: 5}]\n", 0),
    "odd shapes": ("replicas: [web, {name: [web]}, {count: 1}]\n", 1),
}


@pytest.mark.parametrize(("text", "count"), KUSTOMIZATIONS.values(), ids=KUSTOMIZATIONS)
def test_a_number_that_a_kustomization_sets_is_not_that_of_the_manifest(text: str, count: int) -> None:
    files: dict[str, str | bytes] = {
        "base/web.yaml": WORKLOAD,
        "prod/kustomization.yaml": "resources: [../base]\n" + text,
    }
    found = scan_of(files, every_rule=True).findings
    assert sum(one.finding.rule == "pdb-blocks-eviction" for one in found) == count
