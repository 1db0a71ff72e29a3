"""Versions of widespread programs with a flaw that gives much away, from the advisories of those who make them.

Only what attackers can use against a usual installation, and what was repaired in a release that is named. One
line per range of versions; the link is the advisory. Not a scanner of images: that knows far more.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from rules.images.versions import Numbers, Version, numbers_of


class Flaw(NamedTuple):
    """Images whose names end like this have a flaw from version `first` to `last`; `fixed` is the next without it."""

    ending: str
    first: str
    last: str
    fixed: str
    cve: str
    what: str
    link: str


_NIGHTMARE = "https://kubernetes.io/blog/2025/03/24/ingress-nginx-cve-2025-1974/"
_NVD = "https://nvd.nist.gov/vuln/detail/"
_ARGO_2022 = f"{_NVD}CVE-2022-24348"
_ARGO_2025 = f"{_NVD}CVE-2025-55190"
_GRAFANA_2021 = f"{_NVD}CVE-2021-43798"
_GRAFANA_2022 = f"{_NVD}CVE-2022-39328"
_KYVERNO = f"{_NVD}CVE-2022-47633"
_DASHBOARD = f"{_NVD}CVE-2018-18264"
_REDIS = "https://redis.io/blog/security-advisory-cve-2025-49844/"
_JENKINS = "https://www.jenkins.io/security/advisory/2024-01-24/"

_TAKEN = "whoever reaches it from a pod runs code in it and reads the Secrets of the cluster"
_FILES = "anybody may read files of the container without logging in"
_VALUES = "who may create applications reads files of others, and their secrets"
_CREDENTIALS = "tokens of a project read the passwords of its repositories"
_SIGNATURES = "images without a valid signature are let in"
_LOGIN = "anybody uses its rights in the cluster without logging in"
_SCRIPTS = "who is logged in runs code outside of the sandbox for scripts"
_ACCOUNTS = "requests that come together may get the rights of each other"

FLAWS = (
    Flaw("ingress-nginx/controller", "0.0.0", "1.11.4", "1.11.5", "CVE-2025-1974", _TAKEN, _NIGHTMARE),
    Flaw("ingress-nginx/controller", "1.12.0", "1.12.0", "1.12.1", "CVE-2025-1974", _TAKEN, _NIGHTMARE),
    Flaw("ingress-nginx/controller-chroot", "0.0.0", "1.11.4", "1.11.5", "CVE-2025-1974", _TAKEN, _NIGHTMARE),
    Flaw("ingress-nginx/controller-chroot", "1.12.0", "1.12.0", "1.12.1", "CVE-2025-1974", _TAKEN, _NIGHTMARE),
    Flaw("argoproj/argocd", "0.0.0", "2.1.8", "2.1.9", "CVE-2022-24348", _VALUES, _ARGO_2022),
    Flaw("argoproj/argocd", "2.2.0", "2.2.3", "2.2.4", "CVE-2022-24348", _VALUES, _ARGO_2022),
    Flaw("argoproj/argocd", "2.13.0", "2.13.8", "2.13.9", "CVE-2025-55190", _CREDENTIALS, _ARGO_2025),
    Flaw("argoproj/argocd", "2.14.0", "2.14.15", "2.14.16", "CVE-2025-55190", _CREDENTIALS, _ARGO_2025),
    Flaw("argoproj/argocd", "3.0.0", "3.0.12", "3.0.14", "CVE-2025-55190", _CREDENTIALS, _ARGO_2025),
    Flaw("argoproj/argocd", "3.1.0", "3.1.1", "3.1.2", "CVE-2025-55190", _CREDENTIALS, _ARGO_2025),
    *(
        flaw
        for name in ("grafana/grafana", "grafana/grafana-oss", "grafana/grafana-enterprise")
        for flaw in (
            Flaw(name, "8.0.0", "8.0.6", "8.0.7", "CVE-2021-43798", _FILES, _GRAFANA_2021),
            Flaw(name, "8.1.0", "8.1.7", "8.1.8", "CVE-2021-43798", _FILES, _GRAFANA_2021),
            Flaw(name, "8.2.0", "8.2.6", "8.2.7", "CVE-2021-43798", _FILES, _GRAFANA_2021),
            Flaw(name, "8.3.0", "8.3.0", "8.3.1", "CVE-2021-43798", _FILES, _GRAFANA_2021),
            Flaw(name, "9.2.0", "9.2.3", "9.2.4", "CVE-2022-39328", _ACCOUNTS, _GRAFANA_2022),
        )
    ),
    Flaw("kyverno/kyverno", "1.8.3", "1.8.4", "1.8.5", "CVE-2022-47633", _SIGNATURES, _KYVERNO),
    Flaw("library/redis", "0.0.0", "6.2.19", "6.2.20", "CVE-2025-49844", _SCRIPTS, _REDIS),
    Flaw("library/redis", "7.0.0", "7.2.10", "7.2.11", "CVE-2025-49844", _SCRIPTS, _REDIS),
    Flaw("library/redis", "7.4.0", "7.4.5", "7.4.6", "CVE-2025-49844", _SCRIPTS, _REDIS),
    Flaw("library/redis", "8.0.0", "8.0.3", "8.0.4", "CVE-2025-49844", _SCRIPTS, _REDIS),
    Flaw("library/redis", "8.2.0", "8.2.1", "8.2.2", "CVE-2025-49844", _SCRIPTS, _REDIS),
    Flaw("jenkins/jenkins", "2.7.1", "2.426.2", "2.426.3", "CVE-2024-23897", _FILES, _JENKINS),
    Flaw("kubernetes-dashboard-amd64", "0.0.0", "1.10.0", "1.10.1", "CVE-2018-18264", _LOGIN, _DASHBOARD),
)
_LENGTH = 3  # Of a version that names one release: 7.2 is whatever release was pushed last.


def has(flaw: Flaw, version: Version) -> bool:
    """Is the version in the range of the flaw? A candidate of its first version may come from before."""
    numbers = version.numbers
    if len(numbers) != _LENGTH or not numbers_of(flaw.first) <= numbers <= numbers_of(flaw.last):
        return False
    return not (version.is_before_release and numbers == numbers_of(flaw.first))


def repaired(flaws: Iterable[Flaw], version: Version) -> Numbers | None:
    """Return the first release of the same minor version without any of the flaws, or None."""
    fixed = [numbers_of(flaw.fixed) for flaw in flaws]
    newest = max(fixed, default=None)
    return newest if newest and newest[:2] == version.numbers[:2] else None
