"""Which verbs the API server can ask an authorizer for, per built-in resource.

Facts of the REST storage of kubernetes/kubernetes (discovery of 1.37 with every API enabled, and what older
releases served), of its RBAC bootstrap roles and of the authorizers in kubelet and controller manager.
Names are written as RBAC writes them: `pods`, `pods/exec`; the core group is "".
"""

from __future__ import annotations

from functools import cache

# In the order in which the API server, kubectl and controller-gen print them.
STANDARD = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")
ALL = frozenset(STANDARD)
EDIT = frozenset(["get", "patch", "update"])
CONNECT = frozenset(["create", "get"])
PROXY = frozenset(["create", "delete", "get", "patch", "update"])
CREATE = frozenset(["create"])
GET = frozenset(["get"])
UPDATE = frozenset(["update"])
IMPERSONATE = frozenset(["impersonate"])

Verbs = frozenset[str]

# Group -> resources with all eight verbs. "+status" and "+scale" add these subresources.
_FULL = {
    "": """
        configmaps endpoints events limitranges nodes+status persistentvolumeclaims+status persistentvolumes+status
        pods+status podtemplates replicationcontrollers+scale+status resourcequotas+status secrets serviceaccounts
        services+status
    """,
    "admissionregistration.k8s.io": """
        mutatingadmissionpolicies mutatingadmissionpolicybindings mutatingwebhookconfigurations
        validatingadmissionpolicies+status validatingadmissionpolicybindings validatingwebhookconfigurations
    """,
    "apiextensions.k8s.io": "customresourcedefinitions+status",
    "apiregistration.k8s.io": "apiservices+status",
    "apps": """
        controllerrevisions daemonsets+status deployments+scale+status replicasets+scale+status
        statefulsets+scale+status
    """,
    "auditregistration.k8s.io": "auditsinks",
    "autoscaling": "horizontalpodautoscalers+status",
    "batch": "cronjobs+status jobs+status",
    "certificates.k8s.io": "certificatesigningrequests+status clustertrustbundles podcertificaterequests+status",
    "coordination.k8s.io": "leasecandidates leases",
    "discovery.k8s.io": "endpointslices",
    "events.k8s.io": "events",
    "extensions": """
        daemonsets+status deployments+scale+status ingresses+status networkpolicies podsecuritypolicies
        replicasets+scale+status
    """,
    "flowcontrol.apiserver.k8s.io": "flowschemas+status prioritylevelconfigurations+status",
    "internal.apiserver.k8s.io": "storageversions+status",
    "lifecycle.k8s.io": "evictionrequests+status evictions+status",
    "networking.k8s.io": """
        clustercidrs ingressclasses ingresses+status ipaddresses networkpolicies servicecidrs+status
    """,
    "node.k8s.io": "runtimeclasses",
    "policy": "poddisruptionbudgets+status podsecuritypolicies",
    "rbac.authorization.k8s.io": "clusterrolebindings clusterroles rolebindings roles",
    "resource.k8s.io": """
        deviceclasses devicetaintrules+status podschedulingcontexts+status podschedulings+status resourceclaimparameters
        resourceclaims+status resourceclaimtemplates resourceclasses resourceclassparameters
        resourcepoolstatusrequests+status resourceslices
    """,
    "scheduling.k8s.io": "compositepodgroups+status podgroups+status priorityclasses workloads",
    "settings.k8s.io": "podpresets",
    "storage.k8s.io": """
        csidrivers csinodes+status csistoragecapacities storageclasses volumeattachments+status
        volumeattributesclasses
    """,
    "storagemigration.k8s.io": "storageversionmigrations+status",
}

# What serves fewer verbs than the others, subresources, and names that only authorizers know.
_OTHERS: dict[str, dict[str, Verbs]] = {
    "": {
        "bindings": CREATE,
        "componentstatuses": frozenset(["get", "list"]),
        "endpoints/restricted": CREATE,  # OpenShift.
        "groups": IMPERSONATE,
        "namespaces": ALL - {"deletecollection"},
        "namespaces/finalize": UPDATE,
        "namespaces/status": EDIT,
        "nodes/checkpoint": CREATE,  # This and the next seven: the kubelet's authorizer.
        "nodes/configz": GET,
        "nodes/healthz": GET,
        "nodes/log": GET,
        "nodes/metrics": GET,
        "nodes/pods": GET,
        "nodes/spec": GET,
        "nodes/stats": GET,
        "nodes/proxy": PROXY,
        "pods/attach": CONNECT,
        "pods/binding": CREATE,
        "pods/ephemeralcontainers": EDIT,
        "pods/eviction": CREATE,
        "pods/exec": CONNECT,
        "pods/log": GET,
        "pods/portforward": CONNECT,
        "pods/proxy": PROXY,
        "pods/resize": EDIT,
        "serviceaccounts/token": CREATE,
        "services/proxy": PROXY,
        "users": IMPERSONATE,
    },
    "authentication.k8s.io": {
        "selfsubjectreviews": CREATE,
        "tokenreviews": CREATE,
        "uids": IMPERSONATE,
    },
    "authorization.k8s.io": {
        "localsubjectaccessreviews": CREATE,
        "selfsubjectaccessreviews": CREATE,
        "selfsubjectrulesreviews": CREATE,
        "subjectaccessreviews": CREATE,
    },
    "certificates.k8s.io": {
        "certificatesigningrequests/approval": EDIT,
        "certificatesigningrequests/nodeclient": CREATE,  # The approver in kube-controller-manager.
        "certificatesigningrequests/selfnodeclient": CREATE,
        "signers": frozenset(["approve", "attest", "sign"]),
    },
    "discovery.k8s.io": {"endpointslices/restricted": CREATE},  # OpenShift.
    "metrics.k8s.io": {"nodes": frozenset(["get", "list"]), "pods": frozenset(["get", "list"])},  # metrics-server.
    "resource.k8s.io": {
        "resourceclaims/binding": frozenset(["patch", "update"]),
        "resourceclaims/driver": frozenset(
            f"{node}-node:{verb}" for node in ("arbitrary", "associated") for verb in ("patch", "update")
        ),
    },
}

# Verbs beside the eight that authorizers ask for on a resource; "*" grants them, naming the eight does not.
_SPECIAL: dict[tuple[str, str], Verbs] = {
    ("", "nodes"): frozenset(["proxy"]),
    ("", "serviceaccounts"): IMPERSONATE,
    ("extensions", "podsecuritypolicies"): frozenset(["use"]),
    ("policy", "podsecuritypolicies"): frozenset(["use"]),
    ("rbac.authorization.k8s.io", "clusterroles"): frozenset(["bind", "escalate"]),
    ("rbac.authorization.k8s.io", "roles"): frozenset(["bind", "escalate"]),
}

# Whoever holds these is one step from every credential, every node or every right in the cluster.
CRITICAL = frozenset(
    [
        ("", "groups"),
        ("", "nodes/proxy"),
        ("", "pods/exec"),
        ("", "secrets"),
        ("", "serviceaccounts/token"),
        ("", "users"),
        ("admissionregistration.k8s.io", "mutatingadmissionpolicies"),
        ("admissionregistration.k8s.io", "mutatingadmissionpolicybindings"),
        ("admissionregistration.k8s.io", "mutatingwebhookconfigurations"),
        ("admissionregistration.k8s.io", "validatingwebhookconfigurations"),
        ("apiregistration.k8s.io", "apiservices"),
        ("authentication.k8s.io", "uids"),
        ("certificates.k8s.io", "certificatesigningrequests"),
        ("certificates.k8s.io", "certificatesigningrequests/approval"),
        ("certificates.k8s.io", "certificatesigningrequests/status"),
        ("certificates.k8s.io", "signers"),
        ("rbac.authorization.k8s.io", "clusterrolebindings"),
        ("rbac.authorization.k8s.io", "clusterroles"),
        ("rbac.authorization.k8s.io", "rolebindings"),
        ("rbac.authorization.k8s.io", "roles"),
    ]
)
# Subresources and resources that report or coordinate and start nothing.
MINOR_SUBRESOURCES = frozenset(["scale", "status"])
MINOR = frozenset([("", "events"), ("events.k8s.io", "events"), ("coordination.k8s.io", "leases")])

GROUPS = frozenset([*_FULL, *_OTHERS])
NO_VERBS: Verbs = frozenset()


@cache
def served(group: str) -> dict[str, Verbs]:
    """Return resource or resource/subresource -> verbs of a built-in group; empty for any other."""
    found = dict(_OTHERS.get(group, {}))
    for entry in _FULL.get(group, "").split():
        name, *subresources = entry.split("+")
        found[name] = ALL
        found.update((f"{name}/{subresource}", EDIT) for subresource in subresources)
    # Not in discovery: asked for by the admission plugin OwnerReferencesPermissionEnforcement.
    found.update(
        [(f"{name}/finalizers", UPDATE) for name, verbs in found.items() if ALL - verbs <= {"deletecollection"}]
    )
    return found


def special(group: str, resource: str) -> Verbs:
    """Return the verbs of a resource that only authorizers know, such as `escalate`."""
    if group == "authentication.k8s.io" and resource.startswith("userextras/"):
        return IMPERSONATE
    return _SPECIAL.get((group, resource), NO_VERBS)
