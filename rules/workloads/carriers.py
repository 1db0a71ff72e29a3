"""Custom resources that carry pods: kind -> where their pods stand, as a table. Nothing is guessed by shape.

From the API types of each project. `*` stands for every item of a list and every value of a map.
"""

from __future__ import annotations

from typing import NamedTuple

from rules.pointer import Pointer

# Where containers stand in a PodSpec.
LISTS = ("initContainers", "containers", "ephemeralContainers")
IN_A_SPEC: tuple[Pointer, ...] = tuple((name, "*") for name in LISTS)

# Fields of a PodSpec that projects repeat, under the same name, in types of their own. A place that lists its
# fields shows rules these and no others: a namesake with another meaning is not judged.
_ACCOUNT = ("serviceAccountName", "automountServiceAccountToken")
_NODE = ("hostNetwork", "hostPID", "hostIPC", "hostUsers", "dnsPolicy", "nodeSelector", "os")
_POD = frozenset(["securityContext", "volumes", *_ACCOUNT, *_NODE])


class Place(NamedTuple):
    """Where an object has a pod, or a part of one.

    `partial`: somebody completes the pod, so a field that is absent means nothing. `containers` are relative to
    `pointer`; `fields` are those that the place shares with a PodSpec, None when it is one. `context` is what the
    place calls the securityContext of its pod.
    """

    pointer: Pointer
    partial: bool = False
    containers: tuple[Pointer, ...] = IN_A_SPEC
    fields: frozenset[str] | None = None
    context: str = "securityContext"


def _whole(*paths: str) -> tuple[Place, ...]:
    """Places of PodSpecs that the controller takes over as they are."""
    return tuple(Place(_path(path)) for path in paths)


def _part(*paths: str, containers: tuple[Pointer, ...] = IN_A_SPEC) -> tuple[Place, ...]:
    """Places of PodSpecs that the operator merges with its own."""
    return tuple(Place(_path(path), True, containers) for path in paths)


def _like(path: str, *containers: str, fields: frozenset[str] = _POD) -> Place:
    """A place of some fields of a PodSpec, with containers under other names."""
    return Place(_path(path), True, tuple(_path(item) for item in containers), fields)


def _path(text: str) -> Pointer:
    return tuple(text.split("/")) if text else ()


_TEMPLATE = _whole("spec/template/spec")


def _workflow(base: str) -> tuple[Place, ...]:
    """Places of an Argo workflow, whose pods take fields of the workflow and of their template."""
    own = ("container", "script", "initContainers/*", "sidecars/*", "containerSet/containers/*")
    templates = ("templates/*", "templateDefaults", "templates/*/dag/tasks/*/inline", "templates/*/steps/*/*/inline")
    every = [f"{template}/{item}" for template in templates for item in own]
    return (_like(base, *every), *(_like(f"{base}/{template}", *own) for template in templates))


def _task(base: str) -> Place:
    return _like(base, "steps/*", "sidecars/*", "stepTemplate", fields=frozenset(["volumes"]))


def _tasks(base: str) -> tuple[Place, ...]:
    return _task(f"{base}/tasks/*/taskSpec"), _task(f"{base}/finally/*/taskSpec")


def _pod_templates(*paths: str) -> tuple[Place, ...]:
    return tuple(_like(path) for path in paths)


def _spark(base: str) -> tuple[Place, ...]:
    """Places of a Spark application: driver and executor are containers with some fields of their pod.

    Their securityContext is that of the container, so that of the pod has a name of its own.
    """
    roles = ("driver", "executor")
    every = [f"{role}{item}" for role in roles for item in ("", "/initContainers/*", "/sidecars/*")]
    fields = frozenset(["securityContext", *_NODE])
    return (
        _like(base, *every, fields=frozenset(["volumes"])),
        *(_like(f"{base}/{role}", fields=fields)._replace(context="podSecurityContext") for role in roles),
        *_part(*(f"{base}/{role}/template/spec" for role in roles)),
    )


def _ray(base: str) -> tuple[Place, ...]:
    return _whole(f"{base}/headGroupSpec/template/spec", f"{base}/workerGroupSpecs/*/template/spec")


def _strimzi(base: str, *containers: str) -> tuple[Place, ...]:
    """Places of one component of Strimzi: its pod, and beside it its containers by name."""
    template = f"{base}/template"
    return _like(f"{template}/pod"), _like(template, *containers, fields=frozenset())


# A predictor says `model`; its first version named the container by the server of the model.
_SERVERS = (
    "sklearn",
    "xgboost",
    "tensorflow",
    "pytorch",
    "triton",
    "onnx",
    "huggingface",
    "pmml",
    "lightgbm",
    "paddle",
)
_PREDICTOR = (*IN_A_SPEC, ("model",), *((server,) for server in _SERVERS))
_OPERATED = (Place(("spec",), True, IN_A_SPEC, _POD),)
_ELASTIC = _part("spec/podTemplate/spec")
_ANALYSIS = _whole("spec/metrics/*/provider/job/spec/template/spec")
_INFERENCE = ("predictor", "transformer", "explainer")

CARRIERS: dict[str, tuple[Place, ...]] = {
    # Argo
    "Rollout.argoproj.io": _TEMPLATE,
    "AnalysisTemplate.argoproj.io": _ANALYSIS,
    "ClusterAnalysisTemplate.argoproj.io": _ANALYSIS,
    "AnalysisRun.argoproj.io": _ANALYSIS,
    "Workflow.argoproj.io": _workflow("spec"),
    "WorkflowTemplate.argoproj.io": _workflow("spec"),
    "ClusterWorkflowTemplate.argoproj.io": _workflow("spec"),
    "CronWorkflow.argoproj.io": _workflow("spec/workflowSpec"),
    "Sensor.argoproj.io": (_like("spec/template", "container"),),
    "EventSource.argoproj.io": (_like("spec/template", "container"),),
    # Knative: the platform may fill in a security context, and by default refuses that of a pod.
    "Service.serving.knative.dev": _part("spec/template/spec"),
    "Configuration.serving.knative.dev": _part("spec/template/spec"),
    "ContainerSource.sources.knative.dev": _part("spec/template/spec"),
    # Tekton
    "Task.tekton.dev": (_task("spec"),),
    "ClusterTask.tekton.dev": (_task("spec"),),
    "TaskRun.tekton.dev": (_task("spec/taskSpec"), *_pod_templates("spec/podTemplate")),
    "Pipeline.tekton.dev": _tasks("spec"),
    "PipelineRun.tekton.dev": (
        *_tasks("spec/pipelineSpec"),
        *_pod_templates("spec/podTemplate", "spec/taskRunTemplate/podTemplate"),
        *_pod_templates("spec/taskRunSpecs/*/podTemplate", "spec/taskRunSpecs/*/taskPodTemplate"),
    ),
    # Batch and machine learning
    "ScaledJob.keda.sh": _whole("spec/jobTargetRef/template/spec"),
    "SparkApplication.sparkoperator.k8s.io": _spark("spec"),
    "ScheduledSparkApplication.sparkoperator.k8s.io": _spark("spec/template"),
    "PyTorchJob.kubeflow.org": _whole("spec/pytorchReplicaSpecs/*/template/spec"),
    "TFJob.kubeflow.org": _whole("spec/tfReplicaSpecs/*/template/spec"),
    "MPIJob.kubeflow.org": _whole("spec/mpiReplicaSpecs/*/template/spec"),
    "XGBoostJob.kubeflow.org": _whole("spec/xgbReplicaSpecs/*/template/spec"),
    "PaddleJob.kubeflow.org": _whole("spec/paddleReplicaSpecs/*/template/spec"),
    "JAXJob.kubeflow.org": _whole("spec/jaxReplicaSpecs/*/template/spec"),
    "Notebook.kubeflow.org": _TEMPLATE,
    "RayCluster.ray.io": _ray("spec"),
    "RayJob.ray.io": (*_ray("spec/rayClusterSpec"), *_whole("spec/submitterPodTemplate/spec")),
    "RayService.ray.io": _ray("spec/rayClusterConfig"),
    "JobSet.jobset.x-k8s.io": _whole("spec/replicatedJobs/*/template/spec/template/spec"),
    "LeaderWorkerSet.leaderworkerset.x-k8s.io": _whole(
        "spec/leaderWorkerTemplate/leaderTemplate/spec", "spec/leaderWorkerTemplate/workerTemplate/spec"
    ),
    "Job.batch.volcano.sh": _whole("spec/tasks/*/template/spec"),
    "InferenceService.serving.kserve.io": (
        *_part(*(f"spec/{role}" for role in _INFERENCE), containers=_PREDICTOR),
        *_part("spec/predictor/workerSpec"),
    ),
    "ServingRuntime.serving.kserve.io": _OPERATED,
    "ClusterServingRuntime.serving.kserve.io": _OPERATED,
    "SeldonDeployment.machinelearning.seldon.io": _part("spec/predictors/*/componentSpecs/*/spec"),
    # Other workloads
    "CloneSet.apps.kruise.io": _TEMPLATE,
    "StatefulSet.apps.kruise.io": _TEMPLATE,
    "DaemonSet.apps.kruise.io": _TEMPLATE,
    "BroadcastJob.apps.kruise.io": _TEMPLATE,
    "AdvancedCronJob.apps.kruise.io": _whole(
        "spec/template/jobTemplate/spec/template/spec", "spec/template/broadcastJobTemplate/spec/template/spec"
    ),
    "SidecarSet.apps.kruise.io": _OPERATED,  # The rest of the pod is that of whom the sidecar joins.
    "DeploymentConfig.apps.openshift.io": _TEMPLATE,
    "Sandbox.agents.x-k8s.io": _whole("spec/podTemplate/spec"),
    "SandboxTemplate.agents.x-k8s.io": _whole("spec/podTemplate/spec"),
    "SandboxTemplate.extensions.agents.x-k8s.io": _whole("spec/podTemplate/spec"),
    "AutoscalingRunnerSet.actions.github.com": (*_TEMPLATE, *_part("spec/listenerTemplate/spec")),
    # Operators of one application, which write the pod and let fields be changed
    "Prometheus.monitoring.coreos.com": _OPERATED,
    "PrometheusAgent.monitoring.coreos.com": _OPERATED,
    "Alertmanager.monitoring.coreos.com": _OPERATED,
    "ThanosRuler.monitoring.coreos.com": _OPERATED,
    "Elasticsearch.elasticsearch.k8s.elastic.co": _part("spec/nodeSets/*/podTemplate/spec"),
    "Kibana.kibana.k8s.elastic.co": _ELASTIC,
    "ApmServer.apm.k8s.elastic.co": _ELASTIC,
    "Logstash.logstash.k8s.elastic.co": _ELASTIC,
    "Beat.beat.k8s.elastic.co": _part("spec/daemonSet/podTemplate/spec", "spec/deployment/podTemplate/spec"),
    "Agent.agent.k8s.elastic.co": _part(
        "spec/daemonSet/podTemplate/spec", "spec/deployment/podTemplate/spec", "spec/statefulSet/podTemplate/spec"
    ),
    "FlinkDeployment.flink.apache.org": _part(
        "spec/podTemplate/spec", "spec/jobManager/podTemplate/spec", "spec/taskManager/podTemplate/spec"
    ),
    "Kafka.kafka.strimzi.io": (
        *_strimzi("spec/kafka", "kafkaContainer", "initContainer"),
        *_strimzi("spec/zookeeper", "zookeeperContainer"),
        *_strimzi("spec/entityOperator", "topicOperatorContainer", "userOperatorContainer", "tlsSidecarContainer"),
        *_strimzi("spec/cruiseControl", "cruiseControlContainer"),
        *_strimzi("spec/kafkaExporter", "container"),
    ),
    "KafkaNodePool.kafka.strimzi.io": _strimzi("spec", "kafkaContainer", "initContainer"),
    "KafkaConnect.kafka.strimzi.io": _strimzi("spec", "connectContainer", "initContainer"),
    "KafkaMirrorMaker2.kafka.strimzi.io": _strimzi("spec", "mirrorMakerContainer", "connectContainer", "initContainer"),
    "KafkaBridge.kafka.strimzi.io": _strimzi("spec", "bridgeContainer", "initContainer"),
}
