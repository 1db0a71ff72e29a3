"""A repository that is on the GitHub of the tests, and `kubewright propose` on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from double import TOKEN, App, GitHub, github
from double import Repository as Hosted
from hosted import NAME, push
from repositories import Repository

from bot.cli import program
from bot.hub import client

POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: web  # the shop's front
spec:
  serviceAccount: web
  containers:
    - name: web
      image: registry.example/web:1.4.2
"""
NEWER = POD.replace("1.4.2", "1.4.3")


@contextmanager
def hosted(repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHub]:
    """Put a repository with one finding there, and point the environment at it."""
    repository.write("apps/web.yaml", POD)
    repository.commit("start")
    bare = tmp_path / "hub" / "shop.git"
    repository.git("clone", "-q", "--bare", ".", str(bare))
    with github(tmp_path / "hub") as made:
        made.repository(NAME, bare=bare)
        repository.git("remote", "add", "origin", f"https://github.example/{NAME}.git")
        repository.git("remote", "set-url", "--push", "origin", str(bare))
        monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
        monkeypatch.setenv("GITHUB_API_URL", made.url)
        opened = client.open_session
        monkeypatch.setattr(client, "open_session", lambda *given: opened(*given, pace=0))
        yield made


def shop_of(hub: GitHub) -> Hosted:
    found = hub.find(NAME)
    assert found is not None
    return found


def run(repository: Repository, *arguments: str) -> Result:
    chosen = ("--select", "deprecated-service-account-field")
    return CliRunner().invoke(program, ["propose", str(repository.root), *arguments, *chosen])


def newer(repository: Repository) -> str:
    return push(repository, "apps/web.yaml", NEWER)


@cache
def keys() -> tuple[str, str]:
    """Return a private and a public key."""
    made = rsa.generate_private_key(65537, 2048)
    private = made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = made.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


def as_app(hub: GitHub, monkeypatch: pytest.MonkeyPatch) -> App:
    """Install an App, and let the environment name it."""
    made = App(77, "tidy", "Iv23.tidy", keys()[1])
    hub.install(made, "acme")
    monkeypatch.setenv("KUBEWRIGHT_APP_ID", "77")
    monkeypatch.setenv("KUBEWRIGHT_APP_PRIVATE_KEY", keys()[0])
    return made
