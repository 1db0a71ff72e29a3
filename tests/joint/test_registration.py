"""A new file is named in the kustomization that deploys its neighbour, or nothing would be deployed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from rules import manifest
from tests.joint.made import ACCOUNT, WORKLOAD, Ran, adds

Use = Callable[..., None]
HEAD = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"


def builds(files: dict[str, str], root: str, place: Path) -> list[tuple[str, str]]:
    """Return kind and name of what Kustomize makes of a directory."""
    for path, text in files.items():
        file = place / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("kubectl is not here, so nobody says what Kustomize makes of it")
    done = subprocess.run([kubectl, "kustomize", str(place / root)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [(document.kind, document.name) for document in manifest.parse(done.stdout)]


# Path of the workload, of the kustomization, its text before and after.
REGISTERED: dict[str, tuple[str, str, str, str]] = {
    "block": ("web.yaml", "kustomization.yaml", HEAD + "resources:\n- web.yaml\n", "- web.yaml\n- account.yaml\n"),
    "indented": (
        "web.yaml",
        "kustomization.yml",
        "resources:\n    - web.yaml\n",
        "    - web.yaml\n    - account.yaml\n",
    ),
    "comments": (
        "web.yaml",
        "Kustomization",
        "resources:\n  - web.yaml  # shop\n\n# names\nnamePrefix: a-\n",
        "resources:\n  - web.yaml  # shop\n  - account.yaml\n\n# names\nnamePrefix: a-\n",
    ),
    "quoted": ("web.yaml", "kustomization.yaml", 'resources:\n- "web.yaml"\n', '- "web.yaml"\n- "account.yaml"\n'),
    "flow": ("web.yaml", "kustomization.yaml", "resources: [web.yaml]\n", "resources: [web.yaml, account.yaml]\n"),
    "dot": ("web.yaml", "kustomization.yaml", "resources:\n- ./web.yaml\n", "- ./web.yaml\n- ./account.yaml\n"),
    "sorted": (
        "web.yaml",
        "kustomization.yaml",
        "resources:\n- aaa.yaml\n- web.yaml\n",
        "resources:\n- aaa.yaml\n- account.yaml\n- web.yaml\n",
    ),
    "not-sorted": (
        "web.yaml",
        "kustomization.yaml",
        "resources:\n- web.yaml\n- aaa.yaml\n",
        "resources:\n- web.yaml\n- aaa.yaml\n- account.yaml\n",
    ),
    "above": (
        "apps/web/web.yaml",
        "kustomization.yaml",
        "resources:\n- apps/web/web.yaml\n",
        "- apps/web/web.yaml\n- apps/web/account.yaml\n",
    ),
    "component": (
        "part/web.yaml",
        "part/kustomization.yaml",
        "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [web.yaml]\n",
        "resources: [web.yaml, account.yaml]\n",
    ),
    "crlf": ("web.yaml", "kustomization.yaml", "resources:\r\n- web.yaml\r\n", "- web.yaml\r\n- account.yaml\r\n"),
    "no-final-newline": ("web.yaml", "kustomization.yaml", "resources:\n- web.yaml", "- web.yaml\n- account.yaml"),
    "bom": ("web.yaml", "kustomization.yaml", "\ufeffresources:\n- web.yaml\n", "- web.yaml\n- account.yaml\n"),
    "below-patches": (
        "web.yaml",
        "kustomization.yaml",
        "resources:\n- web.yaml\npatches:\n- path: patch.yaml\n",
        "resources:\n- web.yaml\n- account.yaml\npatches:\n- path: patch.yaml\n",
    ),
}
PATCH = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop, labels: {a: b}}\n"
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: aaa\n"


@pytest.mark.parametrize("name", REGISTERED)
def test_a_new_file_is_named_beside_its_neighbour(use: Use, name: str, tmp_path: Path) -> None:
    workload, kustomization, before, end = REGISTERED[name]
    use(adds("account.yaml"))
    files = {workload: WORKLOAD, kustomization: before}
    if name == "below-patches":
        files["patch.yaml"] = PATCH
    if "aaa" in before:
        files["aaa.yaml"] = CONFIG
    ran = Ran(files, unsafe=True)
    directory = workload.rpartition("/")[0]
    path = f"{directory}/account.yaml" if directory else "account.yaml"
    assert set(ran.after) == {path, kustomization}
    assert ran.after[path] == ACCOUNT
    after = ran.after[kustomization]
    assert after.endswith(end)
    added = set(manifest.parse(after)[0].value["resources"]) - set(manifest.parse(before)[0].value["resources"])
    assert len(added) == 1
    assert ran.again().outcomes == []
    if name == "component":
        files["app/kustomization.yaml"] = "components: [../part]\n"
    elif name == "bom":
        return  # Kustomize itself does not read it.
    made = builds({**files, **ran.after}, "app" if name == "component" else ".", tmp_path)
    assert [kind for kind, _ in made].count("ServiceAccount") == 1


REFUSED: dict[str, tuple[dict[str, str], str]] = {
    "not-named": ({"kustomization.yaml": "resources:\n- other.yaml\n"}, "kustomization"),
    "no-resources": ({"kustomization.yaml": "namePrefix: a-\n"}, "kustomization"),
    "resources-null": ({"kustomization.yaml": "resources:\n"}, "kustomization"),
    "resources-a-map": ({"kustomization.yaml": "resources: {web.yaml: 1}\n"}, "kustomization"),
    "empty": ({"kustomization.yaml": ""}, "kustomization"),
    "broken": ({"kustomization.yaml": "resources: [\n"}, "kustomization"),
    "two-in-one-directory": (
        {"kustomization.yaml": "resources: [web.yaml]\n", "kustomization.yml": "resources: [web.yaml]\n"},
        "kustomization",
    ),
    "named-twice": (
        {"kustomization.yaml": "resources: [web.yaml]\n", "../kustomization.yaml": "resources: [apps/web.yaml]\n"},
        "kustomization",
    ),
    "named-above-only": (
        {"kustomization.yaml": "resources: [b.yaml]\n", "../kustomization.yaml": "resources: [apps/web.yaml]\n"},
        "kustomization",
    ),
    "directory-without-one": ({"../kustomization.yaml": "resources: [apps]\n"}, "kustomization"),
    "named-already": ({"kustomization.yaml": "resources: [web.yaml, ./account.yaml]\n"}, "kustomization"),
    "generated": ({"kustomization.yaml": "# DO NOT EDIT\nresources: [web.yaml]\n"}, "kustomization"),
    "key-twice": ({"kustomization.yaml": "resources: [web.yaml]\nresources: [web.yaml]\n"}, "dup-key"),
    "exists": ({"account.yaml": "a: 1\n"}, "file-exists"),
    "exists-in-capitals": ({"Account.yaml": "a: 1\n"}, "file-exists"),
    "a-directory": ({"account.yaml/a.yaml": "a: 1\n"}, "file-exists"),
    "chart": ({"../Chart.yaml": "name: a\n"}, "helm-chart"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_where_nobody_knows_nothing_is_made(use: Use, name: str) -> None:
    files, code = REFUSED[name]
    use(adds("account.yaml"))
    placed = {path[3:] if path.startswith("../") else f"apps/{path}": text for path, text in files.items()}
    ran = Ran({"apps/web.yaml": WORKLOAD, **placed})
    assert ran.after == {}
    assert ran.codes == [code]
    assert ran.bugs == []


def test_a_plain_directory_is_deployed_as_it_is(use: Use) -> None:
    use(adds("account.yaml"))
    elsewhere = {"kustomization.yaml": "resources: [other]\n", "other/kustomization.yaml": "resources: []\n"}
    ran = Ran({"apps/web.yaml": WORKLOAD, **elsewhere})
    assert ran.after == {"apps/account.yaml": ACCOUNT}
