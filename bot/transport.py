"""Clone and push over https, the only ways by which Git reaches a network.

The token is in the environment of one process and nowhere else: no URL, file, command line or credential helper
holds it. Redirects are not followed, and no other protocol is allowed, so it goes to the named server alone.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.errors import RepositoryError
from bot.git_process import CONFIGURATION, ENVIRONMENT, Command, command_at, last_line, own_environment, run, text_of

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
# A server that stalls is left after a minute.
_PATIENCE = {"http.lowSpeedLimit": "1000", "http.lowSpeedTime": "60"}
_OFF = {
    "core.askPass": "",
    "fetch.recurseSubmodules": "false",
    "http.followRedirects": "false",
    "http.sslVerify": "true",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "push.gpgSign": "false",
    "push.recurseSubmodules": "no",
    "transfer.bundleURI": "false",
    "transfer.credentialsInUrl": "die",
}


class Rejected(RepositoryError):
    """The server understood and did not move the branch."""


def clone(url: str, directory: Path, token: str, branch: str | None, largest: int | None) -> None:
    """Clone the newest commit of one branch, without a work tree; see Checkout.clone. Raises RepositoryError."""
    import git  # Fails where there is no Git; bot.git_process, which is imported first, says so in words.

    environment = _environment(url, token)
    if branch is not None and branch.startswith("-"):
        raise RepositoryError(f"{branch!r} is no name of a branch")
    chosen: dict[str, Any] = {} if branch is None else {"branch": branch}
    if largest is not None:
        chosen["filter"] = f"blob:limit={largest + 1:d}"
    directory.parent.mkdir(parents=True, exist_ok=True)
    try:
        with own_environment():
            git.Repo.clone_from(
                url,
                directory.absolute(),
                env={**ENVIRONMENT, **environment},
                bare=True,
                depth=1,
                single_branch=True,
                no_tags=True,
                **chosen,
            ).close()
    except git.exc.GitError as error:
        message = str(getattr(error, "stderr", "") or error)
        # `from None`: what Git was started with is in there.
        raise _failed(f"{_shown(url)} could not be cloned", message, token) from None
    except OSError as error:
        raise RepositoryError(f"{directory}: cannot be written: {error.strerror}") from None


def push(
    git_dir: Path, algorithm: str, pack: bytes, url: str, token: str, move: tuple[str, str | None, str | None]
) -> None:
    """Move a branch of another repository: `move` is its name, and where it is and will be (None: nowhere).

    It is pushed from a repository of its own, which borrows the objects in `git_dir` and has the new ones in `pack`:
    neither the configuration of that repository counts, nor is anything written to it. Raises Rejected,
    RepositoryError.
    """
    branch, old, new = move
    ref = f"refs/heads/{branch}"
    environment = _environment(url, token)
    with tempfile.TemporaryDirectory(prefix="kubewright-", ignore_cleanup_errors=True) as place:
        own = Path(place)
        local = command_at(own, GIT_TEMPLATE_DIR="")
        _must(local, ["init", "--quiet", "--bare", f"--object-format={algorithm}", "."])
        (own / "objects" / "info").mkdir(exist_ok=True)
        (own / "objects" / "info" / "alternates").write_bytes(os.fsencode(git_dir / "objects") + b"\n")
        if (git_dir / "shallow").is_file():
            shutil.copyfile(git_dir / "shallow", own / "shallow")
        _must(local, ["--git-dir=.", "unpack-objects", "-q"], pack)
        lease = f"--force-with-lease={ref}:{old or ''}"
        options = ("--porcelain", "--no-verify", "--no-follow-tags", "--no-signed", "--recurse-submodules=no", lease)
        sent = command_at(own, **environment)
        status, output, message = run(sent, ["--git-dir=.", "push", *options, "--", url, f"{new or ''}:{ref}"])
    for line in text_of(output).split("\n"):
        if line.startswith("!"):
            why = _masked(line.rpartition("\t")[2], token)
            raise Rejected(f"branch {branch} was not moved: {why}", _remote(message, token))
    if status:
        raise _failed(f"branch {branch} could not be pushed to {_shown(url)}", message, token)


def _environment(url: str, token: str) -> dict[str, str]:
    """Return what Git is told by its environment. Raises RepositoryError for a URL that is not safe to be used."""
    try:
        parts = urlsplit(url)
        is_local = parts.scheme == "http" and parts.hostname in _LOOPBACK
        is_plain = parts.hostname is not None and parts.username is None and parts.password is None
    except ValueError:
        is_local = is_plain = False
        parts = urlsplit("")
    if not is_plain or not (parts.scheme == "https" or is_local) or re.search(r"[\s\0-\x1f]|[?#]", url):
        raise RepositoryError("Git is spoken over https only, with a URL that holds no name and no password")
    settings = [
        *CONFIGURATION.items(),
        *_OFF.items(),
        *_PATIENCE.items(),
        (f"url.{url}.insteadOf", url),  # The longest one counts: nobody's settings send us elsewhere.
        (f"url.{url}.pushInsteadOf", url),
        (f"http.{url}.extraHeader", ""),  # Forgets those of others: two are refused.
    ]
    if token:
        basic = base64.b64encode(f"x-access-token:{token}".encode()).decode()
        settings.append((f"http.{url}.extraHeader", f"Authorization: Basic {basic}"))
    authority = os.environ.get("GIT_SSL_CAINFO") or os.environ.get("REQUESTS_CA_BUNDLE")
    if authority:
        settings.append(("http.sslCAInfo", authority))
    numbered = list(enumerate(settings))
    return {
        "GIT_ALLOW_PROTOCOL": parts.scheme,
        "GIT_ASKPASS": "",
        "GIT_TEMPLATE_DIR": "",
        "SSH_ASKPASS": "",
        "GIT_CONFIG_COUNT": str(len(settings)),
        **{f"GIT_CONFIG_KEY_{at}": key for at, (key, _) in numbered},
        **{f"GIT_CONFIG_VALUE_{at}": value for at, (_, value) in numbered},
    }


def _must(command: Command, arguments: Sequence[str], stdin: bytes | None = None) -> None:
    status, _, message = run(command, arguments, stdin)
    if status:
        raise RepositoryError(f"git could not store the commits: {last_line(message)}")


def _failed(what: str, message: str, token: str) -> RepositoryError:
    said = _masked(message, token)
    if re.search(r"could not read Username|Authentication failed|returned error: 40[13]", said):
        return RepositoryError(f"{what}: the token was not accepted", "it needs the permission 'contents: write'")
    if re.search(r"returned error: 30\d|unable to update url base from redirection", said):
        return RepositoryError(f"{what}: the server redirects elsewhere", "was the repository renamed?")
    return RepositoryError(f"{what}: {_fatal(said)}", "run again later")


def _fatal(said: str) -> str:
    """Return the line that says what went wrong."""
    lines = [line.strip().strip("'") for line in said.split("\n") if line.strip().strip("'")]
    told = [line for line in lines if line.startswith(("fatal:", "error:"))]
    return (told or lines or ["no reason given"])[-1][:300]


def _remote(message: str, token: str) -> str | None:
    """Return what the server itself said, if anything."""
    lines = [line.removeprefix("remote:").strip() for line in message.split("\n") if line.startswith("remote:")]
    return _masked(" ".join(filter(None, lines)), token)[:300] or None


def _masked(text: str, token: str) -> str:
    if not token:
        return text
    basic = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    return text.replace(token, "***").replace(basic, "***")


def _shown(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path.removesuffix('.git')}"
