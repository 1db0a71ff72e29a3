"""Custom resources that carry pods, as their projects document them: written apart from the table in `rules`."""

from __future__ import annotations

import json
from typing import Any

import harness
import pytest

from fixers.change import change
from fixers.model import Safety
from rules.cluster import Cluster
from rules.pointer import parse, text
from rules.registry import rule_by_id

# Kinds, then where PodSpecs stand (`pod`), where single containers stand (`c`), and where the pod's own
# securityContext stands (`sc`). A number is an item of a list, `Worker` a key that the author chooses.
ROWS = """
argoproj.io/v1alpha1 Rollout | pod /spec/template/spec
argoproj.io/v1alpha1 AnalysisTemplate ClusterAnalysisTemplate AnalysisRun
    | pod /spec/metrics/0/provider/job/spec/template/spec
argoproj.io/v1alpha1 Workflow WorkflowTemplate ClusterWorkflowTemplate
    | c /spec/templates/0/container /spec/templates/0/script /spec/templates/0/initContainers/0
        /spec/templates/0/sidecars/0 /spec/templates/0/containerSet/containers/0 /spec/templateDefaults/container
    | sc /spec/securityContext /spec/templates/0/securityContext
argoproj.io/v1alpha1 CronWorkflow
    | c /spec/workflowSpec/templates/0/container /spec/workflowSpec/templates/0/sidecars/0
    | sc /spec/workflowSpec/securityContext
argoproj.io/v1alpha1 Sensor EventSource | c /spec/template/container | sc /spec/template/securityContext
serving.knative.dev/v1 Service Configuration | pod /spec/template/spec
sources.knative.dev/v1 ContainerSource | pod /spec/template/spec
tekton.dev/v1 Task | c /spec/steps/0 /spec/sidecars/0 /spec/stepTemplate
tekton.dev/v1 TaskRun
    | c /spec/taskSpec/steps/0 /spec/taskSpec/sidecars/0 /spec/taskSpec/stepTemplate
    | sc /spec/podTemplate/securityContext
tekton.dev/v1 Pipeline | c /spec/tasks/0/taskSpec/steps/0 /spec/finally/0/taskSpec/sidecars/0
tekton.dev/v1 PipelineRun
    | c /spec/pipelineSpec/tasks/0/taskSpec/steps/0
    | sc /spec/taskRunTemplate/podTemplate/securityContext /spec/taskRunSpecs/0/podTemplate/securityContext
tekton.dev/v1beta1 Task ClusterTask | c /spec/steps/0
tekton.dev/v1beta1 PipelineRun | sc /spec/podTemplate/securityContext
keda.sh/v1alpha1 ScaledJob | pod /spec/jobTargetRef/template/spec
sparkoperator.k8s.io/v1beta2 SparkApplication
    | c /spec/driver /spec/executor /spec/driver/initContainers/0 /spec/executor/sidecars/0
    | sc /spec/driver/podSecurityContext /spec/executor/podSecurityContext
    | pod /spec/driver/template/spec /spec/executor/template/spec
sparkoperator.k8s.io/v1beta2 ScheduledSparkApplication
    | c /spec/template/driver | sc /spec/template/executor/podSecurityContext
monitoring.coreos.com/v1 Prometheus Alertmanager ThanosRuler
    | c /spec/containers/0 /spec/initContainers/0 | sc /spec/securityContext
monitoring.coreos.com/v1alpha1 PrometheusAgent | c /spec/containers/0 | sc /spec/securityContext
kubeflow.org/v1 PyTorchJob | pod /spec/pytorchReplicaSpecs/Worker/template/spec
kubeflow.org/v1 TFJob | pod /spec/tfReplicaSpecs/Worker/template/spec
kubeflow.org/v1 MPIJob | pod /spec/mpiReplicaSpecs/Worker/template/spec
kubeflow.org/v1 XGBoostJob | pod /spec/xgbReplicaSpecs/Worker/template/spec
kubeflow.org/v1 PaddleJob | pod /spec/paddleReplicaSpecs/Worker/template/spec
kubeflow.org/v1 Notebook | pod /spec/template/spec
ray.io/v1 RayCluster | pod /spec/headGroupSpec/template/spec /spec/workerGroupSpecs/0/template/spec
ray.io/v1 RayJob
    | pod /spec/rayClusterSpec/headGroupSpec/template/spec /spec/rayClusterSpec/workerGroupSpecs/0/template/spec
        /spec/submitterPodTemplate/spec
ray.io/v1 RayService
    | pod /spec/rayClusterConfig/headGroupSpec/template/spec /spec/rayClusterConfig/workerGroupSpecs/0/template/spec
jobset.x-k8s.io/v1alpha2 JobSet | pod /spec/replicatedJobs/0/template/spec/template/spec
leaderworkerset.x-k8s.io/v1 LeaderWorkerSet
    | pod /spec/leaderWorkerTemplate/leaderTemplate/spec /spec/leaderWorkerTemplate/workerTemplate/spec
batch.volcano.sh/v1alpha1 Job | pod /spec/tasks/0/template/spec
apps.kruise.io/v1alpha1 CloneSet StatefulSet DaemonSet BroadcastJob | pod /spec/template/spec
apps.kruise.io/v1beta1 StatefulSet | pod /spec/template/spec
apps.kruise.io/v1alpha1 SidecarSet | c /spec/containers/0 /spec/initContainers/0
apps.openshift.io/v1 DeploymentConfig | pod /spec/template/spec
v1 PodTemplate | pod /template/spec
v1 Pod | pod /spec
v1 ReplicationController | pod /spec/template/spec
apps/v1 Deployment ReplicaSet StatefulSet DaemonSet | pod /spec/template/spec
batch/v1 Job | pod /spec/template/spec
batch/v1 CronJob | pod /spec/jobTemplate/spec/template/spec
serving.kserve.io/v1beta1 InferenceService
    | pod /spec/predictor /spec/transformer /spec/explainer /spec/predictor/workerSpec
    | c /spec/predictor/model /spec/predictor/sklearn /spec/predictor/triton
machinelearning.seldon.io/v1 SeldonDeployment | pod /spec/predictors/0/componentSpecs/0/spec
elasticsearch.k8s.elastic.co/v1 Elasticsearch | pod /spec/nodeSets/0/podTemplate/spec
kibana.k8s.elastic.co/v1 Kibana | pod /spec/podTemplate/spec
flink.apache.org/v1beta1 FlinkDeployment
    | pod /spec/podTemplate/spec /spec/jobManager/podTemplate/spec /spec/taskManager/podTemplate/spec
kafka.strimzi.io/v1beta2 Kafka
    | c /spec/kafka/template/kafkaContainer /spec/kafka/template/initContainer
        /spec/entityOperator/template/topicOperatorContainer /spec/entityOperator/template/userOperatorContainer
    | sc /spec/kafka/template/pod/securityContext /spec/entityOperator/template/pod/securityContext
agents.x-k8s.io/v1alpha1 Sandbox SandboxTemplate | pod /spec/podTemplate/spec
extensions.agents.x-k8s.io/v1alpha1 SandboxTemplate | pod /spec/podTemplate/spec
actions.github.com/v1alpha1 AutoscalingRunnerSet | pod /spec/template/spec
"""


def rows() -> list[tuple[str, str, str, str]]:
    """Return (apiVersion, kind, what stands there, place) of every place of the table."""
    found = []
    for row in ROWS.replace("\n    ", " ").strip().splitlines():
        head, *parts = (part.split() for part in row.split("|"))
        api_version, *kinds = head
        found += [(api_version, kind, what, place) for what, *places in parts for kind in kinds for place in places]
    return found


def made(api_version: str, kind: str, place: str, value: Any) -> str:
    """Return an object with a value at a place."""
    for key in reversed(place.strip("/").split("/")):
        value = [value] if key.isdigit() else {key: value}
    return json.dumps({"apiVersion": api_version, "kind": kind, "metadata": {"name": "x"}, **value}, indent=2) + "\n"


def found(rule: str, written: str) -> list[str]:
    asked = rule_by_id(rule)
    assert asked is not None
    return [text(finding.pointer) for finding, _ in harness.findings(asked, written)]


def fixed(rule: str, written: str) -> str:
    asked = rule_by_id(rule)
    assert asked is not None
    outcome = change(written, "x.json", [asked], Cluster(), Safety.UNSAFE)
    assert outcome.change is not None, outcome.skips
    return outcome.change.after


CONTAINER = {"name": "a", "image": "registry.example/a:1", "securityContext": {"privileged": True}}


@pytest.mark.parametrize(("api_version", "kind", "what", "place"), rows(), ids=lambda value: value)
def test_pods_in_custom_resources_are_found_and_mended(api_version: str, kind: str, what: str, place: str) -> None:
    if what == "sc":
        written = made(api_version, kind, place, {"runAsNonRoot": False, "seccompProfile": {"type": "Unconfined"}})
        assert found("run-as-non-root", written) == [f"{place}/runAsNonRoot"]
        assert found("seccomp-unconfined", written) == [f"{place}/seccompProfile/type"]
        assert '"runAsNonRoot": true' in fixed("run-as-non-root", written)
        assert fixed("seccomp-unconfined", written) == written.replace("Unconfined", "RuntimeDefault")
        return
    pods = {"hostNetwork": True, "containers": [CONTAINER], "initContainers": [CONTAINER]}
    written = made(api_version, kind, place, pods if what == "pod" else CONTAINER)
    places = [f"{place}/{name}/0" for name in ("containers", "initContainers")] if what == "pod" else [place]
    assert sorted(found("privileged-container", written)) == [f"{at}/securityContext/privileged" for at in places]
    if what == "pod":
        assert found("host-network", written) == [f"{place}/hostNetwork"]
    after = fixed("privileged-container", written)
    assert after == written.replace('"privileged": true', '"privileged": false')
    assert parse(place)


def test_a_spark_driver_is_a_pod_and_a_container_each_with_settings_of_its_own() -> None:
    driver = {
        "podSecurityContext": {"runAsUser": 0, "sysctls": [{"name": "kernel.sem", "value": "1"}], "privileged": True},
        "securityContext": {"allowPrivilegeEscalation": True, "runAsUser": 0, "fsGroup": 5},
    }
    written = made("sparkoperator.k8s.io/v1beta2", "SparkApplication", "/spec/driver", driver)
    assert found("run-as-user-root", written) == [
        "/spec/driver/securityContext/runAsUser",
        "/spec/driver/podSecurityContext/runAsUser",
    ]
    assert found("allow-privilege-escalation", written) == ["/spec/driver/securityContext/allowPrivilegeEscalation"]
    assert found("unsafe-sysctl", written) == ["/spec/driver/podSecurityContext/sysctls"]
    assert found("container-only-field-at-pod-level", written) == ["/spec/driver/podSecurityContext/privileged"]
    assert "kernel.sem" not in fixed("unsafe-sysctl", written)
    assert found("privileged-container", written) == []
    process = {"podSecurityContext": {"windowsOptions": {"hostProcess": True}}, "image": "registry.example/pi:1"}
    written = made("sparkoperator.k8s.io/v1beta2", "SparkApplication", "/spec/driver", process)
    assert "hostProcess" not in fixed("windows-host-process", written)
