"""Programs and versions that nobody repairs any more, from those who make them: one line each, with its source.

Only what ended before this file was written, by a plan that was kept; the end of paid support is another matter.
"""

from __future__ import annotations

from typing import NamedTuple

from rules.images.chosen import is_called, official_name
from rules.images.versions import Numbers, numbers_of, parse


class Program(NamedTuple):
    """A program that ended as a whole; images are told by the ending of their name."""

    ending: str
    said: str
    ended: str
    link: str


class Branch(NamedTuple):
    """A version of an official image of Docker Hub, and all of the branch: 3.8 is 3.8.19, too."""

    image: str
    version: str
    ended: str
    link: str


class End(NamedTuple):
    """What ended and when, in words for people, and where it is said."""

    said: str
    ended: str
    link: str


_INGRESS = "https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/"
_HEAPSTER = "https://github.com/kubernetes-retired/heapster"
_KANIKO = "https://github.com/GoogleContainerTools/kaniko"
_PROMTAIL = "https://grafana.com/docs/loki/latest/send-data/promtail/"
_AGENT = "https://grafana.com/docs/agent/latest/"
_FLUX = "https://fluxcd.io/flux/migration/flux-v1-migration/"
_WEAVE = "https://github.com/weaveworks/weave"

PROGRAMS = (
    Program("ingress-nginx/controller", "ingress-nginx", "2026-03", _INGRESS),
    Program("ingress-nginx/controller-chroot", "ingress-nginx", "2026-03", _INGRESS),
    Program("heapster", "Heapster", "2018", _HEAPSTER),
    Program("heapster-amd64", "Heapster", "2018", _HEAPSTER),
    Program("kaniko-project/executor", "kaniko", "2025-06", _KANIKO),
    Program("kaniko-project/warmer", "kaniko", "2025-06", _KANIKO),
    Program("grafana/promtail", "Promtail", "2026-03", _PROMTAIL),
    Program("grafana/agent", "Grafana Agent", "2025-11", _AGENT),
    Program("grafana/agent-operator", "Grafana Agent", "2025-11", _AGENT),
    Program("fluxcd/flux", "Flux 1", "2022-11", _FLUX),
    Program("fluxcd/helm-operator", "the Helm operator of Flux 1", "2022-11", _FLUX),
    Program("weaveworks/weave-kube", "Weave Net", "2024-06", _WEAVE),
    Program("library/centos", "CentOS Linux", "2024-06", "https://www.centos.org/centos-linux-eol/"),
)

_PYTHON = "https://devguide.python.org/versions/"
_NODE = "https://github.com/nodejs/release#end-of-life-releases"
_POSTGRES = "https://www.postgresql.org/support/versioning/"
_MYSQL = "https://www.mysql.com/support/eol-notice.html"
_MONGO = "https://www.mongodb.com/legal/support-policy/lifecycles"
_PHP = "https://www.php.net/eol.php"
_RUBY = "https://www.ruby-lang.org/en/downloads/branches/"
_ALPINE = "https://alpinelinux.org/releases/"
_DEBIAN = "https://wiki.debian.org/LTS"
_UBUNTU = "https://ubuntu.com/about/release-cycle"
_ELASTIC = "https://www.elastic.co/support/eol"

# Of each image in rising order: what is older than the first line ended earlier still.
BRANCHES = (
    Branch("python", "2", "2020-01", _PYTHON),
    Branch("python", "3.4", "2019-03", _PYTHON),
    Branch("python", "3.5", "2020-09", _PYTHON),
    Branch("python", "3.6", "2021-12", _PYTHON),
    Branch("python", "3.7", "2023-06", _PYTHON),
    Branch("python", "3.8", "2024-10", _PYTHON),
    Branch("python", "3.9", "2025-10", _PYTHON),
    Branch("node", "12", "2022-04", _NODE),
    Branch("node", "13", "2020-06", _NODE),
    Branch("node", "14", "2023-04", _NODE),
    Branch("node", "15", "2021-06", _NODE),
    Branch("node", "16", "2023-09", _NODE),
    Branch("node", "17", "2022-06", _NODE),
    Branch("node", "18", "2025-04", _NODE),
    Branch("node", "19", "2023-06", _NODE),
    Branch("node", "20", "2026-04", _NODE),
    Branch("node", "21", "2024-06", _NODE),
    Branch("node", "23", "2025-06", _NODE),
    Branch("postgres", "9", "2021-11", _POSTGRES),
    Branch("postgres", "10", "2022-11", _POSTGRES),
    Branch("postgres", "11", "2023-11", _POSTGRES),
    Branch("postgres", "12", "2024-11", _POSTGRES),
    Branch("postgres", "13", "2025-11", _POSTGRES),
    Branch("mysql", "5", "2023-10", _MYSQL),
    Branch("mysql", "8.0", "2026-04", _MYSQL),
    Branch("mongo", "3", "2021-04", _MONGO),
    Branch("mongo", "4", "2024-02", _MONGO),
    Branch("mongo", "5.0", "2024-10", _MONGO),
    Branch("mongo", "6.0", "2025-07", _MONGO),
    Branch("php", "5", "2018-12", _PHP),
    Branch("php", "7", "2022-11", _PHP),
    Branch("php", "8.0", "2023-11", _PHP),
    Branch("php", "8.1", "2025-12", _PHP),
    Branch("ruby", "2", "2023-03", _RUBY),
    Branch("ruby", "3.0", "2024-04", _RUBY),
    Branch("ruby", "3.1", "2025-03", _RUBY),
    Branch("alpine", "3.15", "2023-11", _ALPINE),
    Branch("alpine", "3.16", "2024-05", _ALPINE),
    Branch("alpine", "3.17", "2024-11", _ALPINE),
    Branch("alpine", "3.18", "2025-05", _ALPINE),
    Branch("alpine", "3.19", "2025-11", _ALPINE),
    Branch("debian", "8", "2020-06", _DEBIAN),
    Branch("debian", "9", "2022-06", _DEBIAN),
    Branch("debian", "10", "2024-06", _DEBIAN),
    Branch("ubuntu", "14.04", "2019-04", _UBUNTU),
    Branch("ubuntu", "16.04", "2021-04", _UBUNTU),
    Branch("ubuntu", "18.04", "2023-05", _UBUNTU),
    Branch("ubuntu", "20.04", "2025-05", _UBUNTU),
    Branch("elasticsearch", "6", "2022-02", _ELASTIC),
)
# Distributions are also asked for by the name of a release.
_RELEASES = {
    "debian": {"jessie": "8", "stretch": "9", "buster": "10"},
    "ubuntu": {"trusty": "14.04", "xenial": "16.04", "bionic": "18.04", "focal": "20.04"},
}


def end(name: str, tag: str) -> End | None:
    """Return what ended of an image by its name and tag, or None: alive, or not known."""
    for program in PROGRAMS:
        if is_called(name, program.ending):
            return End(program.said, program.ended, program.link)
    image = official_name(name)
    branches = [branch for branch in BRANCHES if branch.image == image]
    numbers = _numbers(image, tag) if branches else None
    if numbers is None:
        return None
    for branch in branches:
        own = numbers_of(branch.version)
        if numbers[: len(own)] == own:
            return End(f"{image} {branch.version}", branch.ended, branch.link)
    oldest = branches[0]
    if len(numbers) >= len(numbers_of(oldest.version)) and numbers < numbers_of(oldest.version):
        return End(f"{image} {'.'.join(map(str, numbers))}", f"{oldest.ended} at the latest", oldest.link)
    return None


def _numbers(image: str, tag: str) -> Numbers | None:
    word = tag.partition("-")[0]
    version = parse(_RELEASES.get(image, {}).get(word, tag))
    return version.numbers if version else None
