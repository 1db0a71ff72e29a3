"""Credentials that can be told by their shape alone, as those who issue them document it."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from rules.secrets import names, words

_BASE64URL = r"[A-Za-z0-9_-]"
# Words for people -> the shape. The first group, where there is one, is the secret part. What is unbounded here
# is bounded below, so that no text can be made to take long.
_SHAPES: dict[str, str] = {
    "a private key": (
        r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?:\s|\\n|\\r)*(?:[A-Za-z-]+: [^\n]*\n\s*)*"
        r"[A-Za-z0-9+/=]{24,}"
    ),
    "a private key for age": r"AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}",
    "a GitHub token": r"gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}",
    "a GitLab token": rf"gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|soat|oas|wt)-{_BASE64URL}{{20,}}",
    "a Slack token": r"xox[abeoprs]-(?:[0-9]+-)+[0-9A-Za-z-]{10,}|xapp-[0-9]-[A-Z0-9]+-[0-9]+-[a-f0-9]{32,}",
    "the secret address of a Slack channel": r"hooks\.slack\.com/services/T[A-Z0-9]{7,}/B[A-Z0-9]{7,}/[A-Za-z0-9]{20,}",
    "the secret address of a Discord channel": rf"discord(?:app)?\.com/api/webhooks/[0-9]{{16,}}/{_BASE64URL}{{60,}}",
    "a Google API key": rf"AIza{_BASE64URL}{{35}}",
    "a Google OAuth secret": rf"GOCSPX-{_BASE64URL}{{28}}|ya29\.{_BASE64URL}{{60,}}",
    "a live Stripe key": r"(?:sk|rk)_live_[0-9A-Za-z]{16,}",
    "a Stripe webhook secret": r"whsec_[A-Za-z0-9]{32,}",
    "an npm token": r"npm_[A-Za-z0-9]{36}",
    "a PyPI token": rf"pypi-AgEIcHlwaS5vcmc{_BASE64URL}{{50,}}",
    "a RubyGems key": r"rubygems_[0-9a-f]{48}",
    "a Vault token": rf"hv[sbr]\.{_BASE64URL}{{24,}}",
    "a Terraform token": rf"[A-Za-z0-9]{{14}}\.atlasv1\.{_BASE64URL}{{60,}}",
    "a SendGrid key": rf"SG\.{_BASE64URL}{{22}}\.{_BASE64URL}{{43}}",
    "a Twilio key": r"SK[0-9a-f]{32}",
    "a Mailgun key": r"key-[0-9a-f]{32}",
    "a DigitalOcean token": r"do[opr]_v1_[a-f0-9]{64}",
    "a Heroku key": rf"HRKU-AA{_BASE64URL}{{58}}",
    "a Databricks token": r"dapi[a-f0-9]{32}(?:-[0-9])?",
    "a Shopify token": r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}",
    "a New Relic key": r"NRAK-[A-Z0-9]{27}",
    "a LaunchDarkly key": r"(?:sdk|api)-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
    "an OpenAI key": rf"sk-(?:proj-|svcacct-|admin-)?{_BASE64URL}{{20,}}T3BlbkFJ{_BASE64URL}{{20,}}",
    "an Anthropic key": rf"sk-ant-[a-z0-9]+-{_BASE64URL}{{60,}}",
    "a Hugging Face token": r"hf_[A-Za-z]{34}",
    "a Grafana token": r"glsa_[A-Za-z0-9]{32}_[0-9a-f]{8}|glc_eyJ[A-Za-z0-9+/=]{32,}",
    "a Docker Hub token": rf"dckr_(?:pat|oat)_{_BASE64URL}{{27,}}",
    "a Sentry token": r"sntry[su]_[A-Za-z0-9+/=_-]{60,}",
    "a Linear key": r"lin_api_[A-Za-z0-9]{40}",
    "a Pulumi token": r"pul-[a-f0-9]{40}",
    "a Tailscale key": r"tskey-(?:auth|api|client)-[A-Za-z0-9]+-[A-Za-z0-9]{20,}",
    "the token of a Telegram bot": rf"[0-9]{{8,10}}:AA{_BASE64URL}{{33}}",
    "the key of an Azure storage account": r"AccountKey=([A-Za-z0-9+/]{86}==)",
    "a shared access key for Azure": r"SharedAccessKey=([A-Za-z0-9+/]{43}=)",
    "an Azure client secret": r"[A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}",
    "a JSON web token": rf"eyJ{_BASE64URL}{{8,}}\.eyJ{_BASE64URL}{{8,}}\.{_BASE64URL}{{16,}}",
    "credentials for HTTP": r"[Bb]asic[ \t]+([A-Za-z0-9+/]{8,}={0,2})",
}
# What stands in every text of the shape: looked for first, because that costs almost nothing.
_HINTS: dict[str, tuple[str, ...]] = {
    "a private key": (" PRIVATE KEY",),
    "a private key for age": ("AGE-SECRET-KEY-1",),
    "a GitHub token": ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
    "a GitLab token": ("gl",),
    "a Slack token": ("xox", "xapp-"),
    "the secret address of a Slack channel": ("hooks.slack.com",),
    "the secret address of a Discord channel": ("/api/webhooks/",),
    "a Google API key": ("AIza",),
    "a Google OAuth secret": ("GOCSPX-", "ya29."),
    "a live Stripe key": ("_live_",),
    "a Stripe webhook secret": ("whsec_",),
    "an npm token": ("npm_",),
    "a PyPI token": ("pypi-",),
    "a RubyGems key": ("rubygems_",),
    "a Vault token": ("hvs.", "hvb.", "hvr."),
    "a Terraform token": (".atlasv1.",),
    "a SendGrid key": ("SG.",),
    "a Twilio key": ("SK",),
    "a Mailgun key": ("key-",),
    "a DigitalOcean token": ("_v1_",),
    "a Heroku key": ("HRKU-",),
    "a Databricks token": ("dapi",),
    "a Shopify token": ("shp",),
    "a New Relic key": ("NRAK-",),
    "a LaunchDarkly key": ("sdk-", "api-"),
    "an OpenAI key": ("T3BlbkFJ",),
    "an Anthropic key": ("sk-ant-",),
    "a Hugging Face token": ("hf_",),
    "a Grafana token": ("glsa_", "glc_"),
    "a Docker Hub token": ("dckr_",),
    "a Sentry token": ("sntry",),
    "a Linear key": ("lin_api_",),
    "a Pulumi token": ("pul-",),
    "a Tailscale key": ("tskey-",),
    "the token of a Telegram bot": (":AA",),
    "the key of an Azure storage account": ("AccountKey=",),
    "a shared access key for Azure": ("SharedAccessKey=",),
    "an Azure client secret": ("Q~",),
    "a JSON web token": ("eyJ",),
    "credentials for HTTP": ("asic",),
}
_AT_MOST = 2048


def _compiled(said: str, shape: str) -> re.Pattern[str]:
    bounded = re.sub(r"\{([0-9]+),\}", rf"{{\1,{_AT_MOST}}}", shape)
    # An escaped line break may stand before a block: its n is no part of a word.
    before = "" if said == "a private key" else "(?<![A-Za-z0-9_])"
    return re.compile(rf"{before}(?:{bounded})(?![A-Za-z0-9])")


_TOKENS = tuple((said, _HINTS[said], _compiled(said, shape)) for said, shape in _SHAPES.items())
_AWS_ID = re.compile(r"(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Za-z0-9])")
# scheme://user:password@host
_USERINFO = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,20}://[^\s/?#:@\"'<>]{0,256}:([^\s/?#\"'<>]{0,512})@[^\s@/]")
_QUERY = re.compile(r"[?&]([A-Za-z0-9_.-]{1,64})=([^&#\s\"']{8,512})")
# The key that Microsoft publishes for its storage emulator; the token that jwt.io shows to everybody.
_PUBLIC = (
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq",
    "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
)


class Token(NamedTuple):
    """What a text holds and where; never the text itself."""

    said: str
    start: int
    is_half: bool = False  # An id that is worth nothing without its key.


def tokens(text: str) -> Iterator[Token]:
    """Yield the credentials that a text holds, by their shapes."""
    for said, hints, shape in _TOKENS:
        if any(hint in text for hint in hints):
            for found in shape.finditer(text):
                if _is_real(said, found):
                    yield Token(said, found.start())
    if "://" in text:
        yield from _in_addresses(text)
    for found in _AWS_ID.finditer(text):
        if "EXAMPLE" not in found[0]:
            yield Token("the id of an AWS access key", found.start(), is_half=True)


def _in_addresses(text: str) -> Iterator[Token]:
    for found in _USERINFO.finditer(text):
        if not words.is_placeholder(found[1]):
            yield Token("an address with a password", found.start(), is_half=words.is_guessable(found[1]))
    for found in _QUERY.finditer(text):
        is_value = words.is_random(found[2]) and not words.is_placeholder(found[2])
        if is_value and names.kind(found[1]) is names.Kind.SECRET:
            yield Token("an address with a credential", found.start())


def _is_real(said: str, found: re.Match[str]) -> bool:
    """Is this more than the shape: neither published by its maker nor written to be replaced?"""
    text = found[1] if found.re.groups else found[0]
    if any(public in text for public in _PUBLIC) or _is_filler(text):
        return False
    if said == "a JSON web token":
        head, body = (_json(part) for part in text.split(".")[:2])
        # The key that Supabase calls anonymous is meant for browsers.
        return isinstance(head, dict) and "alg" in head and not (isinstance(body, dict) and body.get("role") == "anon")
    if said == "credentials for HTTP":
        pair = decoded(text) or ""
        user, colon, password = pair.partition(":")
        return bool(user and colon) and pair.isprintable() and not words.is_placeholder(password)
    return True


def _is_filler(text: str) -> bool:
    """Is most of it one character (`ghp_xxxxxxxx`), or does it say that it is no real one?"""
    body = text[-24:]
    if "PRIVATE KEY" in text:
        body = text.rpartition("-----")[2].strip()
    return len(set(body)) < 6 or words.says_placeholder(text[:200])


def _json(part: str) -> object:
    try:
        return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return None


def decoded(text: str) -> str | None:
    """Return what base64 stands for, or None when it is none, or no text."""
    try:
        return (_bytes(text) or b"").decode() or None
    except ValueError:
        return None


def is_base64(text: str) -> bool:
    """Is this base64, of whatever?"""
    return bool(_bytes(text))


def _bytes(text: str) -> bytes | None:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
