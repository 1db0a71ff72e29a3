"""Pod Security Standards: the profiles that Kubernetes' own admission enforces.

The two profiles are the controls: a manifest either meets a profile or it does not.
"""

from __future__ import annotations

from rules.controls.framework import Framework

FRAMEWORK = Framework(
    id="pss",
    name="Pod Security Standards",
    url="https://kubernetes.io/docs/concepts/security/pod-security-standards/",
    controls={
        "baseline": "Profile baseline: no known way from a pod to its node",
        "restricted": "Profile restricted: baseline, and hardened as far as ordinary applications bear",
    },
)
