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
        "5.2.3": "Containers do not share the node's process namespace",
        "5.2.4": "Containers do not share the node's IPC namespace",
        "5.2.5": "Containers do not share the node's network namespace",
        "5.2.6": "Containers cannot gain privileges after their start",
        "5.2.7": "Containers do not run as root",
        "5.2.8": "Containers do not get the capability NET_RAW",
        "5.2.9": "Containers do not add Linux capabilities",
        "5.2.10": "Containers do not keep Linux capabilities",
        "5.2.11": "HostProcess containers of Windows are not admitted",
        "5.2.12": "Volumes of type hostPath are not admitted",
        "5.2.13": "Containers do not open ports of the node",
        "5.4.1": "Secrets reach programs as files rather than as environment variables",
        "5.4.2": "Secrets are kept outside of the cluster's objects",
        "5.7.2": "Pods ask for the container runtime's default seccomp profile",
        "5.7.3": "Pods and containers have a security context",
    },
)
