"""image-tag-latest: references are taken apart as registries do, and text that others fill in is not judged."""

from __future__ import annotations

import pytest
from harness import codes, containers, messages, places, pod

from rules import manifest
from rules.cluster import Cluster
from rules.workloads import images
from rules.workloads.image_tag_latest import image_tag_latest as rule

DIGEST = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    ("reference", "parts"),
    [
        ("web", ("web", "", "")),
        ("web:1.4", ("web", "1.4", "")),
        ("shop/web:1.4", ("shop/web", "1.4", "")),
        ("localhost:5000/web", ("localhost:5000/web", "", "")),
        ("localhost:5000/web:1.4", ("localhost:5000/web", "1.4", "")),
        (f"localhost:5000/web@{DIGEST}", ("localhost:5000/web", "", DIGEST)),
        (f"web:1.4@{DIGEST}", ("web", "1.4", DIGEST)),
        ("[::1]:5000/web", ("[::1]:5000/web", "", "")),
    ],
)
def test_parts_of_a_reference(reference: str, parts: tuple[str, str, str]) -> None:
    assert images.parse(reference) == parts


FOUND = ["web", "web:latest", "web:LATEST", "localhost:5000/web", "registry.example:5000/shop/web:latest", "web:"]
FINE = [
    "web:1.4",
    "web:latest-alpine",
    f"web@{DIGEST}",
    f"web:latest@{DIGEST}",
    "${IMAGE}",
    "registry.example/web:${TAG}",
    "registry.example/$TAG",
    "$(IMAGE)",
    "{{ .Values.image }}",
    "<image>",
    "",
    " ",
]


@pytest.mark.parametrize("reference", FOUND)
def test_no_version_is_found(reference: str) -> None:
    assert len(messages(rule, pod(f"{{containers: [{{name: a, image: '{reference}'}}]}}"))) == 1


@pytest.mark.parametrize("reference", FINE)
def test_versions_digests_and_templates_are_fine(reference: str) -> None:
    assert messages(rule, pod(f"{{containers: [{{name: a, image: '{reference}'}}]}}")) == []


@pytest.mark.parametrize("other", ["7", "null", "[web]", "{name: web}", "true"])
def test_what_is_no_text_is_no_image(other: str) -> None:
    assert messages(rule, pod(f"{{containers: [{{name: a, image: {other}}}]}}")) == []


def test_volumes_hold_images_too() -> None:
    text = pod("{volumes: [null, {name: v, image: {reference: 'data:latest'}}], containers: [{name: a, image: 'i:1'}]}")
    assert places(rule, text) == ["/spec/volumes/1/image/reference"]
    assert messages(rule, text) == ['volume "v" runs data:latest, which has the tag latest']


def test_images_that_a_kustomization_sets_are_its_business() -> None:
    text = containers("").replace("web:1", "registry.example:5000/web:latest")
    assert messages(rule, text, images=["registry.example:5000/web"]) == []
    assert len(messages(rule, text, images=["web"])) == 1


MARKED = """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - name: web
      image: registry.example/web:latest # {"$imagepolicy": "flux-system:web"}
    - name: proxy
      image: registry.example/proxy:latest
    # {"$imagepolicy": "flux-system:other"}
    - name: other
      image: "registry.example/other"
"""


def test_lines_that_flux_keeps_up_to_date_are_its_business() -> None:
    assert places(rule, MARKED) == ["/spec/containers/1/image", "/spec/containers/2/image"]
    assert places(rule, MARKED.replace("\n", "\r\n")) == ["/spec/containers/1/image", "/spec/containers/2/image"]


def test_a_marker_on_the_last_line_without_line_break() -> None:
    text = MARKED[: MARKED.index("\n    - name: proxy")]
    (document,) = manifest.parse(text)
    assert list(rule.findings(document, Cluster())) == []


def test_there_is_no_fix_and_the_reason_is_given() -> None:
    assert codes(rule, containers("").replace("web:1", "web")) == ["no-fix"]
