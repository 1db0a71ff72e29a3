"""Images that a repository builds itself: which Dockerfile is certain, and the fix that it makes safe."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from trees import TODAY, NamelessTree, repository, scan_of

from bot.builds import image_users
from bot.changes import changes
from bot.config import Settings
from bot.output import html, text
from bot.output.json import value
from bot.output.report import Report
from bot.scan import Reported, scan
from bot.tree import WorkTree
from fixers.model import Safety
from fixers.outcome import Outcome
from rules.workloads.run_as_non_root import run_as_non_root

SAFE = "FROM a\nUSER 10001\n"
POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: registry.example/shop/web:1.4.2
"""
SKAFFOLD = """\
apiVersion: skaffold/v4beta11
kind: Config
build:
  artifacts:
    - image: registry.example/shop/web
      context: web
"""
COMPOSE = """\
services:
  web:
    image: registry.example/shop/web:${TAG:-dev}
    build: ./web
"""
WORKFLOW = """\
on: push
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: docker/build-push-action@v6
        with:
          context: web
          tags: |
            registry.example/shop/web:latest
            registry.example/shop/web:${{ github.sha }}
"""
METADATA = """\
on: push
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - id: names
        uses: docker/metadata-action@v5
        with: {images: registry.example/shop/web}
      - uses: docker/build-push-action@v6
        with: {file: web/Dockerfile, tags: "${{ steps.names.outputs.tags }}"}
"""
COMMAND = """\
on: push
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - run: |
          docker build --pull -t registry.example/shop/web:$GITHUB_SHA \\
            --build-arg=X=$Y web
          docker push registry.example/shop/web:$GITHUB_SHA
"""
CI = ".github/workflows/ci.yaml"


def reported(files: dict[str, str]) -> list[Reported]:
    found = scan_of(files, every_rule=True)
    assert (found.errors, found.bugs) == ((), ())
    return [one for one in found.findings if one.finding.rule == "run-as-non-root"]


def evidence(files: dict[str, str], pod: str = POD) -> tuple[str, ...] | None:
    """Return what makes the fix safe, None where it is unsafe."""
    (one,) = reported({"deploy/web.yaml": pod, "web/Dockerfile": SAFE, **files})
    assert one.fix is not None
    assert (one.fix.safety is Safety.SAFE) == bool(one.fix.evidence)
    return one.fix.evidence or None


CERTAIN = {
    "skaffold": {"skaffold.yaml": SKAFFOLD},
    "skaffold, with all that can be said": {
        "skaffold.yaml": f"{SKAFFOLD}      docker: {{dockerfile: Dockerfile, target: ''}}\n"
    },
    "skaffold, by kaniko": {"skaffold.yaml": f"{SKAFFOLD}      kaniko: {{dockerfile: Dockerfile}}\n"},
    "skaffold, deeper": {"web/skaffold.yaml": SKAFFOLD.replace("context: web", "context: .")},
    "skaffold, default context": {"web/skaffold.yaml": SKAFFOLD.replace("      context: web\n", "")},
    "Compose": {"compose.yaml": COMPOSE},
    "Compose, with all that can be said": {
        "docker-compose.prod.yml": COMPOSE.replace("./web", "{context: web, dockerfile: Dockerfile}")
    },
    "Compose, another directory": {"dev/docker-compose.yml": COMPOSE.replace("./web", "../web")},
    "a workflow": {CI: WORKFLOW},
    "a workflow with a file": {CI: WORKFLOW.replace("context: web", "file: ./web/Dockerfile")},
    "a workflow with metadata": {CI: METADATA},
    "a command": {CI: COMMAND},
    "a command with a file": {CI: COMMAND.replace("Y web", "Y -f web/Dockerfile .")},
    "an action": {
        ".github/actions/build/action.yml": WORKFLOW.replace("jobs:\n  image:\n", "runs:\n").replace("\n  ", "\n")
    },
    "all of them": {"skaffold.yaml": SKAFFOLD, "compose.yaml": COMPOSE, CI: METADATA},
    "another image of another file": {
        "compose.yaml": f"{COMPOSE}  api:\n    image: registry.example/shop/api\n    build: api\n"
    },
    "a profile that patches something else": {
        "skaffold.yaml": f"{SKAFFOLD}profiles: [{{patches: [{{path: /build/artifacts/3/docker, value: x}}, "
        "{path: /build/tagPolicy, value: x}, {path: /deploy, value: x}]}]\n"
    },
    "another service without an image": {"compose.yaml": f"{COMPOSE}  api: {{build: api}}\n"},
    "a service of that name elsewhere": {"compose.yaml": COMPOSE, "a/compose.yaml": "services: {web: {build: x}}\n"},
    "an image that is only used": {"compose.yaml": f"{COMPOSE}  db: {{image: 'postgres:16'}}\n"},
    "a workflow that builds nothing": {"compose.yaml": COMPOSE, CI: "jobs: {a: {steps: [{run: make test}]}}\n"},
}


@pytest.mark.parametrize("files", CERTAIN.values(), ids=CERTAIN)
def test_a_file_that_names_image_and_dockerfile_makes_the_fix_safe(files: dict[str, str]) -> None:
    assert evidence(files) == ("web/Dockerfile:2 sets USER 10001",)


def test_a_stage_that_is_named_counts() -> None:
    stages = "FROM a AS base\nUSER 7\nFROM base AS debug\nUSER 0\n"
    named = {"compose.yaml": COMPOSE.replace("./web", "{context: web, target: base}"), "web/Dockerfile": stages}
    assert evidence(named) == ("web/Dockerfile:2 sets USER 7",)
    assert evidence({"compose.yaml": COMPOSE, "web/Dockerfile": stages}) is None


UNCERTAIN: dict[str, dict[str, str]] = {
    "nothing names the image": {},
    "one Dockerfile and a like name": {"Dockerfile": SAFE},
    "root": {"compose.yaml": COMPOSE, "web/Dockerfile": "FROM a\nUSER root\n"},
    "no Dockerfile": {"compose.yaml": COMPOSE.replace("./web", "./other")},
    "another image": {"compose.yaml": COMPOSE.replace("shop/web", "shop/web2")},
    "another registry": {"compose.yaml": COMPOSE.replace("registry.example", "registry.test")},
    "a registry that is a variable": {"compose.yaml": COMPOSE.replace("registry.example", "${REGISTRY}")},
    "a Dockerfile outside": {"compose.yaml": COMPOSE.replace("./web", "../../web")},
    "a context from elsewhere": {"compose.yaml": COMPOSE.replace("./web", "https://git.example/web.git")},
    "a context that is a variable": {"compose.yaml": COMPOSE.replace("./web", "${DIR}")},
    "a Dockerfile inside of the file": {
        "compose.yaml": COMPOSE.replace("./web", "{context: web, dockerfile_inline: FROM x}")
    },
    "two Dockerfiles": {
        "compose.yaml": COMPOSE,
        "skaffold.yaml": SKAFFOLD.replace("context: web", "context: other"),
        "other/Dockerfile": SAFE,
    },
    "two targets": {
        "compose.yaml": COMPOSE,
        "docker-compose.yml": COMPOSE.replace("./web", "{context: web, target: debug}"),
    },
    "a Compose file that changes the build of another": {
        "compose.yaml": COMPOSE,
        "compose.override.yaml": "services: {web: {build: {context: web, dockerfile: Dockerfile.dev}}}\n",
    },
    "another program reads the Dockerfile": {
        "compose.yaml": COMPOSE.replace("./web", "{context: web, args: {BUILDKIT_SYNTAX: evil/front-end}}")
    },
    "a workflow builds it perhaps from another one": {
        "compose.yaml": COMPOSE,
        CI: WORKFLOW.replace("registry.example/shop/web", "${{ env.IMAGE }}").replace("web\n", "prod\n", 1),
    },
    "a workflow builds something from somewhere": {
        "compose.yaml": COMPOSE,
        CI: WORKFLOW.replace("registry.example/shop/web", "${{ env.IMAGE }}").replace(
            "context: web", "context: ${{ x }}"
        ),
    },
    "a workflow with a matrix": {CI: WORKFLOW.replace("context: web", "context: ${{ matrix.service }}")},
    "a workflow of another repository": {
        CI: WORKFLOW.replace("checkout@v4", "checkout@v4\n        with: {repository: a/b}")
    },
    "a workflow that names the image in outputs": {
        "compose.yaml": COMPOSE,
        CI: WORKFLOW.replace(
            "context: web", "context: other\n          outputs: type=image,name=registry.example/shop/web"
        ),
    },
    "metadata of another step": {CI: METADATA.replace("id: names", "id: others")},
    "metadata by another action": {CI: METADATA.replace("docker/metadata-action", "evil/metadata-action")},
    "a bake": {"compose.yaml": COMPOSE, CI: "jobs: {a: {steps: [{uses: docker/bake-action@v5}]}}\n"},
    "a broken workflow": {"compose.yaml": COMPOSE, CI: "jobs: [\n"},
    "a command elsewhere": {CI: COMMAND.replace("      - run", "      - working-directory: x\n        run")},
    "a job elsewhere": {CI: COMMAND.replace("    steps", "    defaults: {run: {working-directory: x}}\n    steps")},
    "a command after cd": {CI: COMMAND.replace("          docker build", "          cd x\n          docker build")},
    "a command with options in a variable": {CI: COMMAND.replace("--pull", "$OPTIONS")},
    "jib": {"skaffold.yaml": f"{SKAFFOLD}      jib: {{}}\n"},
    "flags of Docker": {"skaffold.yaml": f"{SKAFFOLD}      docker: {{cliFlags: [--target=debug]}}\n"},
    "a profile that patches the build": {
        "skaffold.yaml": f"{SKAFFOLD}profiles: [{{patches: [{{path: /build/artifacts/0/docker/target, value: x}}]}}]\n"
    },
    "a profile that patches all of the build": {
        "skaffold.yaml": f"{SKAFFOLD}profiles: [{{patches: [{{path: /build, value: x}}]}}]\n"
    },
    "a profile that patches a patched list": {
        "skaffold.yaml": f"{SKAFFOLD}profiles: [{{patches: [{{path: /build/artifacts/-, value: x}}]}}]\n"
    },
    "a profile that builds otherwise": {
        "skaffold.yaml": f"{SKAFFOLD}profiles: [{{build: {{artifacts: [{{image: registry.example/shop/web}}]}}}}]\n"
    },
    "Kustomize puts another image": {
        "compose.yaml": COMPOSE,
        "kustomization.yaml": "images: [{name: registry.example/shop/web, newName: evil}]\n",
    },
    "Kustomize puts a digest": {
        "compose.yaml": COMPOSE,
        "kustomization.yaml": "images: [{name: registry.example/shop/web, digest: 'sha256:00'}]\n",
    },
}


@pytest.mark.parametrize("files", UNCERTAIN.values(), ids=UNCERTAIN)
def test_what_is_not_certain_leaves_the_fix_unsafe(files: dict[str, str]) -> None:
    assert evidence(files) is None


@pytest.mark.parametrize(
    "pod",
    [
        POD.replace(":1.4.2", f"@sha256:{'0' * 64}"),
        POD.replace(":1.4.2", f":1.4.2@sha256:{'0' * 64}"),
        POD.replace("registry.example", "${REGISTRY}"),
        f"{POD}    - name: other\n      image: postgres:16\n",
        f"{POD}  initContainers:\n    - name: other\n      image: postgres:16\n",
        f"{POD}  nodeSelector: {{kubernetes.io/os: windows}}\n",
        f"{POD}      securityContext: {{runAsUser: '${{UID}}'}}\n",
    ],
    ids=["digest", "tag and digest", "variable", "another container", "init container", "Windows", "templated user"],
)
def test_a_dockerfile_says_nothing_of_other_images(pod: str) -> None:
    assert evidence({"compose.yaml": COMPOSE}, pod) is None


def test_containers_with_a_user_of_their_own_need_no_dockerfile() -> None:
    pod = f"{POD}    - name: other\n      image: postgres:16\n      securityContext: {{runAsUser: 70}}\n"
    assert evidence({"compose.yaml": COMPOSE}, pod) == ("web/Dockerfile:2 sets USER 10001",)


def test_a_user_in_the_manifest_is_what_runs_whatever_the_dockerfile_says() -> None:
    pod = f"{POD}  securityContext: {{runAsUser: 70}}\n"
    (one,) = reported({"web.yaml": pod, "web/Dockerfile": SAFE, "compose.yaml": COMPOSE})
    assert one.fix is not None
    assert (one.fix.safety, one.fix.evidence) == (Safety.SAFE, ())
    (one,) = reported({"web.yaml": pod.replace("70", "0"), "web/Dockerfile": SAFE, "compose.yaml": COMPOSE})
    assert one.fix is None


def test_an_object_that_is_patched_has_no_safe_fix() -> None:
    patched = "resources: [deploy/web.yaml]\npatches: [{target: {kind: Pod}, patch: '[{op: remove, path: /x}]'}]\n"
    assert evidence({"compose.yaml": COMPOSE, "kustomization.yaml": patched}) is None


def test_where_only_a_part_is_scanned_nothing_is_certain(tmp_path: Path) -> None:
    root = repository(
        tmp_path / "r", {"web.yaml": POD, "web/Dockerfile": SAFE, "compose.yaml": COMPOSE, "k/web.yaml": POD}
    )
    settings = Settings(rules=(run_as_non_root,))

    def safeties(*paths: Path) -> list[Safety]:
        return [one.fix.safety for one in scan(WorkTree.of(paths), settings, today=TODAY).findings if one.fix]

    assert safeties(root) == [Safety.SAFE, Safety.SAFE]
    assert safeties(root / "k") == [Safety.UNSAFE]
    assert safeties(root / "web.yaml", root / "compose.yaml") == [Safety.UNSAFE]


def test_links_are_not_followed(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"web.yaml": POD, "compose.yaml": COMPOSE, "web/x": SAFE})
    (root / "web" / "Dockerfile").symlink_to(root / "web" / "x")
    (one,) = scan(WorkTree.of([root]), Settings(rules=(run_as_non_root,)), today=TODAY).findings
    assert one.fix is not None
    assert one.fix.safety is Safety.UNSAFE


def test_reports_and_changes_name_the_evidence() -> None:
    tree = NamelessTree({"web.yaml": POD.encode(), "web/Dockerfile": SAFE.encode(), "compose.yaml": COMPOSE.encode()})
    settings = Settings(rules=(run_as_non_root,))
    found = scan(tree, settings, today=TODAY)
    report = Report(found, (run_as_non_root,), (1, 34))
    assert "[fix: web/Dockerfile:2 sets USER 10001]" in text.render(report)
    assert "; web/Dockerfile:2 sets USER 10001" in html.render(report)
    assert value(report)["findings"][0]["fix"]["evidence"] == ["web/Dockerfile:2 sets USER 10001"]
    (outcome,) = changes(tree, found, settings, Safety.SAFE, today=TODAY)
    assert isinstance(outcome, Outcome)
    assert outcome.change is not None
    (step,) = outcome.change.steps
    assert step.notes == ("web/Dockerfile:2 sets USER 10001",)
    assert step.after == f"{POD}  securityContext:\n    runAsNonRoot: true\n"


YAML = st.recursive(
    st.none() | st.booleans() | st.text(max_size=8) | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "services",
                    "build",
                    "image",
                    "context",
                    "dockerfile",
                    "target",
                    "artifacts",
                    "profiles",
                    "patches",
                    "docker",
                    "jobs",
                    "steps",
                    "uses",
                    "with",
                    "tags",
                    "run",
                    "runs",
                    "defaults",
                    "a",
                ]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(YAML, st.sampled_from(["skaffold.yaml", "compose.yaml", CI, "action.yml"]))
def test_no_file_breaks_it(content: object, path: str) -> None:
    assert image_users([path], {path: json.dumps(content)}.get) == {}
