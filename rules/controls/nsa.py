"""NSA and CISA: Kubernetes Hardening Guide. It numbers nothing, so its topics are the controls."""

from __future__ import annotations

from rules.controls.framework import Framework

FRAMEWORK = Framework(
    id="nsa",
    name="NSA/CISA Kubernetes Hardening Guide",
    url="https://media.defense.gov/2022/Aug/29/2003066362/-1/-1/0/CTR_KUBERNETES_HARDENING_GUIDANCE_1.2_20220829.PDF",
    controls={
        "authentication-and-authorization": "Users and services get the least access that works",
        "hardening": "Applications are confined by what the kernel offers",
        "immutable-fs": "Containers cannot change their own files",
        "non-root": "Containers and container engines run without root",
        "pod-security": "Pods that would escape their container are refused",
        "resource-policies": "Applications and namespaces use no more than their share of a node",
        "sa-token": "Tokens of service accounts are protected",
        "secrets": "Passwords and keys are kept encrypted and out of manifests",
        "upgrading": "Clusters and applications are kept up to date",
    },
)
