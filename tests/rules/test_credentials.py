"""What is a credential: by its shape, by its name, and what only looks like one."""

from __future__ import annotations

import base64

import pytest

from rules.model import Severity
from rules.secrets import words
from rules.secrets.credentials import judge
from rules.secrets.files import in_file

# Made up here, and put together so that nobody who searches this repository for credentials finds one.
MIXED = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0u1V2w3X4y5Z6" * 3
HEX = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def part(value: str) -> str:
    return base64.urlsafe_b64encode(value.encode()).decode().rstrip("=")


JWT = ".".join([part('{"alg":"HS256","typ":"JWT"}'), part('{"sub":"shop","role":"service"}'), MIXED[:43]])
ANON = ".".join([part('{"alg":"HS256","typ":"JWT"}'), part('{"iss":"x","role":"anon"}'), MIXED[:43]])
PEM = "-----BEGIN {}-----\n" + MIXED[:64] + "\n" + MIXED[7:71] + "\n-----END {}-----\n"

FOUND = {
    "private key": ("x", PEM.replace("{}", "RSA PRIVATE KEY")),
    "private key on one line": ("x", PEM.replace("{}", "PRIVATE KEY").replace("\n", "\\n")),
    "private key of OpenSSH": ("tls", PEM.replace("{}", "OPENSSH PRIVATE KEY")),
    "private key in JSON": (
        "account",
        '{"private_key": "' + PEM.replace("{}", "PRIVATE KEY").replace("\n", "\\n") + '"}',
    ),
    "certificate with its private key": ("x", PEM.replace("{}", "CERTIFICATE") + PEM.replace("{}", "EC PRIVATE KEY")),
    "GitHub": ("x", "ghp_" + MIXED[:36]),
    "GitHub, fine-grained": ("x", "github_pat_" + MIXED[:22] + "_" + MIXED[:59]),
    "GitLab": ("x", "glpat-" + MIXED[:20]),
    "Slack": ("x", "xoxb-" + "123456789012-" + MIXED[:24]),
    "Slack's address": ("HOOK", "https://hooks.slack.com/services/T0A1B2C3D/B0A1B2C3D/" + MIXED[:24]),
    "Google": ("x", "AIza" + MIXED[:35]),
    "Stripe": ("x", "sk_live_" + MIXED[:24]),
    "npm": ("x", "npm_" + MIXED[:36]),
    "Vault": ("x", "hvs." + MIXED[:28]),
    "SendGrid": ("x", "SG." + MIXED[:22] + "." + MIXED[:43]),
    "Twilio": ("x", "SK" + HEX[:32]),
    "DigitalOcean": ("x", "dop_v1_" + HEX),
    "Databricks": ("x", "dapi" + HEX[:32]),
    "New Relic": ("x", "NRAK-" + "A1B2C3D4E5F6G7H8I9J0K1L2M3N"),
    "Hugging Face": ("x", "hf_" + "aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDeFgH"),
    "Grafana": ("x", "glsa_" + MIXED[:32] + "_" + HEX[:8]),
    "Docker": ("x", "dckr_pat_" + MIXED[:27]),
    "Telegram": ("x", "123456789:AA" + MIXED[:33]),
    "Azure storage": ("x", "AccountName=shop;AccountKey=" + MIXED[:86] + "==;EndpointSuffix=core.windows.net"),
    "JSON web token": ("x", JWT),
    "JSON web token in a header": ("x", "Bearer " + JWT),
    "HTTP": ("x", "Authorization: Basic " + base64.b64encode(b"shop:kV7-Otter").decode()),
    "address with a password": ("URL", "postgres://shop:kV7-Otter@db:5432/shop"),
    "address of Redis": ("REDIS_URL", "redis://:kV7-Otter@cache:6379/0"),
    "address in a longer text": ("x", "--dsn=mysql://a:kV7otter@db/x --verbose"),
    "address with a token": ("x", "https://hooks.example/in?api_key=" + MIXED[:32]),
    "DB_PASSWORD": ("DB_PASSWORD", "kV7-sliding-Otter"),
    "PGPASSWORD": ("PGPASSWORD", "kV7otter"),
    "password of words": ("password", "correct horse battery staple"),
    "dbPassword": ("dbPassword", "kV7otter"),
    "SMTP_PASS": ("SMTP_PASS", "kV7otter"),
    "redis-pwd": ("redis-pwd", "kV7otter"),
    "spring.datasource.password": ("spring.datasource.password", "kV7otter"),
    "MYSQL_ROOT_PASSWORD_VALUE": ("MYSQL_ROOT_PASSWORD_VALUE", "kV7otter"),
    "PASSWORD_1": ("PASSWORD_1", "kV7otter"),
    "API_KEY": ("API_KEY", "kV7otter"),
    "apiKey": ("apiKey", HEX[:32]),
    "APIKEY": ("APIKEY", HEX[:32]),
    "AWS_SECRET_ACCESS_KEY": ("AWS_SECRET_ACCESS_KEY", MIXED[:20] + "/" + MIXED[:19]),
    "OAUTH2_CLIENT_SECRET": ("OAUTH2_CLIENT_SECRET", "kV7otter"),
    "SECRET_KEY_BASE": ("SECRET_KEY_BASE", HEX),
    "JWT_SECRET": ("JWT_SECRET", "kV7otter"),
    "TOKEN": ("TOKEN", "kV7otter"),
    "ENCRYPTION_KEY": ("ENCRYPTION_KEY", HEX),
    "a UUID as token": ("ACCESS_TOKEN", "f47ac10b-58cc-4372-a567-0e02b2c3d479"),
    "a key by chance": ("MAPS_KEY", MIXED[:32]),
    "a salt by chance": ("ID_SALT", HEX[:32]),
    "a word of placeholders in a password": ("DB_PASSWORD", "Hidden-Otter-71-xK9"),
    "another one": ("DB_PASSWORD", "here2There"),
}
WEAK = {
    "changeme": ("DB_PASSWORD", "changeme"),
    "change-me-now": ("DB_PASSWORD", "change-me-now"),
    "postgres": ("POSTGRES_PASSWORD", "postgres"),
    "password123": ("password", "password123"),
    "password_in": ("auth.password_in", "password"),
    "numbers": ("PASSWORD", "123456"),
    "mysecret": ("JWT_SECRET", "mysecret"),
    "guest": ("AMQP_URL", "amqp://guest:guest@rabbit:5672/"),
    "the id of a key": ("AWS_ACCESS_KEY_ID", "AKIA" + "IOSFODNN7QWERTYU"),
}
NONE = {
    "MONKEY": ("MONKEY", "kV7otter"),
    "KEYCLOAK_URL": ("KEYCLOAK_URL", "https://login.shop.example/auth"),
    "tokenUrl": ("tokenUrl", "https://login.shop.example/token"),
    "compass": ("compass", "kV7otter"),
    "bypass": ("BYPASS", "kV7otter"),
    "passenger": ("PASSENGER_APP_ENV", "production"),
    "tokenizer": ("TOKENIZER", "bert-base-uncased"),
    "author": ("AUTHOR", "kV7otter"),
    "keyboard": ("KEYBOARD_LAYOUT", "de-latin1"),
    "username_in": ("auth.username_in", "kV7otter"),
    "secretName": ("secretName", "kV7otter"),
    "tokenReview": ("tokenReview", "enabled"),
    "passwordPolicy": ("passwordPolicy", "length(12) and digits(2)"),
    "PASSWORD_MIN_LENGTH": ("PASSWORD_MIN_LENGTH", "12"),
    "PASSWORD_FILE": ("PASSWORD_FILE", "secret-of-mine"),
    "TOKEN_PATH": ("TOKEN_PATH", "abc/def"),
    "TOKEN_TTL": ("TOKEN_TTL", "3600s"),
    "MAX_TOKENS": ("MAX_TOKENS", "4096"),
    "ENABLE_PASSWORD": ("ENABLE_PASSWORD", "kV7otter"),
    "USE_TOKEN": ("USE_TOKEN", "kV7otter"),
    "PUBLIC_KEY": ("JWT_PUBLIC_KEY", MIXED[:60]),
    "SECRET_NAME": ("TLS_SECRET_NAME", "web-tls"),
    "name of an object": ("TLS_SECRET", "web-tls"),
    "name of another": ("IMAGE_PULL_SECRET", "regcred"),
    "name of a third": ("CREDENTIALS", "shop-database"),
    "CACHE_KEY": ("CACHE_KEY", "shop:products"),
    "SORT_KEY": ("SORT_KEY", "createdAt"),
    "PARTITION_KEY": ("PARTITION_KEY", "customer_id"),
    "ACCESS_KEY_ID": ("ACCESS_KEY_ID", "shop"),
    "empty": ("PASSWORD", ""),
    "blanks": ("PASSWORD", "  "),
    "true": ("SHOW_PASSWORD", "true"),
    "false": ("TOKEN", "false"),
    "none": ("PASSWORD", "none"),
    "Kubernetes' reference": ("PASSWORD", "$(DB_PASSWORD)"),
    "in an address": ("DATABASE_URL", "postgres://shop:$(DB_PASSWORD)@db/shop"),
    "Flux": ("PASSWORD", "${DB_PASSWORD}"),
    "shell": ("PASSWORD", "$DB_PASSWORD"),
    "address with a shell's word": ("URL", "https://user:${PASS}@host/"),
    "Helm": ("PASSWORD", "{{ .Values.password }}"),
    "angle brackets": ("PASSWORD", "<password>"),
    "address with brackets": ("URL", "postgres://user:<password>@db/x"),
    "stars": ("PASSWORD", "********"),
    "x": ("API_KEY", "xxxxxxxxxxxxxxxx"),
    "x in a token": ("X", "ghp_" + "x" * 36),
    "dots": ("TOKEN", "..."),
    "your": ("API_KEY", "your-api-key-here"),
    "YOUR": ("API_KEY", "YOUR_API_KEY"),
    "yourpassword": ("PASSWORD", "yourpassword"),
    "the name of a variable": ("GOOGLE_API_KEY", "GOOGLE_API_KEY_VAL"),
    "replace": ("PASSWORD", "REPLACE_ME"),
    "todo": ("PASSWORD", "TODO: fill in"),
    "hidden": ("PASSWORD", "hidden-by-vault"),
    "hidden in a sentence": ("PASSWORD", "hidden, see ticket 4711"),
    "provided in words with digits": ("PASSWORD", "provided-by-k8s-v2"),
    "redacted": ("PASSWORD", "REDACTED"),
    "example": ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    "example id": ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
    "dummy": ("PASSWORD", "dummy"),
    "path": ("PASSWORD", "/run/secrets/password"),
    "path of a key": ("PRIVATE_KEY", "/etc/tls/tls.key"),
    "file": ("PRIVATE_KEY", "tls.key"),
    "file address": ("TOKEN", "file:///var/run/token"),
    "address": ("TOKEN", "https://login.shop.example/"),
    "host": ("SECRET", "vault.shop.example"),
    "Vault's reference": ("PASSWORD", "vault:secret/data/shop#password"),
    "1Password's reference": ("PASSWORD", "op://shop/db/password"),
    "AWS' reference": ("PASSWORD", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop"),
    "Google's reference": ("PASSWORD", "projects/shop/secrets/db/versions/1"),
    "SOPS": ("PASSWORD", "ENC[AES256_GCM,data:CwE4O1s=,iv:2k=,aad:o=,tag:w==]"),
    "Grafana's reference": ("PASSWORD", "$__file{/etc/secrets/password}"),
    "certificate": ("TOKEN", PEM.replace("{}", "CERTIFICATE")),
    "public key": ("SIGNING_KEY", PEM.replace("{}", "PUBLIC KEY")),
    "ssh key": ("SSH_KEY", "ssh-ed25519 AAAA" + MIXED[:60]),
    "number": ("TOKEN", "3600"),
    "duration": ("TOKEN", "24h"),
    "sum": ("CHECKSUM", HEX),
    "digest": ("IMAGE", "registry.example/web@sha256:" + HEX),
    "commit": ("GIT_COMMIT", HEX[:40]),
    "address without a password": ("URL", "https://shop@login.example/"),
    "address with a port": ("URL", "http://db:5432/x?a=b"),
    "at sign in a path": ("URL", "https://cdn.example:443/npm/@scope/pkg@1.2.3"),
    "task-": ("X", "task-runner-for-the-long-and-winding-queue"),
    "eyJ alone": ("X", part('{"a":"b","c":"some longer text"}')),
    "key for browsers": ("X", ANON),
    "empty private key": ("X", "-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----"),
    "basic in a sentence": ("X", "Use basic knowledge1"),
}


@pytest.mark.parametrize(("name", "value"), FOUND.values(), ids=FOUND)
def test_credentials(name: str, value: str) -> None:
    found = judge(name, value)
    assert found is not None
    assert found.severity is Severity.HIGH
    assert value not in found.said


@pytest.mark.parametrize(("name", "value"), WEAK.values(), ids=WEAK)
def test_what_everybody_guesses_is_of_low_severity(name: str, value: str) -> None:
    found = judge(name, value)
    assert found is not None
    assert found.severity is Severity.LOW


@pytest.mark.parametrize(("name", "value"), NONE.values(), ids=NONE)
def test_what_only_looks_like_a_credential(name: str, value: str) -> None:
    assert judge(name, value) is None


LONG = {
    "digits": "1" * 200_000,
    "guesses": "changeme" * 20_000,
    "heads of tokens": "eyJ-" * 50_000,
    "an address's head": "a" * 200_000 + "://",
    "a key's headers": "-----BEGIN PRIVATE KEY-----\n" + "a: " * 60_000,
    "a token's numbers": "xoxb-" + "1-" * 100_000,
    "braces": "{{" * 50_000,
    "brackets": "<" * 3_000,
    "underscores": "__a" * 50_000,
    "addresses": "http://" * 30_000 + ":",
    "names": "password " * 20_000,
    "quotes": "password='" * 20_000,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_no_text_takes_long(text: str) -> None:
    judge("PASSWORD", text)
    in_file("a.conf", text)
    in_file("a.conf", text.replace(" ", "\n"))


def test_words_are_no_chance() -> None:
    assert not words.is_random("prod-eu-west-1-cluster-01")
    assert not words.is_random("v1beta1.metrics.k8s.io")
    assert words.is_random(HEX)
