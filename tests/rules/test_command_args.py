"""Credentials on command lines: where they are found, what only looks like one, and that nobody is shown one."""

from __future__ import annotations

import json

import pytest
from harness import containers, findings, messages, places
from hypothesis import given
from hypothesis import strategies as st

from rules.model import Severity
from rules.secrets.arguments import in_words
from rules.secrets.secret_in_command_args import secret_in_command_args as in_args

VALUE = "kV7-sliding-Otter"
TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


def args(*words: str, field: str = "args") -> str:
    return containers(f"{field}: {json.dumps(words)}")


FOUND = {
    "flag": [f"--password={VALUE}"],
    "flag with one dash": [f"-password={VALUE}"],
    "flag and word": ["--db-password", VALUE],
    "flag in a line": [f"exec shop --db-password {VALUE} --verbose"],
    "quoted in a line": [f"shop --api-key='{VALUE}'"],
    "variable before a program": [f"cd / && PGPASSWORD={VALUE} psql"],
    "exported": [f"export DB_PASSWORD={VALUE}\nexec shop"],
    "address": [f"--url=postgres://shop:{VALUE}@db/shop"],
    "shape": ["--anything", TOKEN],
    "header": ["curl", "-H", "Authorization: Bearer 9f2c4e6a8b0d1f3e5a7c9b1d3f5e7a9c"],
    "mysql": [f"mysql -uroot -p{VALUE} shop"],
    "mysql in words": ["mysqladmin", "ping", f"-p{VALUE}"],
    "redis-cli": [f"redis-cli -h cache -a {VALUE} ping"],
    "redis-server": ["redis-server", "--requirepass", VALUE],
    "sshpass": [f"sshpass -p '{VALUE}' ssh shop@host"],
    "registry": [f"docker login registry.example -u shop -p {VALUE} && docker push"],
    "registry of charts": [f"helm registry login -u shop -p '{VALUE}' registry.example"],
    "registry in words": ["skopeo", "login", "-u", "shop", "-p", VALUE, "registry.example"],
    "mongo": [f"mongosh -u root -p {VALUE} --eval 'db.hello()'"],
    "mongo in words": ["mongosh", "-u", "root", "-p", VALUE],
    "sqlcmd": [f"/opt/mssql-tools/bin/sqlcmd -S localhost -U sa -P '{VALUE}' -Q 'SELECT 1'"],
    "sqlcmd in words": ["/opt/mssql-tools/bin/sqlcmd", "-S", "localhost", "-U", "sa", "-P", VALUE],
    "curl": [f"curl -s -u shop:{VALUE} http://localhost/"],
    "redis-cli in words": ["redis-cli", "-a", VALUE, "ping"],
    "curl in words": ["curl", "--user", f"shop:{VALUE}"],
}
NOT_FOUND = {
    "of Kubernetes": ["--password=$(DB_PASSWORD)"],
    "of a shell": ['mysql -p"$PASSWORD"; mysql -p$PASSWORD; mysql -p${PASSWORD}'],
    "of another command": ["mysql -p$(cat /run/password) -e x", "token=`cat /run/token`"],
    "of a template": ["--password={{ .Values.password }}", "--password=<password>"],
    "file": ["--password-file=/run/password", "--private-key=/etc/tls/tls.key", "--token", "/run/token"],
    "name": ["--secret-name=web-tls", "--token-audience=shop", "--password-key", "password"],
    "switch": ["--show-password=true", "--token", "--verbose", "--password", "--user", "shop"],
    "nothing": ["--password=", "--password", ""],
    "database": ["mysql", "-uroot", "-p", "kV7-database"],
    "port of a database": ["mysql", "-P", "33060", "mongosh --port 27017 shop"],
    "registry with a password from elsewhere": ["docker login -u shop --password-stdin", "docker login -p $PASSWORD"],
    "container of a registry": ["docker", "run", "-p", "8080-8090", "login-page"],
    "folder of a database": ["mongodump --out /data && mkdir -p kV7-folder"],
    "folder": ["mkdir -p /data/a1", "mkdir", "-p", "/data"],
    "port": ["docker run -p 8080:80 shop", "ssh -p 2222 host"],
    "user without a password": ["curl -u shop http://localhost/"],
    "question": ['read -p "Password: " PASSWORD'],
    "number": ["--token-ttl=3600", "--tokens=5"],
}


@pytest.mark.parametrize("words", FOUND.values(), ids=FOUND)
def test_credentials(words: list[str]) -> None:
    (finding,) = [finding for finding, _ in findings(in_args, args(*words))]
    assert finding.severity is Severity.HIGH
    for hidden in (VALUE, TOKEN, "9f2c4e6a"):
        assert hidden not in finding.message + repr(finding)


@pytest.mark.parametrize("words", NOT_FOUND.values(), ids=NOT_FOUND)
def test_what_only_looks_like_a_credential(words: list[str]) -> None:
    assert messages(in_args, args(*words)) == []


def test_every_place_where_something_is_run() -> None:
    run = f"command: [shop, --password={VALUE}]"
    text = containers(
        f"{run}, livenessProbe: {{exec: {{{run}}}}}, startupProbe: {{exec: {{{run}}}}}, "
        f"lifecycle: {{preStop: {{exec: {{{run}}}}}}}, readinessProbe: {{httpGet: {{port: 80}}}}"
    )
    assert places(in_args, text) == [
        "/spec/containers/0/command/1",
        "/spec/containers/0/livenessProbe/exec/command/1",
        "/spec/containers/0/startupProbe/exec/command/1",
        "/spec/containers/0/lifecycle/preStop/exec/command/1",
    ]


def test_the_message_names_the_flag_and_not_its_value() -> None:
    head = 'the command line of container "a" holds a '
    said = messages(
        in_args, args(f"--db-password={VALUE}", "-H", "Authorization: Bearer 9f2c4e6a8b0d1f3e5a7c9b1d3f5e7a9c")
    )
    assert said == [f'{head}password "db-password" in plain text', f"{head}credential in plain text"]


def test_a_flag_in_the_command_and_its_word_in_the_arguments() -> None:
    text = containers(f"command: [shop, --password], args: [{VALUE}, null, 7]")
    assert places(in_args, text) == ["/spec/containers/0/args/0"]


LONG = [
    "--a=" * 20_000,
    "--password " * 8_000,
    "mysql " * 15_000,
    "curl -u " * 10_000,
    "A=" * 40_000,
    "docker login -u " * 6_000,
    "-p'" * 30_000,
]


@pytest.mark.usefixtures("hang_guard")
@pytest.mark.parametrize("text", LONG, ids=lambda text: text[:12])
def test_no_command_takes_long(text: str) -> None:
    list(in_words([text, text]))
    list(in_words(text.split(" ")[:2000]))


@given(st.lists(st.text(max_size=12) | st.sampled_from(["--password", "mysql", "-p", VALUE, "="]), max_size=5))
def test_any_words_are_read_and_places_are_theirs(words: list[str]) -> None:
    assert all(0 <= found.place < len(words) for found in in_words(words))
