"""The JSON report as a model: what programs may rely on, and nothing beside it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Level = Literal["critical", "high", "medium", "low", "info"]


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Counts(Model):
    critical: int
    high: int
    medium: int
    low: int
    info: int


class Fixable(Model):
    safe: int
    unsafe: int


class Summary(Model):
    files: int
    documents: int
    findings: int
    fixable: Fixable
    severity: Counts
    ignored: int
    errors: int


class Resource(Model):
    apiVersion: str  # noqa: N815
    kind: str
    namespace: str
    name: str


class ElsewhereOf(Model):
    file: str
    document: int = Field(ge=0)
    patch: list[dict[str, Any]]


class NewDocumentOf(Model):
    name: str | None
    value: dict[str, Any]


class FixOf(Model):
    safety: Literal["safe", "unsafe", "manual"]
    title: str
    breaks: str
    patch: list[dict[str, Any]]
    elsewhere: list[ElsewhereOf] = Field(default=[], min_length=1)
    documents: list[NewDocumentOf] = Field(default=[], min_length=1)


class FindingOf(Model):
    rule: str = Field(pattern=r"^[a-z0-9-]+$")
    title: str
    severity: Level
    category: str
    message: str
    file: str
    line: int = Field(ge=1)
    column: int = Field(ge=1)
    endLine: int = Field(ge=1)  # noqa: N815
    endColumn: int = Field(ge=1)  # noqa: N815
    document: int = Field(ge=0)
    resource: Resource
    pointer: str = Field(pattern=r"^(/.*)?$")
    controls: dict[str, list[str]]
    fix: FixOf | None
    noFix: str | None  # noqa: N815
    fingerprint: str = Field(pattern=r"^[0-9a-f]{24}$")
    ignored: str = ""


class Error(Model):
    file: str
    line: int = Field(ge=1)
    column: int = Field(ge=1)
    message: str


class Skipped(Model):
    file: str
    class_: str = Field(alias="class")
    reason: str


class ReportModel(Model):
    schema_: Literal["https://kubewright.dev/schema/report-1.json"] = Field(alias="schema")
    kubewright: str
    kubernetesVersion: str = Field(pattern=r"^1\.[0-9]+$")  # noqa: N815
    summary: Summary
    findings: list[FindingOf]
    errors: list[Error]
    skipped: list[Skipped]
