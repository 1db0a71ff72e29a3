"""What can be told of builds without a shell: the names of images, and `docker build` in scripts."""

from __future__ import annotations

import pytest

from bot import build_commands
from bot.build_commands import UNKNOWN, Build
from rules.workloads.built_images import repository


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("web", "docker.io/library/web"),
        ("web:1", "docker.io/library/web"),
        ("shop/web", "docker.io/shop/web"),
        ("docker.io/web", "docker.io/library/web"),
        ("index.docker.io/shop/web:1", "docker.io/shop/web"),
        ("localhost/web", "localhost/web"),
        ("registry:5000/web", "registry:5000/web"),
        ("registry:5000/web:${TAG}", "registry:5000/web"),
        ("ghcr.io/a/b:v-${{ github.sha }}", "ghcr.io/a/b"),
        ("ghcr.io/${{ github.repository }}:1", None),
        ("$IMAGE", None),
        ("web$X", None),
        ("{{ .Values.image }}", None),
        ("web@sha256:00", None),
        ("Web", None),
        ("web 1", None),
        ("", None),
    ],
)
def test_the_full_name_of_an_image(reference: str, name: str | None) -> None:
    assert repository(reference) == name


WEB = Build("docker.io/library/web", "Dockerfile")


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("docker build -t web .", [WEB]),
        ("docker buildx build --push --platform linux/amd64 --tag=web .", [WEB]),
        ("docker build -t web -t b/c:1 .", [WEB, Build("docker.io/b/c", "Dockerfile")]),
        ("docker build -t web -f a/b.Dockerfile --target x .", [Build("docker.io/library/web", "a/b.Dockerfile", "x")]),
        ("docker build -t $NAME .", [Build(None, "Dockerfile")]),
        ("docker build -t web $DIR", [Build("docker.io/library/web", None)]),
        ("docker build -t web -f $FILE .", [Build("docker.io/library/web", None)]),
        ("docker build -t web --target=$T .", [Build("docker.io/library/web", "Dockerfile", None)]),
        ("docker build .", []),
        ("# docker build -t web .", []),
        ("docker compose build", []),
        ("echo hello", []),
        ("docker build -t web . && docker push web", [UNKNOWN]),
        ("cat x | docker build -t web -", [UNKNOWN]),
        ("docker build -t web --unheard-of .", [UNKNOWN]),
        ("docker build -t web", [UNKNOWN]),
        ("docker build -t 'web .", [UNKNOWN]),
        ("sudo docker build -t web .", [UNKNOWN]),
        ("docker buildx bake", [UNKNOWN]),
        ("podman build -t web .", [UNKNOWN]),
        ("buildah bud -t web .", [UNKNOWN]),
        ("ko build ./cmd", [UNKNOWN]),
        ("cd x\ndocker build -t web .", [UNKNOWN]),
    ],
)
def test_commands_are_read_as_far_as_that_needs_no_shell(script: str, found: list[Build]) -> None:
    assert list(build_commands.builds(script, at_top=True)) == found
