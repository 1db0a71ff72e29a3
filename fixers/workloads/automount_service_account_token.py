"""Fixer for automount-service-account-token."""

from __future__ import annotations

from collections.abc import Iterator

from fixers.model import Operation, Safety, fixer, put
from rules.cluster import Cluster
from rules.errors import Unfixable
from rules.manifest import Document
from rules.model import Finding
from rules.pointer import get
from rules.workloads import accounts
from rules.workloads.automount_service_account_token import automount_service_account_token as rule


@fixer(
    rule,
    title="Do not mount the service account's token",
    safety=Safety.UNSAFE,
    breaks="controllers, operators and sidecars that talk to the cluster's API",
)
def automount_service_account_token(finding: Finding, document: Document, cluster: Cluster) -> Iterator[Operation]:
    """Say so on the pod, not on the account: other users of the account are not affected.

    Refused where the account has a role: nobody binds a role to an account that does not use it, so the
    change would be wrong for most.
    """
    name = accounts.name(get(document.value, *finding.pointer[:-1]))
    if accounts.has_role(cluster, document.namespace, name):
        raise Unfixable(
            f'service account "{name}" is bound to a role here, so the pod very likely uses its token; '
            "if it does not, remove the binding too",
            "account-has-role",
        )
    yield put(document.value, finding.pointer, False)
