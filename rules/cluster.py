"""What several documents mean together: accounts, roles, bindings, limits; of workloads see `rules.workload_graph`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from posixpath import dirname
from typing import Any

from rules.manifest import Document
from rules.patched import NOTHING_PATCHED, Patched
from rules.pointer import Pointer, get
from rules.workload_graph import WorkloadGraph
from rules.workload_objects import KINDS as WORKLOAD_KINDS
from rules.workload_objects import full_kind, slimmed

NEWEST = (1, 37)
OLDEST = (1, 16)

RBAC = "rbac.authorization.k8s.io"
# What the graph is made of; every other document is dropped, so a large scan stays small.
KINDS = frozenset(
    [
        "LimitRange",
        "ServiceAccount",
        f"Role.{RBAC}",
        f"ClusterRole.{RBAC}",
        f"RoleBinding.{RBAC}",
        f"ClusterRoleBinding.{RBAC}",
        *WORKLOAD_KINDS,
    ]
)

Version = tuple[int, int]


def parse_version(text: str) -> Version:
    """Return (major, minor) of `1.34`, `v1.34` or `1.34.2`. Raises ValueError."""
    parts = text.removeprefix("v").split(".")
    try:
        major, minor = int(parts[0]), int(parts[1])
    except (IndexError, ValueError):
        raise ValueError(f"no Kubernetes version: {text!r}; write it like 1.34") from None
    return major, minor


@dataclass(frozen=True, slots=True)
class Binding:
    """A role and one subject that holds it; `namespace` is "" for a ClusterRoleBinding."""

    document: Document
    role_kind: str
    role_name: str
    namespace: str
    subject: Any


@dataclass(frozen=True, eq=False)
class Cluster:
    """The documents of a scan as one cluster at a Kubernetes version; made by `Cluster.of`.

    A missing `metadata.namespace` stays "": Kustomize, Argo CD, Flux or Helm set it later.
    """

    documents: tuple[Document, ...] = ()
    version: Version = NEWEST
    # Images whose tag a kustomization of this repository sets (its `images:` names), without tag.
    images: frozenset[str] = field(default=frozenset())
    # Objects that kustomizations of this repository patch.
    patched: Patched = field(default=NOTHING_PATCHED)
    # Images that this repository builds to run as a user above zero, without tag -> what says so, with its place.
    image_users: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        documents: Iterable[Document],
        version: Version = NEWEST,
        images: Iterable[str] = (),
        patched: Patched = NOTHING_PATCHED,
    ) -> Cluster:
        """Build the graph from all documents of a scan, Lists taken apart."""
        kept = tuple(
            slimmed(single) for document in documents for single in document.objects() if full_kind(single) in KINDS
        )
        return cls(kept, version, frozenset(images), patched)

    def is_patched(self, document: Document) -> bool:
        """May a kustomization of this repository change this object, so that its manifest tells only a part?"""
        return self.patched.may_hold(document)

    def at(self, path: str, document: int, base: Pointer) -> Document | None:
        """Return the object that stands at a place, if the graph holds it."""
        return next((one for one in self.documents if (one.path, one.index, one.base) == (path, document, base)), None)

    def revised(self, files: Mapping[str, Iterable[Document]]) -> Cluster:
        """Return the cluster in which some files, by path, hold other documents than before."""
        kept = [document for document in self.documents if document.path not in files]
        new = Cluster.of(document for documents in files.values() for document in documents).documents
        return replace(self, documents=tuple(sorted((*kept, *new), key=lambda document: document.path)))

    @cached_property
    def workloads(self) -> WorkloadGraph:
        """Workloads, what scales them and who selects their pods. Of them, `documents` holds only what this needs."""
        return WorkloadGraph(self.documents, self.is_patched)

    @cached_property
    def _by_kind(self) -> dict[str, list[Document]]:
        found: dict[str, list[Document]] = {}
        for document in self.documents:
            found.setdefault(document.kind, []).append(document)
        return found

    def of_kind(self, kind: str) -> Iterator[Document]:
        """Yield the documents of a kind that the graph holds."""
        return iter(self._by_kind.get(kind, ()))

    @cached_property
    def _limit_ranges(self) -> dict[str, list[Document]]:
        found: dict[str, list[Document]] = {}
        for limits in self.of_kind("LimitRange"):
            found.setdefault(limits.namespace, []).append(limits)
        return found

    def limit_ranges(self, namespace: str) -> tuple[Document, ...]:
        """Return the LimitRanges of a namespace; for "" those that get theirs from the same tool."""
        return tuple(self._limit_ranges.get(namespace, ()))

    @cached_property
    def _accounts(self) -> dict[tuple[str, str], Document]:
        return {(account.namespace, account.name): account for account in self.of_kind("ServiceAccount")}

    @cached_property
    def _accounts_by_name(self) -> dict[str, list[Document]]:
        found: dict[str, list[Document]] = {}
        for (_, name), account in self._accounts.items():
            found.setdefault(name, []).append(account)
        return found

    def service_account(self, namespace: str, name: str) -> Document | None:
        """Return the ServiceAccount that a pod of a namespace means, or None when the scan holds none.

        Falls back to an account without a namespace, and for a pod without one to the only account of the
        name: both get their namespace from the same tool.
        """
        exact = self._accounts.get((namespace, name)) or self._accounts.get(("", name))
        if exact or namespace:
            return exact
        same = self._accounts_by_name.get(name, ())
        return same[0] if len(same) == 1 else None

    @cached_property
    def _accounts_by_folder(self) -> dict[str, list[Document]]:
        found: dict[str, list[Document]] = {}
        for account in self.of_kind("ServiceAccount"):
            found.setdefault(dirname(account.path), []).append(account)
        return found

    def accounts_named(self, name: str) -> tuple[Document, ...]:
        """Return the ServiceAccounts of a name, of whatever namespace."""
        return tuple(self._accounts_by_name.get(name, ()))

    def accounts_beside(self, document: Document) -> tuple[Document, ...]:
        """Return the ServiceAccounts in the files of a document's directory."""
        return tuple(self._accounts_by_folder.get(dirname(document.path), ()))

    @cached_property
    def bindings(self) -> tuple[Binding, ...]:
        """Every (role, subject) pair that the scan's bindings make."""
        found: list[Binding] = []
        for document in self.documents:
            if document.kind not in ("RoleBinding", "ClusterRoleBinding"):
                continue
            subjects = get(document.value, "subjects")
            found.extend(
                Binding(
                    document=document,
                    role_kind=str(get(document.value, "roleRef", "kind") or ""),
                    role_name=str(get(document.value, "roleRef", "name") or ""),
                    namespace=document.namespace if document.kind == "RoleBinding" else "",
                    subject=subject,
                )
                for subject in (subjects if isinstance(subjects, list) else [])
            )
        return tuple(found)

    @cached_property
    def _by_role(self) -> dict[tuple[str, str], list[Binding]]:
        found: dict[tuple[str, str], list[Binding]] = {}
        for binding in self.bindings:
            found.setdefault((binding.role_kind, binding.role_name), []).append(binding)
        return found

    @cached_property
    def _by_account(self) -> dict[str, list[Binding]]:
        found: dict[str, list[Binding]] = {}
        for binding in self.bindings:
            name = get(binding.subject, "name")
            if get(binding.subject, "kind") == "ServiceAccount" and isinstance(name, str):
                found.setdefault(name, []).append(binding)
        return found

    @cached_property
    def _roles(self) -> dict[tuple[str, str], list[Document]]:
        found: dict[tuple[str, str], list[Document]] = {}
        for kind in ("Role", "ClusterRole"):
            for role in self.of_kind(kind):
                found.setdefault((kind, role.name), []).append(role)
        return found

    def roles(self, kind: str, name: str) -> tuple[Document, ...]:
        """Return the Roles or ClusterRoles of a name, in whatever namespace."""
        return tuple(self._roles.get((kind, name), ()))

    def holders_anywhere(self, role: Document) -> tuple[Binding, ...]:
        """Return the bindings of roles of this kind and name, in whatever namespace."""
        return tuple(self._by_role.get((role.kind, role.name), ()))

    @cached_property
    def bound_by_group(self) -> tuple[Binding, ...]:
        """Return what service accounts are bound to by other names than their own: groups, or users."""
        return tuple(
            binding
            for binding in self.bindings
            if get(binding.subject, "kind") in ("Group", "User")
            and str(get(binding.subject, "name")).startswith(("system:serviceaccount", "system:authenticated"))
        )

    def holders(self, role: Document) -> tuple[Binding, ...]:
        """Return the bindings of a Role or ClusterRole."""
        return tuple(
            binding
            for binding in self._by_role.get((role.kind, role.name), ())
            if role.kind == "ClusterRole" or binding.document.namespace in (role.namespace, "")
        )

    def bound(self, account: str) -> tuple[Binding, ...]:
        """Return what ServiceAccounts of a name are bound to, in whatever namespace."""
        return tuple(self._by_account.get(account, ()))

    def roles_of(self, namespace: str, account: str) -> tuple[Binding, ...]:
        """Return what a ServiceAccount of a namespace is bound to."""
        return tuple(
            binding
            for binding in self._by_account.get(account, ())
            if (get(binding.subject, "namespace") or binding.namespace) in (namespace, "")
        )
