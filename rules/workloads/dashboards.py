"""The web interface of Kubernetes: its images, by the names under which it was published."""

from __future__ import annotations

import re

# kubernetesui/dashboard, -api, -auth and -web, and the images before 2.0: kubernetes-dashboard-amd64.
_DASHBOARD = re.compile(r"(?:.*/)?(?:kubernetesui/dashboard(?:-[a-z0-9]+)*|kubernetes-dashboard(?:-[a-z0-9]+)*)\Z")
_FAMILY = re.compile(r"(?:.*/)?(?:kubernetesui/[^/]+|kubernetes-dashboard[^/]*)\Z")


def is_dashboard(name: str) -> bool:
    """Is this an image of the dashboard itself? Its collector of metrics shows nothing to anybody."""
    return _DASHBOARD.match(name) is not None


def is_of_dashboard(name: str) -> bool:
    """Is this an image of the dashboard or of what comes with it?"""
    return _FAMILY.match(name) is not None
