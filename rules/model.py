"""What a rule is and what it finds."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rules.pointer import Pointer

if TYPE_CHECKING:
    from rules.cluster import Cluster
    from rules.manifest import Document


class Severity(IntEnum):
    """How bad a finding is, judged by the manifest alone."""

    INFO = 0  # An opinion, an inventory, a preparation.
    LOW = 1  # Defence in depth; deprecated but equivalent.
    MEDIUM = 2  # Turns a bug of the application into a larger incident.
    HIGH = 3  # Removes a boundary, exposes a credential, or certainly fails to run.
    CRITICAL = 4  # One step from the container to the node or the cluster.

    def __str__(self) -> str:
        return self.name.lower()

    @classmethod
    def parse(cls, name: str) -> Severity:
        """Return the severity of that name. Raises ValueError."""
        try:
            return cls[name.upper()]
        except KeyError:
            raise ValueError(f"no severity {name!r}; one of {', '.join(map(str, cls))}") from None


# What a rule yields: a place in the object's value (it may be absent) and what is wrong there; a third
# item overrides the rule's severity for this one.
Spot = tuple[Pointer, str] | tuple[Pointer, str, Severity]
Check = Callable[..., Iterator[Spot]]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong at one place.

    `base` is where the object stands in its document, `pointer` the place inside the object (absent fields
    included), `value` what stood there (None if absent).
    """

    rule: str
    severity: Severity
    path: str
    document: int
    base: Pointer
    pointer: Pointer
    message: str
    api_version: str
    kind: str
    namespace: str
    name: str
    value: Any = field(default=None, compare=False, repr=False)

    @property
    def place(self) -> Pointer:
        """The place in the whole document."""
        return (*self.base, *self.pointer)


_SECTION = re.compile(r"^(Example|Use instead|Fix safety|No fix|Verify|References):[ ]*(.*)$")


@dataclass(frozen=True, eq=False)
class Rule:
    """A check with everything that is known about it; made by `@rule`.

    `kinds` are Kubernetes' own notation: `Pod`, `Deployment.apps`, `Ingress.v1beta1.extensions`, or `*`;
    `except_kinds` are left out of them.
    `controls` maps a framework to the ids of its controls.
    """

    id: str
    severity: Severity
    category: str
    kinds: frozenset[str]
    controls: dict[str, tuple[str, ...]]
    check: Check
    needs_cluster: bool
    default: bool = True
    except_kinds: frozenset[str] = frozenset()
    revision: int = 1  # Goes up when a finding of this rule means something else than before.

    def selects(self, api_version: str, kind: str) -> bool:
        """Does the rule look at objects of this apiVersion and kind?"""
        group, _, version = api_version.rpartition("/")
        grouped = f"{kind}.{group}" if group else kind
        versioned = f"{kind}.{version}.{group}" if group else f"{kind}.{version}"
        names = (grouped, versioned, "*")
        return not self.kinds.isdisjoint(names) and self.except_kinds.isdisjoint(names)

    def findings(self, document: Document, cluster: Cluster | None = None) -> Iterator[Finding]:
        """Yield what is wrong with one object (Lists are taken apart by the caller: `rules.search`)."""
        if not self.selects(document.api_version, document.kind):
            return
        if self.needs_cluster and cluster is None:
            from rules.cluster import Cluster

            cluster = Cluster.of([document])
        from rules.workloads import pods

        views = list(pods.each(document)) if not self.kinds.isdisjoint(pods.KINDS) else [document]
        seen: set[tuple[Pointer, str]] = set()
        for view in views:
            for spot in self.check(view, cluster) if self.needs_cluster else self.check(view):
                # What several pods share, or stands outside of them, is said once.
                pointer = pods.written(view, spot[0]) if len(views) > 1 else spot[0]
                if len(views) == 1 or (pointer, spot[1]) not in seen:
                    seen.add((pointer, spot[1]))
                    yield self._finding(document, pointer, *spot[1:])

    def _finding(self, document: Document, pointer: Pointer, message: str, severity: Severity | None = None) -> Finding:
        from rules.pointer import get

        return Finding(
            rule=self.id,
            severity=self.severity if severity is None else severity,
            path=document.path,
            document=document.index,
            base=document.base,
            pointer=pointer,
            message=message,
            api_version=document.api_version,
            kind=document.kind,
            namespace=document.namespace,
            name=document.name,
            value=get(document.value, *pointer),
        )

    @cached_property
    def title(self) -> str:
        """The first line of the docstring, without its full stop."""
        return self._paragraphs[0].rstrip(".")

    @cached_property
    def why(self) -> str:
        """The paragraphs between the title and the first section."""
        return "\n\n".join(self._paragraphs[1:])

    def section(self, name: str) -> str:
        """Return the text of a docstring section (Example, Use instead, Fix safety, No fix, ...), or ''."""
        return self._sections.get(name, "")

    @cached_property
    def _paragraphs(self) -> list[str]:
        return [" ".join(part.split()) for part in self._sections[""].split("\n\n") if part.strip()]

    @cached_property
    def _sections(self) -> dict[str, str]:
        sections: dict[str, list[str]] = {"": []}
        lines = sections[""]
        for line in inspect.cleandoc(self.check.__doc__ or "").splitlines():
            found = _SECTION.match(line)
            if found:
                lines = sections[found.group(1)] = [found.group(2)] if found.group(2) else []
            else:
                lines.append(line)
        return {name: textwrap.dedent("\n".join(lines)).strip("\n") for name, lines in sections.items()}


def rule(
    *,
    severity: Severity,
    category: str,
    kinds: Collection[str],
    except_kinds: Collection[str] = (),
    controls: dict[str, tuple[str, ...]] | None = None,
    default: bool = True,
    revision: int = 1,
) -> Callable[[Check], Rule]:
    """Make a rule of a generator `(document)` or `(document, cluster)` of spots.

    The rule's id is the function's name in kebab case, its documentation the docstring: a title, why it
    matters, then sections. `Example` and `Use instead` are manifests and are executed as tests.
    """

    def decorate(check: Check) -> Rule:
        return Rule(
            id=check.__name__.replace("_", "-"),
            severity=severity,
            category=category,
            kinds=frozenset(kinds),
            except_kinds=frozenset(except_kinds),
            controls=controls or {},
            check=check,
            needs_cluster=len(inspect.signature(check).parameters) == 2,
            default=default,
            revision=revision,
        )

    return decorate
