"""The ignore marks of other scanners: what they excuse, and how far they reach."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marked import DEPLOYMENT, excused, reported
from trees import POD, TODAY, scan_of

from bot.changes import changes
from bot.config import Settings
from bot.output import html, text
from bot.output.report import Report
from bot.scan import scan
from bot.tree import MemoryTree
from fixers.model import Safety
from fixers.outcome import Outcome
from rules import ignores, manifest, peers
from rules.registry import all_rules
from rules.search import search
from rules.workloads.privileged_container import privileged_container


def annotated(annotation: str, text: str = POD) -> str:
    return text.replace("name: web\n", f"name: web\n  annotations:\n    {annotation}\n", 1)


def templated(annotation: str) -> str:
    return DEPLOYMENT.replace("labels: {app: web}\n", f"labels: {{app: web}}\n      annotations: {{{annotation}}}\n")


ON_OBJECTS = {
    "ignore-check.kube-linter.io/privileged-container: the host": (
        "ignore-check.kube-linter.io/privileged-container: the host"
    ),
    "kube-linter.io/ignore-all: drivers": "kube-linter.io/ignore-all: drivers",
    "checkov.io/skip1: CKV_K8S_16=the host": "checkov.io/skip1: the host",
    "checkov.io/skip: CKV_K8S_16": "checkov.io/skip",
    "bridgecrew.io/skip7: CKV_K8S_16=a=b": "bridgecrew.io/skip7: a=b",
    'polaris.fairwinds.com/runAsPrivileged-exempt: "true"': "polaris.fairwinds.com/runAsPrivileged-exempt",
    'polaris.fairwinds.com/exempt: "True"': "polaris.fairwinds.com/exempt",
    "kube-score/ignore: x, container-security-context-privileged": "kube-score/ignore",
    'kube-score/ignore: "*"': "kube-score/ignore",
    "datree.skip/CONTAINERS_INCORRECT_PRIVILEGED_VALUE_TRUE: the host": (
        "datree.skip/CONTAINERS_INCORRECT_PRIVILEGED_VALUE_TRUE: the host"
    ),
}


@pytest.mark.parametrize(("annotation", "reason"), ON_OBJECTS.items(), ids=ON_OBJECTS)
def test_an_annotation_of_another_scanner_excuses_the_object(annotation: str, reason: str) -> None:
    assert excused(annotated(annotation)) == [reason]


@pytest.mark.parametrize(
    "annotation",
    [
        "ignore-check.kube-linter.io/host-network: x",
        "ignore-check.kube-linter.io/Privileged: x",
        "kube-linter.io/ignore-all-of-it: x",
        "checkov.io/skip1: CKV_K8S_17=x",
        "checkov.io/skip1: CKV_K8S_16,CKV_K8S_17",
        "my.checkov.io/skip1: CKV_K8S_16=x",
        'polaris.fairwinds.com/runAsPrivileged-exempt: "false"',
        "polaris.fairwinds.com/exempt: yes please",
        "kube-score/enable: container-security-context-privileged",
        "kube-score/ignore: privileged",
        "datree.skip/HPA_MISSING_MINREPLICAS_KEY: x",
        "kubewright.dev/other: privileged-container",
        "kube-score/ignore: [container-security-context-privileged]",
        "checkov.io/skip1: {CKV_K8S_16: x}",
    ],
)
def test_an_annotation_that_means_something_else_excuses_nothing_and_is_no_finding(annotation: str) -> None:
    found = reported(annotated(annotation))
    assert [one.ignored for one in found if one.finding.rule == "privileged-container"] == [None]
    assert "unused-ignore" not in {one.finding.rule for one in found}


@pytest.mark.parametrize("peer", ["checkov", "kube-score"])
def test_scanners_that_look_at_templates_are_heard_there(peer: str) -> None:
    mark = {
        "checkov": "checkov.io/skip1: CKV_K8S_16=x",
        "kube-score": "kube-score/ignore: container-security-context-privileged",
    }
    assert None not in excused(templated(mark[peer]))


@pytest.mark.parametrize(
    "annotation", ["ignore-check.kube-linter.io/privileged-container: x", 'polaris.fairwinds.com/exempt: "true"']
)
def test_scanners_that_look_at_objects_only_are_not_heard_on_templates(annotation: str) -> None:
    assert excused(templated(annotation)) == [None, None]


def test_a_mark_for_everything_excuses_what_that_scanner_finds_and_no_more() -> None:
    text = annotated("kube-linter.io/ignore-all: x", POD.replace("privileged: true", "procMount: Unmasked"))
    text = text.replace("app:1.2", "app:1.2\n      securityContex: {}")
    for one in reported(text):
        assert (one.ignored is not None) == (one.finding.rule in peers.every("kube-linter"))


COMMENTS = {
    "checkov:skip=CKV_K8S_16:the host": "checkov:skip=CKV_K8S_16: the host",
    "checkov:skip=CKV_K8S_17,CKV_K8S_16:the host": "checkov:skip=CKV_K8S_16: the host",
    "bridgecrew:skip=CKV_K8S_16": "bridgecrew:skip=CKV_K8S_16",
    "trivy:ignore:KSV017": "trivy:ignore:KSV017",
    "trivy:ignore:KSV-0017": "trivy:ignore:KSV-0017",
    "trivy:ignore:AVD-KSV-0017 the host": "trivy:ignore:AVD-KSV-0017: the host",
    "trivy:ignore:KSV-0010 trivy:ignore:KSV-0017": "trivy:ignore:KSV-0017",
    "trivy:ignore:*": "trivy:ignore:*",
    "trivy:ignore:KSV-0017:exp:2026-06-01": "trivy:ignore:KSV-0017:exp:2026-06-01",
}


@pytest.mark.parametrize(("comment", "reason"), COMMENTS.items(), ids=COMMENTS)
@pytest.mark.parametrize("hash_", ["#", "# "])
def test_a_comment_excuses_what_stands_on_its_line_or_below(comment: str, reason: str, hash_: str) -> None:
    assert excused(POD.replace("privileged: true", f"privileged: true  {hash_}{comment}")) == [reason]
    assert excused(POD.replace("    - name", f"    {hash_}{comment}\n    - name")) == [reason]
    assert excused(f"{hash_}{comment}\n{POD}") == [reason]
    assert excused(f"---\n{hash_}{comment}\n{POD}") == [reason]


@pytest.mark.parametrize(
    "comment",
    [
        "checkov:skip=CKV_K8S_17:x",
        "checkov:skip=:x",
        "please checkov:skip=CKV_K8S_16:x",
        "trivy:ignore:KSV-0010",
        "trivy:ignore:KSV-0017:exp:2026-05-31",
        "trivy:ignore:KSV-0017:exp:soon",
        "trivy:ignore:KSV-0017:ws:staging",
        "trivy:ignore:KSV-0017[name=x]",
        "see trivy:ignore:KSV-0017",
    ],
)
def test_a_comment_that_means_something_else_excuses_nothing_and_is_no_finding(comment: str) -> None:
    found = reported(POD.replace("privileged: true", f"privileged: true  # {comment}"))
    assert [one.ignored for one in found if one.finding.rule == "privileged-container"] == [None]
    assert not {"unused-ignore", "expired-ignore"} & {one.finding.rule for one in found}


def test_a_comment_of_a_container_excuses_no_other_container() -> None:
    text = DEPLOYMENT.replace("        - name: app", "        # trivy:ignore:KSV017\n        - name: app")
    assert excused(text) == ["trivy:ignore:KSV017", None]
    assert excused(text.replace("KSV017", "KSV-0009"), "host-network") == [None]


MARK = "# checkov:skip=CKV_K8S_16:x"
ELSEWHERE = {
    "at the end of the document before": f"{POD}{MARK}\n---\n{POD}",
    "on the first document": f"{MARK}\n{POD}---\n{POD}",
    "before the first line of dashes": f"{MARK}\n---\n{POD}---\n{POD}",
    "on the second document": f"{POD}---\n{MARK}\n{POD}",
    "beside the dashes": f"{POD}--- {MARK}\n{POD}",
    "as an annotation": f"{annotated('checkov.io/skip1: CKV_K8S_16=x')}---\n{POD}",
}


@pytest.mark.parametrize("text", ELSEWHERE.values(), ids=ELSEWHERE)
def test_no_mark_reaches_another_document(text: str) -> None:
    assert excused(text).count(None) >= 1


def test_a_comment_that_nothing_follows_excuses_nothing() -> None:
    assert excused(ELSEWHERE["at the end of the document before"]) == [None, None]


def item(text: str) -> str:
    return "  - " + text.replace("\n", "\n    ").rstrip() + "\n"


LIST = "apiVersion: v1\nkind: List\nitems:\n"


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        (f"{MARK}\n{LIST}{item(POD)}{item(POD)}", [None, None]),
        (f"{LIST}{item(annotated('checkov.io/skip1: CKV_K8S_16=x'))}{item(POD)}", ["checkov.io/skip1: x", None]),
        (f"{LIST}  {MARK}\n{item(POD)}{item(POD)}", ["checkov:skip=CKV_K8S_16: x", None]),
        (f"{LIST}{item(POD)}  {MARK}\n{item(POD)}", [None, "checkov:skip=CKV_K8S_16: x"]),
        (
            LIST.replace("items", "metadata: {annotations: {checkov.io/skip1: CKV_K8S_16=x}}\nitems") + item(POD),
            [None],
        ),
    ],
    ids=["the list", "an annotation", "the first", "the second", "annotation of the list"],
)
def test_an_item_of_a_list_is_an_object_of_its_own(text: str, reasons: list[str | None]) -> None:
    assert excused(text) == reasons


STRINGS = {
    "a block": POD.replace("image:", "args:\n        - |\n          # trivy:ignore:KSV017\n      image:"),
    "quotes": POD.replace("privileged: true", 'privileged: true\n        x: "# trivy:ignore:KSV017"'),
    "JSON": (
        '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"w","annotations":{"a":"# trivy:ignore:KSV017"}},'
        '"spec":{"containers":[{"name":"a","image":"b:1","securityContext":{"privileged":true}}]}}'
    ),
    "JSON that is no YAML": (
        '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"w","annotations":'
        '{"e":"\\ud83d\\ude00","a":"# trivy:ignore:KSV017"}},'
        '"spec":{"containers":[{"name":"a","image":"b:1","securityContext":{"privileged":true}}]}}'
    ),
}


@pytest.mark.parametrize("text", STRINGS.values(), ids=STRINGS)
def test_text_that_looks_like_a_comment_is_none(text: str) -> None:
    assert excused(text) == [None]


def test_what_is_excused_is_not_fixed() -> None:
    tree = MemoryTree({"pod.yaml": annotated("checkov.io/skip1: CKV_K8S_16=drivers").encode()})
    settings = Settings(rules=(privileged_container,))
    (outcome,) = changes(tree, scan(tree, settings, today=TODAY), settings, Safety.UNSAFE, today=TODAY)
    assert isinstance(outcome, Outcome)
    assert (outcome.change, [(skip.code, skip.reason) for skip in outcome.skips]) == (
        None,
        [("ignored", "checkov.io/skip1: drivers")],
    )


HOSTILE = "a\u202e\x1b[31m\n::error::x | `y` <script>alert(1)</script> " + "z" * 5000


def test_a_reason_is_one_short_line_of_what_can_be_seen() -> None:
    quoted = '"' + HOSTILE.replace("\x1b", "\\e").replace("\n", "\\n").replace("\u202e", "\\u202E") + '"'
    (reason,) = excused(annotated(f"kube-linter.io/ignore-all: {quoted}"))
    assert reason is not None
    assert reason.isprintable()
    assert len(reason) < 500


def test_reports_escape_what_a_mark_says() -> None:
    quoted = '"::error::x <script>alert(1)</script> ##[error]y"'
    found = scan_of({"pod.yaml": annotated(f"kube-linter.io/ignore-all: {quoted}")})
    report = Report(found, (privileged_container,), (1, 34), show_ignored=True)
    assert "<script>" not in html.render(report)
    assert "##[error]" not in text.render(report)
    assert "##" in text.render(report)


@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(["labels", "annotations"]))
def test_no_mark_can_break_a_scan(key: str, value: str, where: str) -> None:
    value_of = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "w", where: {key: value}}}
    source = manifest.Source("p.yaml", "")
    found = ignores.ignored(manifest.Document(source, 0, 0, 0, value_of))
    assert all(one.reason.isprintable() for one in found.ignores if one.peer)


PREFIXES = [
    *("checkov.io/skip", "kube-linter.io/ignore-all", "ignore-check.kube-linter.io/", "kube-score/ignore"),
    *("polaris.fairwinds.com/", "datree.skip/", "kubeaudit.io/allow-", "container.kubeaudit.io/app.allow-"),
]


@given(st.sampled_from(PREFIXES), st.text(max_size=30), st.text(max_size=30))
def test_a_mark_excuses_only_what_its_scanner_can_find(prefix: str, key: str, value: str) -> None:
    name = prefix + key
    (document,) = manifest.read(DEPLOYMENT).documents
    metadata = {"name": "web", "annotations": {name: value}, "labels": {name: value}}
    template = {**document.value["spec"]["template"], "metadata": metadata}
    marked = {**document.value, "metadata": metadata, "spec": {**document.value["spec"], "template": template}}
    single = manifest.Document(document.source, 0, 0, document.end, marked)
    known = ignores.ignored(single)
    for hit in search(single, all_rules(), scan_of({}).cluster):
        assert isinstance(hit, tuple)
        for ignore in known.of(hit[0]):
            assert hit[0].rule in peers.every(ignore.peer)


MANY = 3000
HOSTILE_MARKS = {
    "annotations": annotated("\n    ".join(f"checkov.io/skip{number}: CKV_K8S_16=x" for number in range(MANY))),
    "comments": POD.replace("    - name", "    # trivy:ignore:*\n" * MANY + "    - name"),
    "words of a comment": POD.replace("    - name", f"    # {'trivy:ignore:* ' * MANY}\n    - name"),
    "names in a comment": POD.replace("    - name", f"    # checkov:skip={'CKV_K8S_16,' * MANY}x\n    - name"),
    "options": POD.replace("    - name", f"    # trivy:ignore:KSV017{':exp:2030-01-01' * MANY}\n    - name"),
    "labels": POD.replace(
        "name: web\n",
        "name: web\n  labels:\n"
        + "".join(f'    container.kubeaudit.io/c{number}.allow-privileged: ""\n' for number in range(MANY))
        + "".join(f'    kubeaudit.io/allow-capability-c{number}: ""\n' for number in range(MANY)),
    )
    + "".join(f"    - {{name: c{number}, image: a:1}}\n" for number in range(300)),
}


@pytest.mark.usefixtures("hang_guard")
@pytest.mark.parametrize("text", HOSTILE_MARKS.values(), ids=HOSTILE_MARKS)
def test_many_marks_are_read_in_no_time(text: str) -> None:
    (document,) = manifest.read(text).documents
    hits = [hit for hit in search(document, all_rules(), scan_of({}).cluster) if isinstance(hit, tuple)]
    known = ignores.ignored(document)
    assert sum(len(known.of(finding)) for finding, _ in hits) < 20 * len(hits)


def test_of_two_marks_for_one_place_the_longer_counts() -> None:
    text = POD.replace("    - name", "    # trivy:ignore:KSV017:exp:2026-01-01\n    # trivy:ignore:KSV017\n    - name")
    assert excused(text) == ["trivy:ignore:KSV017"]
