"""Which repository on GitHub a checkout is a clone of, and whether there is a token for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from bot.checkout import Checkout
from bot.errors import ConfigError, RepositoryError
from bot.hub import client, identity

# The host of git@host:path, as Git's manual has it under "Git URLs".
_SHORT = re.compile(r"(?:[^@/:]+@)?([^/:]+):(?!//)")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def repository(checkout: Checkout, repo: str | None, environment: Mapping[str, str], instead: str = "") -> str:
    """Return `repo`, or `OWNER/NAME` as remote origin says; `instead` is what else a person can do.

    A server that is not the one which the environment names is refused: its token must not go to another one.
    Raises RepositoryError, ConfigError.
    """
    if repo:
        return repo
    url = checkout.origin() or ""
    name = client.repository_of(url)
    hint = f"--repo OWNER/NAME{instead}"
    if not name:
        raise RepositoryError("which repository on GitHub? remote origin does not say", hint)
    server = urlsplit(identity.addresses(environment).server).hostname or ""
    host = host_of(url)
    if not _may_be(host, server):
        raise RepositoryError(
            f"remote origin is on {host}, and GitHub is {server}",
            f"GITHUB_SERVER_URL names a GitHub Enterprise server; else {hint}",
        )
    return name


def need_token(environment: Mapping[str, str]) -> None:
    """Raise ConfigError where no token is given, for commands that can do nothing without one."""
    if not identity.is_given(environment):
        raise ConfigError("there is no token for GitHub", "set GITHUB_TOKEN or KUBEWRIGHT_TOKEN")


def host_of(url: str) -> str:
    """Return the host of a remote's URL, "" where there is none."""
    if short := _SHORT.match(url):
        return short[1].lower()
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _may_be(host: str, server: str) -> bool:
    """May a remote's host be the server? A name without a dot is one of ~/.ssh/config, which we do not read.

    What listens on this machine stands for another server, and nobody else hears what it is told.
    """
    return "." not in host or server in _LOOPBACK or host in (server, f"ssh.{server}", f"www.{server}")
