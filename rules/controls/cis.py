"""CIS Kubernetes Benchmark, in the numbering of v1.8 to v1.10 (later versions renumber 5.2.9 and what follows)."""

from __future__ import annotations

from rules.controls.framework import Framework

FRAMEWORK = Framework(
    id="cis",
    name="CIS Kubernetes Benchmark v1.10",
    url="https://www.cisecurity.org/benchmark/kubernetes",
    controls={
        "5.1.1": "Cluster administration is given only where it is needed",
        "5.1.3": "Roles name what they allow instead of using wildcards",
        "5.1.6": "Service account tokens are mounted only where they are needed",
        "5.2.2": "Privileged containers are not admitted",
        "5.2.5": "Containers do not share the node's network namespace",
        "5.2.6": "Containers cannot gain privileges after their start",
        "5.2.7": "Containers do not run as root",
        "5.2.10": "Containers do not keep Linux capabilities",
        "5.7.2": "Pods ask for the container runtime's default seccomp profile",
    },
)
