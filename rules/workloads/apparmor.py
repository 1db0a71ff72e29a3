"""AppArmor annotations: how profiles were asked for before Kubernetes 1.30 had a field for them."""

from __future__ import annotations

from typing import Any

from rules.workloads.templates import word

FIELD_CAME = (1, 30)
ANNOTATION = "container.apparmor.security.beta.kubernetes.io/"
# Containers that others put into a bare pod before the API server looks at its annotations.
INJECTED = frozenset(
    [
        *("consul-dataplane", "daprd", "envoy", "istio-init", "istio-proxy", "istio-validation", "kuma-init"),
        *("kuma-sidecar", "linkerd-init", "linkerd-proxy", "vault-agent", "vault-agent-init"),
    ]
)


def meaning(value: Any) -> dict[str, str] | None:
    """Return the field that means the same as an annotation that asks for a profile, or None: it asks for none."""
    named = word(value)
    if named == "runtime/default":
        return {"type": "RuntimeDefault"}
    file = named.removeprefix("localhost/") if named else ""
    # The field must not begin or end with a space; the annotation may.
    if not file or file == named or file != file.strip():
        return None
    return {"type": "Localhost", "localhostProfile": file}
