"""Why a finding is left without a fix: what each code means, one sentence that holds wherever the code is used.

The editor's codes are in `fixers.editor.refusals`.
"""

from __future__ import annotations

from fixers.editor import refusals as editor
from rules.errors import Unfixable

REASONS = {
    # Of every fix: fixers.change, fixers.registry, fixers.model, fixers.verify.
    "budget": "the file needs more work than one run does; run again for the rest",
    "ignored": "somebody excused the finding, in the file, in the configuration or by a threshold",
    "needs-a-person": "only a person can say what is right here; the message says why",
    "no-fix": "no mechanical fix is known for the rule; 'kubewright explain' with the rule says what to write instead",
    "not-allowed": (
        "a fix exists, but its safety was not asked for: 'fix' and 'propose' make unsafe ones with --unsafe only, "
        "and 'propose' keeps safe and unsafe ones apart"
    ),
    "nothing-to-do": "what the fix would write is there already",
    "patch-does-not-apply": "the patch names something that the document does not have",
    "proof-bytes": "something outside of the edits would change",
    "proof-comment": "a comment would be lost",
    "proof-count": "the result would have another number of documents",
    "proof-finding": "the finding would still be there after the fix",
    "proof-new-finding": "the fix would cause another finding",
    "proof-parse": "the result could not be read",
    "proof-schema": "the result would be less valid than the document is, for the target version of Kubernetes",
    "proof-value": "the result would not mean exactly what the patch says",
    "too-large": "the file is too large to be fixed",
    "unexpected-shape": "a field has another type than Kubernetes gives it",
    # Of workloads.
    "account-has-role": "the service account is bound to a role, so the pod very likely uses its token",
    "annotations-disagree": "an annotation and what stands beside it ask for different things; a person must say which",
    "containers-disagree": "containers say different things, and the pod can say one only",
    "device-at-tmp": "a raw device is at /tmp, where nothing else can be mounted",
    "ephemeral-container": "an ephemeral container cannot be changed, nor be in a template",
    "group-without-user": "container runtimes refuse a group without a user, and the manifest names none",
    "mount-unclear": "a mount of the container stands at a place that cannot be read yet",
    "names-disagree": "the misspelt field and the right one are both there and say different things",
    "needs-newer-version": "the target version of Kubernetes does not know the field yet",
    "names-of-volumes-unclear": "a volume has a name that is still to be filled in, so no name is surely free",
    "needs-privileged": "the container uses something that Kubernetes allows only to privileged containers",
    "no-such-capability": "the name is no capability of Linux; which one is meant is for a person to say",
    "no-other-user": "the manifest names no other user to run as, and none is made up",
    "odd-capability-name": "container runtimes disagree on whether the spelling means the capability",
    "part-of-an-object": "the file holds a part of an object, and the fix depends on the other part",
    "privileged-stays": "Kubernetes refuses the fix for a privileged container; make it unprivileged first",
    "profile-unclear": "a profile in a file of the node is named beside a type that does not exist",
    "root-changes-owners": "root changes owners or users here, for which it needs capabilities that a person must name",
    "root-uses-capabilities": "the container runs as root with exactly these capabilities, which somebody chose",
    "runs-as-root": "a container is told to run as root and would not start; choose another user first",
    "seccomp-annotation": "the pod has seccomp annotations, which must agree with the field",
    "sets-up-node": "the container's command changes the node itself; do that when the node is made",
    "sys-admin-stays": "a capability that the container adds rules the fix out; remove it first",
    "unclear": "what the field says cannot be told, so neither can what the fix would do",
    "windows": "the pod runs on Windows, which does not have the field",
    "windows-host-process": "a HostProcess container of Windows must use the network of its node",
    "would-weaken": "the line has no effect today, and in its place would give rights instead of taking them",
    "wrong-level": "the field belongs to the other level: the pod's or the container's",
    "entry-is-used": "an entry further down uses the value that would go",
    "hook-calls-elsewhere": "the hook is there to call another host; whether that is needed is for a person to say",
    "image-never-pulled": "nodes get the image in another way than from a registry",
    "listens-on-loopback": "in the network of its node the program may listen on the loopback address only",
    "shares-mounts": "the container shares mounts with its node, which it does in order to put something there",
    "on-every-node": "a DaemonSet that tolerates the control plane runs there on purpose",
    # Of images.
    "needs-newer-release": "no release of the same minor version repairs the flaw",
    "no-new-home": "no other registry is known to serve the same image under the same path",
    "release-not-named": "the tag or the digest says more than a version, and only the registry knows what replaces it",
    # Of metadata and secrets.
    "credential-is-burnt": "Git keeps the value for good: it must be replaced where it is issued",
    "no-valid-label": "Kubernetes refuses the label as it is, and what it should say is for a person to decide",
    "shared-by-anchor": "the value stands at several places through an anchor",
    # Of RBAC.
    "grants-nothing": "the rule grants nothing as it stands; remove it or change what it names",
    "unknown-resource": "the rule may reach resources that Kubernetes does not define, so their verbs are not known",
    # Of API versions.
    "both-fields": "the old field and the one that takes its place are both there; keep one",
    "empty-selector": "an empty selector selects nothing in the old version and everything in the new one",
    "fragment": "the file holds a part of an object, and the conversion depends on the other part",
    "incomplete-backend": "a backend of the ingress lacks its service or its port",
    "incomplete-metric": "a metric lacks its name, or has not exactly one target",
    "no-conversion": "the new version is another one in too many ways for a mechanical fix",
    "no-labels": "the new version needs a selector, and the pod template has no labels to select",
    "no-place": "a field or value has no place in the new version",
    "no-replacement": "nothing replaces the kind that was removed",
    "not-yet-served": "the version that comes next is newer than the target version of Kubernetes",
    "same-name": "the new version needs unique names, and one occurs twice",
    "side-effects": "the new version must know whether the webhook has side effects; its author must say",
    "typed-list": "the items of a typed list have no version of their own",
    # Of fixes that need several documents or files: fixers.documents, fixers.joint, and the files they ask for.
    "bad-document": "a new document must be an object of a Kubernetes API",
    "bad-file-name": "no plain name for a new YAML file",
    "broken-file": "a document of the file cannot be read, so none is added behind it",
    "changed-elsewhere": "the fix also changes a file that is not read as a manifest, or that is left alone",
    "file-exists": "the new file would take the name of one that exists",
    "helm-chart": "new files of a Helm chart are for its author to add",
    "json-file": "documents are not added to JSON",
    "kustomization": "a new file must be named in a kustomization, and which one and how is for a person to say",
    "object-exists": "the new object exists already",
    "outside": "the fix also changes something outside of the paths that were given",
}


def refuse(code: str, detail: str = "") -> Unfixable:
    """Return the refusal of a code of here or of the editor; `detail` names the thing it is about."""
    reason = REASONS.get(code) or editor.REASONS[code]
    return Unfixable(f"{reason} ({detail})" if detail else reason, code)
