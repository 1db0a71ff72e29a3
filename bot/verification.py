"""How a person sees that a proposed fix works: commands and sentences of the text of a pull request. Pure."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

from bot.markdown import code, prose, shortened
from bot.proposal import Commit
from rules.model import Finding

_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\Z")
_PATH = re.compile(r"[A-Za-z0-9._/-]{1,160}\Z")
# What the checks of our rules call the file and the pod of their example.
_ITS_FILE = re.compile(r"\bweb\.yaml\b|(?<=-f )FILE\b")
_ITS_POD = re.compile(r"(?P<verb>kubectl (?:exec|(?:get|describe) pod)) (?P<pod>[a-z][a-z0-9-]*)(?= -- | -o |`)")
_ANY_POD = re.compile(r"kubectl (?:exec|(?:get|describe|top) pod) (?P<pod>[a-z][a-z0-9-]*)\b")
_COMMAND, _WORD = re.compile(r"`([^`]*)`"), re.compile(r"[A-Za-z0-9_]{2,}")
# What kubectl finds a pod of.
_OF_PODS = ("DaemonSet", "Deployment", "Job", "ReplicaSet", "ReplicationController", "StatefulSet")
_ROLLOUTS = {"Deployment": "deployment", "DaemonSet": "daemonset", "StatefulSet": "statefulset"}
# These versions replaced pods only when somebody deleted them, unless told otherwise; the API kept it for what exists.
_ON_DELETE = frozenset([("extensions/v1beta1", "DaemonSet"), ("apps/v1beta1", "StatefulSet")])


def steps(commits: Sequence[Commit]) -> str:
    """Return Markdown: how to see that fixes of one kind work. Commands name only objects whose names are plain."""
    rollouts = dict.fromkeys(command for commit in commits if (command := _rollout(commit)))
    section = " ".join(commits[0].rule.section("Verify").split())
    checks = []
    if rollouts:
        checks.append(f"{code(next(iter(rollouts)))} succeeds{_likewise(len(rollouts), 'workload')}.")
    files = len({commit.path for commit in commits})
    if section:
        # What rolls out surely runs, while a job may be over.
        check, is_of_file = _adapted(section, next(filter(_rollout, commits), commits[0]))
        more = f" Likewise for the other {_others(files, 'file')}." if is_of_file and files > 1 else ""
        checks.append(check + more)
    if not checks:
        file = shlex.quote(shortened(commits[0].path))
        checks.append(f"{code(f'kubectl apply --dry-run=server -f {file}')} is accepted{_likewise(files, 'file')}.")
    return " ".join(checks)


def _likewise(count: int, noun: str) -> str:
    return f", and likewise for the other {_others(count, noun)}" if count > 1 else ""


def _others(count: int, noun: str) -> str:
    return noun if count == 2 else f"{count - 1} {noun}s"


def _adapted(section: str, commit: Commit) -> tuple[str, bool]:
    """Return a rule's check for the object, or with what stands for the names of its example.

    And whether it names the file.
    """
    if _ITS_FILE.search(section) and _PATH.match(commit.path):
        return prose(_ITS_FILE.sub(commit.path, section)), True
    finding, pod = commit.step.fix.finding, _ANY_POD.search(section)
    strange = _names_of_the_example(section, commit, pod["pod"] if pod else "")
    if pod is None and not strange:
        return prose(section), False
    if pod is None or strange:
        return f"With your names for the example's: {prose(section)}", False
    known, named = _with_its_name(section, finding), "the pod" if finding.kind == "Pod" else "one of its pods"
    return prose(known) if known else f"With {named} for {code(pod['pod'])}: {prose(section)}", False


def _names_of_the_example(section: str, commit: Commit, pod: str) -> set[str]:
    """Return the words in a check's commands that are those of the rule's example, and not of this file."""
    commands = " ".join(_COMMAND.findall(section))
    words, example, file = (
        set(_WORD.findall(text)) for text in (commands, commit.rule.section("Example"), commit.step.before)
    )
    return (words & example) - file - {pod}


def _with_its_name(section: str, finding: Finding) -> str:
    """Return a check with the name of the object for that of the example, "" where it cannot be named.

    kubectl looks into a pod of any workload, and by itself into the first container.
    """
    others = [part for part in finding.pointer if isinstance(part, int)][:1]
    is_first = "initContainers" not in finding.pointer and others in ([], [0])
    if not _NAME.match(finding.name) or not is_first:
        return ""
    if finding.kind == "Pod":
        target = finding.name
    elif finding.kind in _OF_PODS and not re.search("(?:get|describe|top) pod", section):
        target = f"{finding.kind.lower()}/{finding.name}"
    else:
        return ""
    made = _ITS_POD.sub(
        lambda found: f"kubectl{_namespace(finding)}{found['verb'].removeprefix('kubectl')} {target}", section
    )
    return "" if made == section else made


def _rollout(commit: Commit) -> str | None:
    finding = commit.step.fix.finding
    kind = _ROLLOUTS.get(finding.kind)
    # kubectl cannot wait for what is only replaced when somebody deletes it.
    on_delete = (finding.api_version, finding.kind) in _ON_DELETE or "OnDelete" in commit.step.after
    if not kind or not _NAME.match(finding.name) or on_delete:
        return None
    return f"kubectl{_namespace(finding)} rollout status {kind}/{finding.name} --timeout=5m"


def _namespace(finding: Finding) -> str:
    return f" -n {finding.namespace}" if _NAME.match(finding.namespace) else ""
