"""A repository on the GitHub of the tests, and `kubewright propose` run on it. The fixtures are in conftest.py."""

from __future__ import annotations

from click.testing import CliRunner, Result
from double import Repository as Hosted
from double import Thread
from repositories import Repository

from bot.cli import program
from bot.lifecycle.dashboard import TITLE

NAME = "acme/shop"
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
      securityContext:
        privileged: yes   # for debugging
"""
SAFE = POD.replace("serviceAccount:", "serviceAccountName:")
NEWER = POD.replace("1.4.2", "1.4.3")


def run(repository: Repository, *arguments: str) -> Result:
    chosen = ("--select", "privileged-container", "--select", "deprecated-service-account-field")
    return CliRunner().invoke(program, ["propose", str(repository.root), *arguments, *chosen])


def push(repository: Repository, path: str, text: str) -> str:
    repository.write(path, text)
    made = repository.commit("newer")
    repository.git("push", "-q", "origin", "main")
    return made


def only(shop: Hosted) -> Thread:
    """Return the pull request, of which there is one, and the dashboard, of which there is one as well."""
    (pull,) = shop.pulls
    (dashboard,) = shop.issues
    assert dashboard.title == TITLE
    return pull


def branch_of(pull: Thread) -> str:
    assert pull.pull is not None
    return pull.pull.head


def dashboard(shop: Hosted) -> str:
    (found,) = shop.issues
    return str(found.body)


def tip(shop: Hosted, branch: str) -> str:
    return shop.objects.git("rev-parse", f"refs/heads/{branch}")


def shown(shop: Hosted, branch: str) -> str:
    return shop.objects.git("show", f"refs/heads/{branch}:apps/web.yaml")
