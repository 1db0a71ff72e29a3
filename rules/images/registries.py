"""Registries, and folders of registries, that were closed or get nothing new: one line each, with its source."""

from __future__ import annotations

from typing import NamedTuple

from rules.images.chosen import full_name
from rules.workloads.images import Image


class Retired(NamedTuple):
    """Images whose full name starts like this are affected; `successor` serves the same paths, "" where none does.

    `only_versions`: tags that say no version are still there.
    """

    start: str
    said: str
    successor: str
    link: str
    only_versions: bool = False


_FREEZE = "https://kubernetes.io/blog/2023/02/06/k8s-gcr-io-freeze-announcement/"
_GITHUB = (
    "https://docs.github.com/en/packages/working-with-a-github-packages-registry/"
    "migrating-to-the-container-registry-from-the-docker-registry"
)
_BITNAMI = "https://github.com/bitnami/containers/issues/83267"
_KUBEBUILDER = "https://github.com/kubernetes-sigs/kubebuilder/discussions/3907"
_INGRESS = "https://github.com/kubernetes/ingress-nginx"

_LEFT = "gets nothing new: Kubernetes left it long ago, for registry.k8s.io in the end"
_FROZEN = "gets nothing new since April 2023; registry.k8s.io took its place"

RETIRED = (
    Retired("k8s.gcr.io/", _FROZEN, "registry.k8s.io/", _FREEZE),
    Retired("gcr.io/google_containers/", _LEFT, "", _FREEZE),
    Retired("gcr.io/google-containers/", _LEFT, "", _FREEZE),
    Retired("gcr.io/kubebuilder/", "went with Google Container Registry in March 2025", "", _KUBEBUILDER),
    Retired("docker.pkg.github.com/", "was replaced by ghcr.io", "", _GITHUB),
    Retired("quay.io/kubernetes-ingress-controller/", "gets nothing new: the project left it in 2020", "", _INGRESS),
    Retired("docker.io/bitnami/", "has no versions any more since September 2025", "", _BITNAMI, only_versions=True),
    Retired("docker.io/bitnamilegacy/", "is an archive that gets no repairs", "", _BITNAMI),
)


def retired(image: Image) -> Retired | None:
    """Return the line about where an image comes from, or None."""
    name = full_name(image.name)
    for one in RETIRED:
        if name.startswith(one.start):
            has_version = any(char.isdigit() for char in image.tag)
            return None if one.only_versions and not has_version else one
    return None
