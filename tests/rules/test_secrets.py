"""Credentials in manifests: where they are found, and that nobody is shown one."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from harness import codes, containers, findings, messages, places
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fixers import registry
from rules import manifest
from rules.cluster import Cluster
from rules.errors import Unfixable
from rules.model import Rule, Severity
from rules.registry import all_rules
from rules.search import search
from rules.secrets.plaintext_secret_manifest import plaintext_secret_manifest as in_secret
from rules.secrets.secret_in_annotations import LAST_APPLIED
from rules.secrets.secret_in_annotations import secret_in_annotations as in_annotations
from rules.secrets.secret_in_config_map import secret_in_config_map as in_config_map
from rules.secrets.secret_literal_in_env import secret_literal_in_env as in_env

VALUE = "kV7-sliding-Otter"
RULES = [in_env, in_config_map, in_secret, in_annotations]


def config_map(**data: str) -> str:
    return json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}, "data": data})


def secret(metadata: Any = None, **rest: Any) -> str:
    return json.dumps({"apiVersion": "v1", "kind": "Secret", "metadata": metadata or {"name": "x"}, **rest})


FILES = {
    "properties": (f"db.password={VALUE}\n\n", 1),
    "blanks around": (f"a = b\npassword = {VALUE}\n", 1),
    "YAML": (f"db:\n  password: {VALUE}\n", 1),
    "YAML in a list": (f"users:\n- name: shop\n  password: '{VALUE}'\n", 1),
    "JSON": (f'{{\n "apiKey": "{VALUE}"}}\n', 1),
    "attribute": (f'<user name="shop"\n password="{VALUE}"/>\n', 1),
    "element": (f"<a>\n<password>{VALUE}</password></a>\n", 1),
    "flag": (f"exec shop --password={VALUE}\n\nexit\n", 1),
    "HCL": (f'storage {{\n  password = "{VALUE}"\n}}\n', 1),
    "comment": (f"a=b\n# password={VALUE}\n// token: {VALUE}\n", 0),
    "call": ("password = getPassword(user)\ntoken = read_token()\n", 0),
    "attribute of an object": ("password = request.form.password\ntoken = self.token\n", 0),
    "another variable": ("PASSWORD=$DB_PASSWORD\nTOKEN=${TOKEN}\n", 0),
    "the name itself": ("passwordField: password\ntoken: token\n", 0),
    "block": ("password: |\n  ${PASSWORD}\n", 0),
    "nothing": ('password: ""\ntoken:\nsecret: ~\n', 0),
    "sentence": ("Choose a password: it must be long\nA token: see below\n", 0),
    "type": ("password: string\ntoken: str\n", 0),
    "word of a machine": ("<x>\n<secretKey>username</secretKey></x>\n", 0),
    "path": ("password_file: /run/secrets/password\nprivate_key: /etc/tls/tls.key\n", 0),
}


@pytest.mark.parametrize(("text", "found"), FILES.values(), ids=FILES)
def test_files_in_config_maps(text: str, found: int) -> None:
    assert len(messages(in_config_map, config_map(**{"app.conf": text}))) == found


def test_a_line_of_the_file_is_named_and_a_program_is_read_with_care() -> None:
    text = f"a\n\npassword={VALUE}\n"
    assert messages(in_config_map, config_map(conf=text)) == [
        '"conf" holds a password ("password", line 3 of it) in plain text'
    ]
    assert messages(in_config_map, config_map(**{"login.js": text})) == []


def test_every_container_and_numbers_too() -> None:
    text = containers("env: [{name: PASSWORD, value: 123456}, {name: A, value: b}]")
    assert places(in_env, text) == ["/spec/containers/0/env/0/value"]
    assert codes(in_env, text) == ["no-fix"]


SECRETS: dict[str, tuple[str, list[Severity]]] = {
    "a password": (secret(stringData={"password": VALUE}), [Severity.HIGH]),
    "in base64": (secret(data={"password": base64.b64encode(VALUE.encode()).decode()}), [Severity.HIGH]),
    "in base64 of two lines": (secret(data={"password": "a1Y3LXNsaWRp\nbmctT3R0ZXI=\n"}), [Severity.HIGH]),
    "not in base64 at all": (secret(data={"password": VALUE}), [Severity.HIGH]),
    "bytes": (secret(data={"store": "/u3+7QAAAAIAAAAB"}), [Severity.MEDIUM]),
    "what the kind alone calls secret": (secret(stringData={"thing": "of-mine"}), [Severity.MEDIUM]),
    "a file without a credential": (secret(stringData={"logging.conf": "a=b\nc=d\n"}), [Severity.INFO]),
    "a file with a credential": (secret(stringData={"app.conf": f"a=b\npassword={VALUE}\n"}), [Severity.HIGH]),
    "a weak word": (secret(stringData={"password": "admin"}), [Severity.LOW]),
    "user, host and port": (secret(stringData={"username": "shop", "host": "db", "port": "5432"}), []),
    "the names of a database and an account": (
        secret(stringData={"POSTGRES_DB": "accounts-db", "PG_DATABASE": "shop", "storageaccountname": "k8stest"}),
        [],
    ),
    "a database whose password it is": (secret(stringData={"mariadb": "kV7-sliding"}), [Severity.MEDIUM]),
    "a setting of one line": (secret(stringData={"ha.broker.properties": "HAPolicy=LIVE_ONLY"}), [Severity.INFO]),
    "a setting of one line with a password": (
        secret(stringData={"a.broker.properties": f"clusterPassword={VALUE}"}),
        [Severity.HIGH],
    ),
    "a file of one line that is filled in later": (secret(stringData={"login.json": "op://shop/login.json"}), []),
    "plain settings": (secret(stringData={"logging": "INFO", "replicas": "3"}), [Severity.LOW, Severity.LOW]),
    "a plain word where it may be what opens": (
        secret(stringData={"salt": "otter", "x-auth": "otter"}),
        [Severity.MEDIUM] * 2,
    ),
    "templates": (secret(stringData={"password": "${P}", "token": "<token>", "key": "{{ .key }}"}), []),
    "a template in base64": (secret(data={"password": "${PASSWORD_BASE64}"}), []),
    "nothing": (secret(data={}, stringData=None), []),
    "encrypted": (secret(data={"password": "ENC[AES256_GCM,data:x,iv:y,tag:z]"}), []),
    "encrypted as a whole": (secret(stringData={"password": VALUE}, sops={"version": "3"}), []),
    "odd shapes": (secret(data=["a"], stringData={"a": 7, "b": None, "c": ["x"]}), []),
    "an empty login": (secret(stringData={".dockerconfigjson": '{"auths": {}}'}), []),
    "a login": (
        secret(stringData={".dockerconfigjson": '{"auths": {"r": {"auth": "c2hvcDp4eQ=="}}}'}),
        [Severity.HIGH],
    ),
}


@pytest.mark.parametrize(("text", "severities"), SECRETS.values(), ids=SECRETS)
def test_secrets(text: str, severities: list[Severity]) -> None:
    assert [finding.severity for finding, _ in findings(in_secret, text)] == severities


def test_a_secret_for_tests_is_none() -> None:
    text = secret(stringData={"password": VALUE})
    for path, count in (("shop/tests/secret.yaml", 0), ("shop/latest/secret.yaml", 1), ("tests.yaml", 1)):
        (document,) = manifest.parse(text, path)
        assert len(list(in_secret.findings(document))) == count, path


def test_an_old_copy_of_a_secret_is_worse_than_that_of_another_object() -> None:
    for kind, severity in (("Secret", Severity.HIGH), ("Service", Severity.MEDIUM)):
        text = json.dumps(
            {"apiVersion": "v1", "kind": kind, "metadata": {"name": "x", "annotations": {LAST_APPLIED: VALUE}}}
        )
        ((finding, _),) = findings(in_annotations, text)
        assert finding.severity is severity
        assert codes(in_annotations, text) == ["safe"]


SHOWN = [
    containers(f"env: [{{name: PASSWORD, value: {VALUE}}}, {{name: U, value: 'http://a:{VALUE}@b/'}}]"),
    config_map(password=VALUE, conf=f"x\npassword={VALUE}\n"),
    secret(stringData={"password": VALUE, "other": VALUE, "conf": f"x\npassword={VALUE}\n"}),
    secret({"name": "x", "annotations": {LAST_APPLIED: VALUE, "u": f"http://a:{VALUE}@b/"}}),
    containers("").replace("{name: web}", f"{{name: web, labels: {{a: '{VALUE * 5}', b: '{VALUE} {VALUE}'}}}}"),
]


@pytest.mark.parametrize("text", SHOWN)
def test_no_value_is_ever_shown(text: str) -> None:
    (document,) = manifest.parse(text)
    found = [hit for hit in search(document, all_rules(), Cluster()) if isinstance(hit, tuple)]
    assert {finding.rule for finding, _ in found} & {*(rule.id for rule in RULES), "label-value-invalid"}
    for finding, single in found:
        assert VALUE not in finding.message + repr(finding)
        try:
            made = registry.fix(finding, single, Cluster())
        except Unfixable as refusal:
            assert VALUE not in str(refusal)
        else:
            assert VALUE not in json.dumps([operation.as_json() for operation in made.patch])


texts = st.sampled_from(
    [
        VALUE,
        "",
        "x",
        "a\nb",
        f"password={VALUE}\n",
        "=\n:",
        "eyJ.eyJ.",
        "://:@",
        "$",
        "\ud7ff",
        "aGk=",
        "{}",
        '{"auths":7}',
    ]
)
odd: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
)
odd = odd | st.lists(odd, max_size=2) | st.dictionaries(st.sampled_from(["name", "value", "", "password", "0"]), odd)
keys = st.sampled_from(["password", "a.conf", ".dockerconfigjson", "", LAST_APPLIED, "version", "key"])
maps = odd | st.dictionaries(keys, odd, max_size=3)
entry = odd | st.fixed_dictionaries({}, optional={"name": odd, "value": odd, "valueFrom": maps, "$patch": odd})
container = odd | st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("name", "image", "imagePullPolicy", "restartPolicy", "lifecycle", "livenessProbe"), odd),
        "env": odd | st.lists(entry, max_size=4),
        "resources": odd | st.fixed_dictionaries({}, optional={"limits": odd | st.fixed_dictionaries({"memory": odd})}),
    },
)
metadata = odd | st.fixed_dictionaries({}, optional={"name": odd, "labels": maps, "annotations": maps})
lists = odd | st.lists(container, max_size=2)
spec = odd | st.fixed_dictionaries(
    {}, optional={"containers": lists, "initContainers": lists, "nodeSelector": maps, "resources": maps}
)
template = odd | st.fixed_dictionaries({}, optional={"metadata": metadata, "spec": spec})
outer = spec | st.fixed_dictionaries(
    {"template": template},
    optional={"selector": maps, "volumeClaimTemplates": odd | st.lists(template, max_size=2), "limits": lists},
)
objects = st.builds(
    lambda kind, rest: {"apiVersion": kind[0], "kind": kind[1], **rest},
    st.sampled_from(
        [
            *(
                ("v1", kind)
                for kind in ("Secret", "ConfigMap", "Pod", "Service", "LimitRange", "ReplicationController")
            ),
            ("apps/v1", "StatefulSet"),
        ]
    ),
    st.fixed_dictionaries(
        {}, optional={"metadata": metadata, "data": maps, "stringData": maps, "binaryData": maps, "spec": outer}
    ),
)


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(objects, min_size=1, max_size=2))
def test_odd_shapes_crash_no_rule_and_no_fixer(values: list[Any]) -> None:
    documents = [document for value in values for document in manifest.parse(json.dumps(value))]
    cluster = Cluster.of(documents)
    rules: tuple[Rule, ...] = all_rules()
    for document in documents:
        for hit in search(document, rules, cluster):
            assert isinstance(hit, tuple), hit
            try:
                assert registry.fix(*hit, cluster).operations
            except Unfixable as refusal:
                assert str(refusal)


OTHERS_SECRETS = {
    "a kustomization's generator": (
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
        f"secretGenerator: [{{name: x, literals: ['password={VALUE}']}}]\n"
    ),
    "a sealed secret": (
        "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: x}\n"
        f"spec: {{encryptedData: {{password: {VALUE}}}}}\n"
    ),
    "an external secret": (
        "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: x}\n"
        "spec: {data: [{secretKey: password, remoteRef: {key: shop/db}}]}\n"
    ),
}


@pytest.mark.parametrize("text", OTHERS_SECRETS.values(), ids=OTHERS_SECRETS)
def test_what_others_make_secrets_of_is_not_reported(text: str) -> None:
    assert [message for rule in RULES for message in messages(rule, text)] == []
