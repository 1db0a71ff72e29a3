"""The section `pull-requests` of the configuration file: how pull requests are made and handled."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, StrictBool, StrictInt

from bot import schedule, templates
from bot.config_model import Model, Names
from bot.errors import ConfigError
from bot.lifecycle.ticks import HANDS_OFF
from bot.messages import DEFAULT_SUBJECT, DEFAULT_TITLE
from bot.policy import DEFAULT, Grouping, Policy, Rebase
from bot.schedule import Schedule, Window

_PREFIX = r"^[A-Za-z0-9_][A-Za-z0-9_-]*(/[A-Za-z0-9_][A-Za-z0-9_-]*)*$"


def _label(name: str) -> str:
    if not name.strip() or not name.isprintable() or len(name) > 50 or "," in name:
        raise ValueError("expected a label: up to 50 characters on one line, without commas")
    if name.strip().casefold() == HANDS_OFF:  # To GitHub, names that differ in case alone are one.
        raise ValueError(
            f"{HANDS_OFF!r} is how people take a pull request over, so none would be looked after; name another label"
        )
    return name


def _login(name: str) -> str:
    plain = name.removeprefix("@")
    if not plain or not plain.isascii() or not plain.replace("-", "").replace("_", "").isalnum():
        raise ValueError(f"{name!r} is no name of a person or team on GitHub; a team stands without its organization")
    return plain


def _branch(name: str) -> str:
    if not name or name.startswith("-") or not name.isprintable() or " " in name:
        raise ValueError(f"{name!r} is no branch; expected a name such as main, or a pattern such as release/*")
    return name


def _days(names: tuple[str, ...]) -> tuple[str, ...]:
    schedule.days(names)
    return names


def _hours(text: str) -> str:
    schedule.hours(text)
    return text


def _zone(name: str) -> str:
    try:
        schedule.zone(name)
    except ConfigError as error:
        raise ValueError(f"{error} ({error.hint})") from None
    return name


def _each(check: object) -> AfterValidator:
    return AfterValidator(lambda names: tuple(dict.fromkeys(map(check, names))))  # type: ignore[call-overload]


Count = Annotated[StrictInt, Field(ge=0, le=1000)]


class Limits(Model):
    """How many at once."""

    open: Count = DEFAULT.open_limit
    """Pull requests that may be open at a time; 0 for any number. What waits is shown in the dashboard."""
    hourly: Count = DEFAULT.hourly_limit
    """Pull requests that may be opened within an hour; 0 for any number."""
    commits: Annotated[StrictInt, Field(ge=1, le=200)] = DEFAULT.commits
    """Fixes that one pull request may hold, the worst first."""


class WindowEntry(Model):
    """Days and hours that return every week."""

    days: Annotated[Names, AfterValidator(_days)] = ()
    """Days, such as mon or mon-fri; every day by default."""
    hours: Annotated[str, AfterValidator(_hours)] = "0-24"
    """From and to, such as 9-17 or 22:30-06:00, which goes on into the next day; the end does not belong to it."""

    def window(self) -> Window:
        """Return the window that is meant."""
        days = schedule.days(self.days) if self.days else frozenset(range(7))
        return Window(days, *schedule.hours(self.hours))


class ScheduleEntry(Model):
    """When pull requests are written."""

    timezone: Annotated[str, AfterValidator(_zone)] = "UTC"
    """The time zone of the windows, such as Europe/Berlin."""
    windows: Annotated[tuple[WindowEntry, ...], Field(min_length=1)]
    """Outside of all of them a run reports what it would do, and writes nothing."""

    def schedule(self) -> Schedule:
        """Return the schedule that is meant."""
        words = tuple(" ".join([*(entry.days or ["every day"]), entry.hours]) for entry in self.windows)
        return Schedule(tuple(entry.window() for entry in self.windows), self.timezone, words)


def _titled(text: str) -> str:
    return templates.check(text, templates.TITLE_WORDS)


def _subject(text: str) -> str:
    return templates.check(text, templates.SUBJECT_WORDS)


class PullRequests(Model):
    """How pull requests are made and handled."""

    group: Grouping = DEFAULT.grouping
    """What goes into one pull request: what is in one application's directory, or the whole repository, one file,
    one rule, one severity, or what one owner (CODEOWNERS) has. Safe and unsafe fixes never share one."""
    unsafe: StrictBool = DEFAULT.unsafe
    """Propose unsafe fixes, too, apart from the safe ones."""
    base_branches: Annotated[Names, _each(_branch)] = DEFAULT.bases
    """The branches to propose to, as names or patterns such as release/*; by default the one that is checked out."""
    branch_prefix: str = Field(default=DEFAULT.prefix, pattern=_PREFIX, max_length=20)
    """How the names of our branches start."""
    limits: Limits = Limits()
    """How many at once."""
    rebase: Rebase = DEFAULT.rebase
    """When a branch is made afresh though the fixes are the same: when its files changed (conflicted), whenever the
    base moved (behind), or never."""
    labels: Annotated[Names, _each(_label)] = DEFAULT.labels
    """Labels that each pull request gets."""
    reviewers: Annotated[Names, _each(_login)] = DEFAULT.reviewers
    """People who are asked for a review. GitHub asks those of CODEOWNERS by itself."""
    team_reviewers: Annotated[Names, _each(_login)] = DEFAULT.team_reviewers
    """Teams that are asked for a review, without the name of the organization."""
    assignees: Annotated[Names, _each(_login)] = DEFAULT.assignees
    """People to whom each pull request is assigned."""
    dashboard: StrictBool = DEFAULT.dashboard
    """Keep an issue that shows what is open, what waits and what was declined."""
    sign_off: StrictBool = DEFAULT.sign_off
    """Sign off each commit (Signed-off-by)."""
    schedule: ScheduleEntry | None = None
    """When pull requests are written; always by default."""
    title: Annotated[str, AfterValidator(_titled)] = DEFAULT_TITLE
    """The title of each pull request, of {about}, {fixes}, {count}, {safety} and {base}."""
    commit_subject: Annotated[str, AfterValidator(_subject)] = DEFAULT_SUBJECT
    """The first line of each commit message, of {fix}, {object}, {kind}, {name}, {rule} and {severity}."""

    def policy(self) -> Policy:
        """Return what the section asks for."""
        given = self.model_fields_set
        return Policy(
            grouping=self.group,
            unsafe=self.unsafe,
            prefix=self.branch_prefix,
            commits=self.limits.commits,
            bases=self.base_branches,
            sign_off=self.sign_off,
            open_limit=self.limits.open,
            hourly_limit=self.limits.hourly,
            rebase=self.rebase,
            labels=self.labels,
            reviewers=self.reviewers,
            team_reviewers=self.team_reviewers,
            assignees=self.assignees,
            dashboard=self.dashboard,
            schedule=self.schedule.schedule() if self.schedule else None,
            title=self.title if "title" in given else DEFAULT.title,
            subject=self.commit_subject if "commit_subject" in given else DEFAULT.subject,
        )
