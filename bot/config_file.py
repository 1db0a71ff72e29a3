"""The configuration file `.kubewright.yaml`: its keys, and errors that name line and key.

Imports pydantic, so it is itself imported only when there is a file (or somebody asks for its schema).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, ValidationError

from bot.config import known_rules
from bot.config_model import Model, Names, listed
from bot.config_pulls import PullRequests
from bot.errors import ConfigError
from bot.selection import did_you_mean, matching
from rules import manifest, nodes
from rules.errors import ManifestError
from rules.manifest import Document
from rules.model import Severity
from rules.pointer import Pointer

# Owner, the one name such a repository can have, and a branch, tag or commit.
EXTENDS = r"^[A-Za-z0-9][A-Za-z0-9-]{0,99}/\.kubewright(@[A-Za-z0-9][A-Za-z0-9._/-]{0,199})?$"
Level = Literal["info", "low", "medium", "high", "critical"]
# Keys that are agreed on but that this version does not know how to obey: better an error than silence.
_LATER = frozenset(["custom-rules"])


class RuleOptions(Model):
    """What is different for one rule."""

    severity: Level | None = None
    """Report the rule's findings at this severity."""


def _entry(given: object) -> object:
    """A single text stands for the rule alone."""
    return {"rule": given} if isinstance(given, str) else given


def _date(given: object) -> object:
    """Dates are written as text; pydantic would also take a number for one."""
    if given is not None and not isinstance(given, str):
        raise ValueError("expected a date such as 2027-06-30")
    return given


class IgnoreEntry(Model):
    """An ignore: of rules altogether, or of those findings that meet the patterns."""

    rule: str
    """A rule id, category or framework."""
    path: str = ""
    """Only in files that match, in the manner of .gitignore."""
    kind: str = ""
    """Only in objects of this kind; `*` stands for any text."""
    namespace: str = ""
    """Only in objects of this namespace."""
    name: str = ""
    """Only in objects of this name."""
    reason: str = ""
    """Why; shown wherever the finding is."""
    until: Annotated[date | None, BeforeValidator(_date)] = None
    """The last day on which the ignore holds."""

    @property
    def is_scoped(self) -> bool:
        """Is it about some findings, which are then listed as ignored, and not about whether a rule is checked?"""
        return bool(self.path or self.kind or self.namespace or self.name or self.reason or self.until)


class ConfigFile(Model):
    """Kubewright's configuration of a repository."""

    version: Literal[1]
    """The version of this format."""
    kubernetes_version: str = Field(default="", pattern=r"^v?[0-9]+\.[0-9]+(\.[0-9]+)?$", validate_default=False)
    """The Kubernetes version that the manifests are for, such as "1.34"; the newest known by default."""
    select: Names = ()
    """The rules to check instead of the default ones: rule ids, categories, frameworks, or `all`."""
    ignore: Annotated[tuple[Annotated[IgnoreEntry, BeforeValidator(_entry)], ...], BeforeValidator(listed)] = ()
    """What to leave out: rule ids, categories or frameworks, altogether or only in some places. Wins over select."""
    exclude: Names = ()
    """Files to leave out, as patterns in the manner of .gitignore."""
    rules: dict[str, RuleOptions] = Field(default_factory=dict)
    """Options of single rules, by rule id."""
    pull_requests: PullRequests = PullRequests()
    """How pull requests are made and handled."""
    extends: str = Field(default="", pattern=EXTENDS, validate_default=False)
    """A configuration that this one completes, such as my-org/.kubewright@v1: kubewright.yaml at the top of that
    repository, at a branch, tag or commit."""

    @property
    def ignored(self) -> tuple[str, ...]:
        """The rules that are not checked at all."""
        return tuple(entry.rule for entry in self.ignore if not entry.is_scoped)

    @property
    def scoped(self) -> tuple[IgnoreEntry, ...]:
        """The ignores of some findings."""
        return tuple(entry for entry in self.ignore if entry.is_scoped)

    def severity_of(self, rule: str) -> Severity | None:
        """Return the severity that the file gives a rule, if any."""
        options = self.rules.get(rule)
        return Severity.parse(options.severity) if options and options.severity else None


def parse(text: str, path: str, *, is_preset: bool = False) -> ConfigFile:
    """Return the configuration that a file's text holds. Raises ConfigError with line, key and what is allowed.

    A preset, which others extend, cannot itself extend one.
    """
    try:
        documents = manifest.parse(text, path)
    except ManifestError as error:
        raise ConfigError(f"{path}:{error.line}: {error}") from None
    if len(documents) > 1:
        raise ConfigError(f"{path}: more than one YAML document")
    value = documents[0].value if documents else {}
    if not isinstance(value, dict):
        raise ConfigError(f"{path}:1: expected keys and values", "start with 'version: 1'")
    try:
        made = ConfigFile.model_validate(_versions_as_text(value, documents[0]) if documents else {})
    except ValidationError as error:
        raise _explained(error, path, documents[0] if documents else None) from None
    if is_preset and made.extends:
        raise ConfigError(f"{path}:{_line(documents[0], ('extends',))}: extends: a preset cannot extend another")
    for name in made.rules:
        _check_rule(name, path, documents[0])
    named = {"select": made.select, "ignore": tuple(entry.rule for entry in made.ignore)}
    for key, names in named.items():
        for index, name in enumerate(names):
            matching(known_rules(), f"{path}:{_line(documents[0], (key, index))}: {key}", name)
    return made


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the file."""
    made = ConfigFile.model_json_schema(by_alias=True)
    made = {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}
    made["properties"]["rules"]["propertyNames"] = {"enum": [rule.id for rule in known_rules()]}
    text = {"type": "string"}
    entry = made["properties"]["ignore"]  # One text may stand for a list of one, and for a whole entry.
    made["properties"]["ignore"] = {
        "anyOf": [text, {"type": "array", "items": {"anyOf": [text, entry["items"]]}}],
        "default": [],
        "description": entry["description"],
        "title": entry["title"],
    }
    return made


def completed(file: ConfigFile, preset: ConfigFile) -> ConfigFile:
    """Return a configuration with a preset below it: what both say is as the file says.

    Maps are joined key by key, `ignore` and `exclude` added to those of the preset; other lists are replaced.
    """
    mine, theirs = (one.model_dump(mode="json", by_alias=True, exclude_unset=True) for one in (file, preset))
    made = _joined(theirs, mine)
    for key in ("ignore", "exclude"):
        made[key] = [*theirs.get(key, ()), *mine.get(key, ())]
    return ConfigFile.model_validate(made)


def _joined(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    both = {key: _joined(below[key], above[key]) for key in below if _is_map(below[key]) and _is_map(above.get(key))}
    return {**below, **above, **both}


def _is_map(value: object) -> bool:
    return isinstance(value, dict)


def _versions_as_text(value: dict[str, Any], document: Document) -> dict[str, Any]:
    """Read `kubernetes-version: 1.30` as written: as a number it would be 1.3."""
    if not isinstance(value.get("kubernetes-version"), int | float):
        return value
    node = nodes.child(document.root, "kubernetes-version")
    written = document.source.text[node.start : node.end].strip() if node else ""
    return {**value, "kubernetes-version": written}


def _line(document: Document | None, pointer: Pointer) -> int:
    """Return the line of the key at a pointer, or of what stands nearest above it."""
    if document is None:
        return 1
    return document.source.position(document.span(pointer)[0])[0]


def _explained(error: ValidationError, path: str, document: Document | None) -> ConfigError:
    """Return the first complaint as an error for people."""
    first = error.errors()[0]
    location: Pointer = tuple(first["loc"])
    where = f"{path}:{_line(document, location)}: " + ".".join(str(key) for key in location)
    if first["type"] == "extra_forbidden":
        key = str(location[-1])
        if len(location) == 1 and key in _LATER:
            return ConfigError(f"{where}: not supported by this version of kubewright")
        known = _keys(location[:-1])
        return ConfigError(f"{where}: unknown key", did_you_mean(key, known, f"known keys: {', '.join(known)}"))
    if first["type"] == "missing":
        hint = "write 'version: 1'" if location == ("version",) else None
        return ConfigError(f"{where} is missing", hint)
    return ConfigError(f"{where}: {_expectation(str(location[-1]), first['type'], first['msg'])}")


_SHAPES = {
    "kubernetes-version": "expected a version such as 1.34",
    "extends": "expected a repository called .kubewright, such as my-org/.kubewright@v1",
    "branch-prefix": "expected up to 20 letters, digits, '-', '_' and '/', such as kubewright",
}


def _expectation(key: str, kind: str, message: str) -> str:
    """Return what was expected, in our words."""
    if kind in ("tuple_type", "list_type"):
        return "expected a list of texts"
    if kind == "string_type":
        return "expected a text"
    if kind in ("string_pattern_mismatch", "string_too_long"):
        return _SHAPES.get(key, "expected another text")
    if kind in ("int_type", "bool_type"):
        return f"expected {'a whole number' if kind == 'int_type' else 'true or false'}"
    if kind == "too_short":
        return "expected at least one entry"
    if kind in ("date_from_datetime_parsing", "date_parsing"):
        return "expected a date such as 2027-06-30"
    if kind == "value_error":
        return message.removeprefix("Value error, ")
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return "expected keys and values"
    words = message.replace("Input should be", "expected")
    return words[:1].lower() + words[1:]


def _keys(location: Pointer) -> list[str]:
    """Return the keys that may stand at a place of the file."""
    model: Any = ConfigFile
    for key in location:
        if not isinstance(key, str):
            continue  # An item of a list: its kind is that of the list.
        field = next((field for name, field in model.model_fields.items() if key in (name, field.alias)), None)
        model = RuleOptions if field is None else next(_models(field.annotation), model)
    return sorted(field.alias or name for name, field in model.model_fields.items())


def _models(annotation: Any) -> Iterator[type[Model]]:
    """Yield the kinds of maps that a type is made of."""
    if isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def _check_rule(name: str, path: str, document: Document) -> None:
    ids = [rule.id for rule in known_rules()]
    if name not in ids:
        line = _line(document, ("rules", name))
        raise ConfigError(f"{path}:{line}: rules.{name}: no such rule", did_you_mean(name, ids))
