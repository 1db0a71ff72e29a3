"""Fixer for privileged-container."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from fixers.model import Operation, Safety, fixer, replace
from fixers.workloads.windows import refuse_windows
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import get
from rules.workloads import pods
from rules.workloads.privileged_container import privileged_container as rule

# Programs that change the kernel or the namespaces of the node, and do nothing in an unprivileged container; a word of
# a script, or a whole word. `sysctl` reads as well: only -w, or a name with a value, writes.
_SETS_UP_NODE = re.compile(
    r"(?:\A|[\s;&|(`!/])(?:(modprobe|insmod|nsenter|losetup|mkfs(?:\.\w+)?|mount(?=\s+-)|sysctl(?=\s+-\w*w|\s+[\w./-]+=))(?=\s|\Z))"
)


@fixer(
    rule,
    title="Run unprivileged",
    safety=Safety.UNSAFE,
    breaks="containers that use devices, load kernel modules, run Docker or configure the node",
)
def privileged_container(finding: Finding, document: Document) -> Iterator[Operation]:
    """Say false instead of removing the key: the intent stays visible and survives a merge with other values.

    allowPrivilegeEscalation is left as it is: false was invalid before, true stays another rule's finding.
    """
    refuse_windows(document, "privileged mode")
    container = get(document.value, *finding.pointer[:-2])
    refuse_beside_shared_mounts(container)
    _refuse_setting_up_node(container)
    yield replace(finding.pointer, False)


def refuse_beside_shared_mounts(container: Any) -> None:
    """Raise Unfixable where the API server refuses the container unless it is privileged."""
    # `ValidateVolumeMounts`: only privileged containers may mount in both directions.
    if any(get(mount, "mountPropagation") == "Bidirectional" for mount in pods.items(container, "volumeMounts")):
        raise Unfixable(
            f"{pods.label(container)} shares mounts with its node (mountPropagation: Bidirectional), "
            "which Kubernetes allows only to privileged containers",
            "needs-privileged",
        )


def _refuse_setting_up_node(container: Any) -> None:
    """Raise Unfixable where the very command of the container is what it is privileged for."""
    words = [word for key in ("command", "args") for word in pods.items(container, key) if isinstance(word, str)]
    # Each word by itself, as a script is one; all as one line, as `sysctl`, `-w` are two.
    found = next((match for text in (*words, " ".join(words)) if (match := _SETS_UP_NODE.search(text))), None)
    if found:
        raise Unfixable(
            f"{pods.label(container)} runs {found.group(1)} to set up its node, which only a privileged container can",
            "sets-up-node",
        )
