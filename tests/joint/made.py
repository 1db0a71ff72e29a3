"""A rule that needs an object which is not there, fixers that make it, and how tests run them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from bot.changes import changes
from bot.config import Settings
from bot.scan import scan
from bot.tree import MemoryTree
from fixers import registry
from fixers.model import Fixer, NewDocument, Part, Safety, elsewhere, fixer, replace
from fixers.outcome import Change, Outcome, Skip, by_file
from rules.cluster import Cluster
from rules.errors import Bug
from rules.manifest import Document
from rules.model import Finding, Rule, Severity, Spot, rule
from rules.pointer import get

WORKLOAD = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
spec:
  serviceAccountName: web   # least privilege
  containers:
    - name: web
      image: registry.example/web:1.4.2
"""
ACCOUNT = """\
apiVersion: v1
kind: ServiceAccount
metadata:
  name: web
  namespace: shop
automountServiceAccountToken: false
"""
BINDING = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: web, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects:
  - kind: ServiceAccount
    name: default  # was enough once
    namespace: shop
"""
BOUND = BINDING.replace("name: default", "name: web")


@rule(severity=Severity.MEDIUM, category="access", kinds=["Pod"])
def account_not_there(document: Document, cluster: Cluster) -> Iterator[Spot]:
    """Pod uses an account that does not exist.

    It would not start.
    """
    name = get(document.value, "spec", "serviceAccountName")
    if isinstance(name, str) and cluster.service_account(document.namespace, name) is None:
        yield ("spec", "serviceAccountName"), f"there is no account {name!r}"


Compute = Callable[[Finding, Document, Cluster], Iterator[Part]]


def account(document: Document, **more: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": get(document.value, "spec", "serviceAccountName"), "namespace": document.namespace},
        "automountServiceAccountToken": False,
        **more,
    }


def appends(finding: Finding, document: Document, cluster: Cluster) -> Iterator[Part]:
    yield NewDocument(account(document))


def adds(name: str) -> Compute:
    """Return what makes the account a new file of that name."""

    def compute(finding: Finding, document: Document, cluster: Cluster) -> Iterator[Part]:
        yield NewDocument(account(document), name)

    return compute


def binds(compute: Compute) -> Compute:
    """Return what also gives the account the roles of the namespace's default one."""

    def more(finding: Finding, document: Document, cluster: Cluster) -> Iterator[Part]:
        yield from compute(finding, document, cluster)
        for binding in cluster.bound("default"):
            name = get(document.value, "spec", "serviceAccountName")
            yield elsewhere(binding.document, replace(("subjects", 0, "name"), name))

    return more


def made_by(compute: Compute, safety: Safety = Safety.SAFE, of: Rule = account_not_there) -> Fixer:
    return fixer(of, title="Create the account", safety=safety, breaks="nothing that works")(compute)


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Make a fixer the one of its rule."""

    def patched(compute: Compute, safety: Safety = Safety.SAFE, of: Rule = account_not_there) -> None:
        monkeypatch.setitem(registry.all_fixers(), of.id, made_by(compute, safety, of))
        monkeypatch.setattr("bot.config.known_rules", lambda: (of,))

    return patched


class Ran:
    """What came of the files of a tree."""

    def __init__(
        self,
        files: Mapping[str, str | bytes],
        rules: tuple[Rule, ...] = (account_not_there,),
        *,
        unsafe: bool = False,
    ) -> None:
        self.files = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
        tree, settings = MemoryTree(self.files), Settings(rules=rules)
        self.scan = scan(tree, settings)
        outcomes = list(changes(tree, self.scan, settings, Safety.UNSAFE if unsafe else Safety.SAFE))
        self.bugs = [one for one in outcomes if isinstance(one, Bug)]
        self.outcomes = [one for one in outcomes if isinstance(one, Outcome)]
        self.changes: list[Change] = [one.change for one in self.outcomes if one.change]
        self.skips: list[Skip] = [skip for one in self.outcomes for skip in one.skips]

    @property
    def codes(self) -> list[str]:
        return [skip.code for skip in self.skips]

    @property
    def after(self) -> dict[str, str]:
        """The files that differ, as they are then."""
        return {one.path: one.after for one in by_file(self.changes)}

    def again(self) -> Ran:
        """Run once more on the result."""
        return Ran({**self.files, **self.after})
