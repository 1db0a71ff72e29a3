"""The section `pull-requests`: strict, shown as it counts, and what its schema says."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import messages, schedule, templates
from bot.commands.config import effective
from bot.commands.init import CONFIGURATION
from bot.config import NAME, Flags, settle
from bot.config_file import schema
from bot.config_pulls import DEFAULT_SUBJECT, DEFAULT_TITLE
from bot.errors import ConfigError
from bot.policy import DEFAULT, Policy
from bot.schedule import Schedule, Window
from fixers.model import Fix, Safety
from rules import manifest
from rules.model import Finding, Severity
from rules.registry import all_rules
from tests.cli.conftest import Run

HEAD = "version: 1\npull-requests:\n"
BAD = [
    ("  grup: rule\n", ":3: pull-requests.grup: unknown key", "did you mean group?"),
    ("  group: folder\n", ":3: pull-requests.group: expected 'repository', 'directory'", ""),
    ("  limits:\n    hurly: 1\n", ":4: pull-requests.limits.hurly: unknown key", "did you mean hourly?"),
    ("  limits:\n    open: -1\n", ":4: pull-requests.limits.open: expected greater than or equal to 0", ""),
    ("  limits:\n    open: many\n", ":4: pull-requests.limits.open: expected a whole number", ""),
    ("  limits:\n    commits: 0\n", ":4: pull-requests.limits.commits: expected", ""),
    ("  unsafe: 1\n", ":3: pull-requests.unsafe: expected true or false", ""),
    ("  labels:\n    - a\n    - 3\n", ":5: pull-requests.labels.1: expected a text", ""),
    ("  labels: [' ']\n", ":3: pull-requests.labels: expected a label", ""),
    ("  labels: [a, kubewright:hands-off]\n", ":3: pull-requests.labels: 'kubewright:hands-off' is how people", ""),
    ("  unsafe: true\n  labels: Kubewright:Hands-Off\n", ":4: pull-requests.labels: 'kubewright:hands-off' is", ""),
    ("  labels: [' kubewright:hands-off']\n", ":3: pull-requests.labels: 'kubewright:hands-off' is how people", ""),
    ("  reviewers: [org/team]\n", ":3: pull-requests.reviewers: 'org/team' is no name", ""),
    ("  base-branches: ['-x']\n", ":3: pull-requests.base-branches: '-x' is no branch", ""),
    ("  branch-prefix: a b\n", ":3: pull-requests.branch-prefix: expected up to 20 letters", ""),
    ("  branch-prefix: a//b\n", ":3: pull-requests.branch-prefix: expected up to 20 letters", ""),
    ("  branch-prefix: a23456789012345678901\n", ":3: pull-requests.branch-prefix: expected up to 20 letters", ""),
    ("  schedule: {}\n", ":3: pull-requests.schedule.windows is missing", ""),
    ("  schedule: {windows: []}\n", ":3: pull-requests.schedule.windows: expected at least one", ""),
    ("  schedule:\n    windows:\n      - days: fun\n", ":5: pull-requests.schedule.windows.0.days: expected days", ""),
    (
        "  schedule:\n    windows:\n      - hours: 9\n",
        ":5: pull-requests.schedule.windows.0.hours: expected a text",
        "",
    ),
    ("  schedule:\n    windows:\n      - hours: 9-9\n", ":5: pull-requests.schedule.windows.0.hours: expected ho", ""),
    (
        "  schedule:\n    windows:\n      - huors: 9-9\n",
        ":5: pull-requests.schedule.windows.0.huors: unk",
        "mean hours?",
    ),
    ("  schedule:\n    timezone: Mars/One\n    windows: [{}]\n", ":4: pull-requests.schedule.timezone: time zone", ""),
    ("  schedule:\n    timezone: ../../etc/passwd\n    windows: [{}]\n", ":4: pull-requests.schedule.timezone: ", ""),
    ("  title: 'a {abuot}'\n", ":3: pull-requests.title: {abuot} stands for nothing; known are {about}", ""),
    ("  title: '{about.__class__}'\n", ":3: pull-requests.title: braces are for words", ""),
    ("  commit-subject: ''\n", ":3: pull-requests.commit-subject: expected one line", ""),
    ('  commit-subject: "a\\nb"\n', ":3: pull-requests.commit-subject: expected one line", ""),
]


@pytest.mark.parametrize(("text", "message", "hint"), BAD)
def test_a_mistake_is_named_with_line_and_key(text: str, message: str, hint: str) -> None:
    with pytest.raises(ConfigError) as error:
        settle(HEAD + text, NAME, Flags())
    assert message in str(error.value)
    assert hint in (error.value.hint or "")


FULL = (
    HEAD
    + """\
  group: owner
  unsafe: true
  base-branches: [main, release/*]
  branch-prefix: bots/kw
  limits: {open: 0, hourly: 3, commits: 7}
  rebase: behind
  labels: security
  reviewers: ['@ada', bob, ada]
  team-reviewers: platform
  assignees: [carol]
  dashboard: false
  sign-off: true
  schedule: {timezone: Europe/Berlin, windows: [{days: mon-fri, hours: 9-17}]}
  title: '{about} into {base}'
  commit-subject: '{rule}: {fix}'
"""
)


def test_every_key_reaches_the_policy() -> None:
    assert settle(FULL, "c", Flags()).policy == Policy(
        grouping="owner",
        unsafe=True,
        prefix="bots/kw",
        commits=7,
        bases=("main", "release/*"),
        sign_off=True,
        open_limit=0,
        hourly_limit=3,
        rebase="behind",
        labels=("security",),
        reviewers=("ada", "bob"),
        team_reviewers=("platform",),
        assignees=("carol",),
        dashboard=False,
        schedule=Schedule((Window(frozenset(range(5)), 540, 1020),), "Europe/Berlin", ("mon-fri 9-17",)),
        title="{about} into {base}",
        subject="{rule}: {fix}",
    )
    assert settle("version: 1\n", "c", Flags()).policy == settle(HEAD + "  {}\n", "c", Flags()).policy == DEFAULT


def test_the_schema_takes_what_the_program_takes_and_refuses_what_it_refuses() -> None:
    judge = jsonschema.Draft202012Validator(schema())
    (document,) = manifest.parse(FULL)
    assert list(judge.iter_errors(document.value)) == []
    for text in (
        "  grup: rule\n",
        "  limits: {open: -1}\n",
        "  group: folder\n",
        "  labels: [3]\n",
        "  schedule: {}\n",
    ):
        (document,) = manifest.parse(HEAD + text)
        assert list(judge.iter_errors(document.value)), text


def test_show_names_every_key_of_the_section(here: Path, run: Run) -> None:
    (here / NAME).write_text(FULL)
    shown = json.loads(run("config", "show").stdout)["pull-requests"]
    (document,) = manifest.parse(FULL)
    written = document.value["pull-requests"]
    assert shown.keys() == written.keys()
    assert shown["limits"] == written["limits"]
    assert shown["schedule"] == {"timezone": "Europe/Berlin", "windows": ["mon-fri 9-17"]}
    assert effective(settle(None, "", Flags()))["pull-requests"]


def test_a_preset_cannot_be_read_offline_and_that_is_said_once(here: Path, run: Run) -> None:
    (here / NAME).write_text("version: 1\nselect: host-network\nextends: acme/.kubewright@v1\n")
    (here / "pod.yaml").write_text("apiVersion: v1\nkind: Pod\nspec: {hostNetwork: true}\n")
    result = run("scan", "--format", "json")
    assert {finding["rule"] for finding in json.loads(result.stdout)["findings"]} == {"host-network"}
    assert result.stderr.count("acme/.kubewright@v1") == 1
    assert "by propose and sweep only" in result.stderr
    assert json.loads(run("config", "show").stdout)["extends"] == "acme/.kubewright@v1"


PRESET = """\
version: 1
select: pss-restricted
ignore: [host-network]
exclude: vendor/
rules:
  host-pid: {severity: low}
  host-ipc: {severity: low}
pull-requests:
  labels: [a]
  limits: {open: 9, hourly: 9}
"""
OWN = """\
version: 1
extends: acme/.kubewright
ignore:
  - rule: host-pid
    path: old/
    until: 2099-01-01
exclude: gen/
rules:
  host-pid: {severity: high}
pull-requests:
  labels: [b]
  limits: {open: 1}
"""


def test_the_repository_completes_its_preset() -> None:
    asked: list[str] = []

    def preset(name: str) -> str:
        asked.append(name)
        return PRESET

    made = settle(OWN, "c", Flags(), preset=preset)
    severities = {rule.id: str(rule.severity) for rule in made.rules}
    assert asked == ["acme/.kubewright"]
    assert "host-network" not in severities
    assert (severities["host-pid"], severities["host-ipc"]) == ("high", "low")
    assert made.exclude == ("vendor/", "gen/")
    assert [(sorted(one.rules), one.path, str(one.until)) for one in made.ignores] == [
        (["host-pid"], "old/", "2099-01-01")
    ]
    policy = made.policy
    assert (policy.labels, policy.open_limit, policy.hourly_limit, policy.commits) == (("b",), 1, 9, DEFAULT.commits)
    assert made.unread == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("version: 1\nextends: acme/.kubewright\n", ":kubewright.yaml:2: extends: a preset cannot extend another"),
        ("version: 1\nselct: cis\n", "acme/.kubewright:kubewright.yaml:2: selct: unknown key"),
        ("version: 1\nselect: [\n", "acme/.kubewright:kubewright.yaml:"),
        ("", "acme/.kubewright:kubewright.yaml:1: version is missing"),
    ],
)
def test_a_mistake_in_a_preset_names_it(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as error:
        settle(OWN, "c", Flags(), preset=lambda name: text)
    assert message in str(error.value)


@pytest.mark.parametrize(
    "name",
    [
        "acme/.kubewright/x",
        "../.kubewright",
        "acme/.kubewright@",
        "acme/.kubewright@-x",
        "a b/.kubewright",
        ".kubewright",
    ],
)
def test_only_a_repository_of_that_name_is_extended(name: str) -> None:
    with pytest.raises(ConfigError, match="expected a repository called"):
        settle(f"version: 1\nextends: '{name}'\n", "c", Flags())


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A time in June 2026, of which the first is a Monday."""
    return datetime(2026, 6, day, hour, minute, tzinfo=UTC)


def window(days: str, hours: str) -> Window:
    return Window(schedule.days([days]), *schedule.hours(hours))


TIMES = [
    ("mon-fri", "9-17", at(1, 9), True),
    ("mon-fri", "9-17", at(1, 8, 59), False),
    ("mon-fri", "9-17", at(1, 17), False),
    ("mon-fri", "9-17", at(6, 12), False),
    ("sat-mon", "0-24", at(1, 23, 59), True),
    ("sat-mon", "0-24", at(2, 0), False),
    ("Friday", "22:30-6", at(5, 22, 29), False),
    ("Friday", "22:30-6", at(5, 22, 30), True),
    ("Friday", "22:30-6", at(6, 5, 59), True),
    ("Friday", "22:30-6", at(6, 6), False),
    ("Friday", "22:30-6", at(5, 3), False),
    ("sun", "22-6", at(1, 3), True),
]


@pytest.mark.parametrize(("days", "hours", "now", "holds"), TIMES)
def test_a_window_opens_and_closes_to_the_minute(days: str, hours: str, now: datetime, holds: bool) -> None:
    assert Schedule((window(days, hours),)).holds(now) is holds


def test_hours_are_those_of_the_clock_on_the_wall_in_summer_and_winter() -> None:
    berlin = Schedule((window("mon-sun", "9-10"),), "Europe/Berlin")
    assert berlin.holds(datetime(2026, 7, 1, 7, 30, tzinfo=UTC))
    assert not berlin.holds(datetime(2026, 7, 1, 8, 30, tzinfo=UTC))
    assert berlin.holds(datetime(2026, 1, 7, 8, 30, tzinfo=UTC))


@given(st.integers(0, 6), st.integers(0, 1439), st.integers(0, 1440), st.integers(0, 10_079))
def test_a_window_holds_as_long_as_it_is(day: int, start: int, end: int, minute: int) -> None:
    if start != end and not (start == 0 and end == 0):
        made = Window(frozenset([day]), start, end)
        length = end - start if start < end else 1440 - start + end
        inside = (minute - day * 1440 - start) % 10_080 < length
        assert made.holds(at(1 + minute // 1440, minute % 1440 // 60, minute % 60)) is inside


@pytest.mark.parametrize("text", ["9", "9-25", "24-3", "9:60-10", "9-9", "a-b", "٩-17", ""])
def test_hours_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected hours"):
        schedule.hours(text)


@settings(max_examples=200)
@given(st.text(), st.text())
def test_what_is_put_into_a_template_is_never_read_again(one: str, two: str) -> None:
    made = templates.filled("{about}|{base}", {"about": one, "base": two})
    assert made == f"{one}|{two}"
    assert templates.filled("{about}", {"about": "{base}", "base": "x"}) == "{base}"


@given(st.text("{}ab _.[]0!:"))
def test_a_template_that_is_taken_can_be_filled(text: str) -> None:
    try:
        made = templates.check(text, ("a", "ab"))
    except ValueError:
        return
    templates.filled(made, {"a": "1", "ab": "2"})


DOCUMENT = Path(__file__).parents[2] / "docs" / "configuration.md"


def test_the_page_about_the_configuration_shows_every_key_and_is_valid() -> None:
    _, _, rest = DOCUMENT.read_text().partition("```yaml\n")
    text, _, _ = rest.partition("```\n")
    made = settle(text, "docs", Flags(), preset=lambda name: "version: 1\n")
    (document,) = manifest.parse(text)
    described = schema()
    assert document.value.keys() == described["properties"].keys()
    section = described["$defs"]["PullRequests"]["properties"]
    assert document.value["pull-requests"].keys() == section.keys()
    assert document.value["pull-requests"]["limits"].keys() == described["$defs"]["Limits"]["properties"].keys()
    assert document.value["ignore"][1].keys() == described["$defs"]["IgnoreEntry"]["properties"].keys()
    policy = replace(made.policy, bases=(), reviewers=(), team_reviewers=(), assignees=(), schedule=None)
    ours = {"title": DEFAULT_TITLE, "subject": DEFAULT_SUBJECT}
    assert policy == replace(DEFAULT, **ours)


def test_templates_that_say_what_is_the_default_change_nothing() -> None:
    (finding,) = (one for one in all_rules() if one.id == "host-network")
    fix = Fix(
        Finding(finding.id, Severity.HIGH, "a.yaml", 0, (), (), "m", "v1", "Pod", "", "web", None),
        "Do it",
        Safety.SAFE,
        "",
        (),
    )
    assert messages.subject(fix, DEFAULT_SUBJECT) == messages.subject(fix)
    for grouping, scope in (("directory", "apps"), ("rule", "x"), ("repository", "")):
        given = scope, grouping, Safety.UNSAFE, 3
        assert messages.title(*given, DEFAULT_TITLE, "main") == messages.title(*given)  # type: ignore[arg-type]


def test_what_init_shows_as_the_default_is_it() -> None:
    commented = [line.removeprefix("# ") for line in CONFIGURATION.splitlines() if line.startswith("#")]
    start = commented.index("pull-requests:")
    section = "\n".join(commented[start : start + 9])
    made = settle(f"version: 1\n{section}\n", "c", Flags())
    assert made.policy == DEFAULT
    assert "dashboard" in section
