"""OWASP Kubernetes Top Ten, edition 2022."""

from __future__ import annotations

from rules.controls.framework import Framework

FRAMEWORK = Framework(
    id="owasp_k8s",
    name="OWASP Kubernetes Top Ten 2022",
    url="https://owasp.org/www-project-kubernetes-top-ten/",
    controls={
        "K01": "Insecure Workload Configurations",
        "K02": "Supply Chain Vulnerabilities",
        "K03": "Overly Permissive RBAC Configurations",
        "K04": "Lack of Centralized Policy Enforcement",
        "K05": "Inadequate Logging and Monitoring",
        "K06": "Broken Authentication Mechanisms",
        "K07": "Missing Network Segmentation Controls",
        "K08": "Secrets Management Failures",
        "K09": "Misconfigured Cluster Components",
        "K10": "Outdated and Vulnerable Kubernetes Components",
    },
)
