"""`kubewright suggest`: say on somebody's pull request what it adds, with suggestions to accept."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot import event, known, log
from bot import review as reviews
from bot.changes import chosen
from bot.checkout import Checkout, CommitTree
from bot.commands import options, scanning
from bot.commands.scan import FORMATS, destination, exit_code, render, save
from bot.config import Flags, Settings
from bot.errors import BUG, CLEAN, OUTSIDE, GitHubError, RepositoryError
from bot.output import stdout
from bot.output.report import Report, plural
from bot.proposing import settings_of
from bot.review import Facts, Review
from bot.scan import Reported, Scan, scan
from fixers.model import Safety
from fixers.outcome import Change
from rules.errors import Bug
from rules.registry import all_rules

if TYPE_CHECKING:
    from bot.hub.review import Seen
    from bot.hub.run import Session

_FETCH = "fetch it first (actions/checkout: fetch-depth: 0; else git fetch origin pull/{number}/head)"


@click.command()
@click.argument("path", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="[PATH]")
@click.option("--pull", type=click.IntRange(min=1), metavar="NUMBER", help="The pull request (that of the workflow).")
@click.option(
    "--repo",
    metavar="OWNER/NAME",
    envvar=["KUBEWRIGHT_REPO", "GITHUB_REPOSITORY"],
    help="The repository on GitHub (that of remote origin).",
)
@click.option("--dry-run", is_flag=True, help="Print every write that would be made, and make none.")
@click.option("--unsafe", is_flag=True, default=None, help="Suggest unsafe fixes, too, apart from the safe ones.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=reviews.MAX_COMMENTS,
    metavar="N",
    help=f"At most so many comments on one pull request, the worst first ({reviews.MAX_COMMENTS}).",
)
@click.option(
    "--fail-on",
    type=click.Choice((*options.LEVELS, "never"), case_sensitive=False),
    default="info",
    metavar="LEVEL",
    help="Exit with 1 for findings from this level on, or never (default: any finding that is added).",
)
@click.option(
    "--output",
    "outputs",
    multiple=True,
    metavar="FORMAT=FILE",
    help=f"Also report everything that is added to a file; FORMAT is one of {', '.join(FORMATS)}. Repeatable.",
)
@options.settings
@options.verbosity
def command(
    path: Path,
    flags: Flags,
    pull: int | None,
    repo: str | None,
    dry_run: bool,
    unsafe: bool | None,
    limit: int,
    fail_on: str,
    outputs: tuple[str, ...],
) -> int:
    """Review a pull request: comment on what it adds, with suggestions that one click accepts.

    PATH lies in the repository, which must hold the commits of the pull request; only manifests below it count.
    They are read from these commits, never executed. What the pull request does not add is left alone.

    One review is posted with the token in KUBEWRIGHT_TOKEN or GITHUB_TOKEN; what was said before is not said again.
    What has no comment is printed, in a workflow as annotations; all of it where the workflow may not write (forks).

    Exits with 0 when nothing is added, 1 when findings are, 3 when Git or GitHub refused something.
    """
    wanted = [_wanted(output) for output in outputs]
    checkout = Checkout.open(path)
    told = event.read(os.environ)
    if told and (pull not in (None, told.number) or repo not in (None, os.environ.get("GITHUB_REPOSITORY"))):
        told = None  # Another one is asked for.
    number = pull or (told.number if told else None)
    if number is None:
        raise click.UsageError("which pull request? This is no workflow run for one (on: pull_request): --pull NUMBER")
    hub: tuple[Session, Seen] | None = None
    if told is not None and told.head and told.base and event.is_read_only(told, os.environ):
        log.say("this pull request's token can only read (a fork, or Dependabot): its findings become annotations")
        head, base = told.head, told.base
    else:
        hub = _on_github(checkout, repo, number, dry_run)
        # The workflow's commit is the one that was fetched; a newer one has a run of its own.
        head, base = (told.head, told.base) if told and told.head and told.base else (hub[1].head, hub[1].base)
    work = _Work.of(checkout, number, head, base, flags)
    left: Sequence[Reported] = work.added.findings
    code = CLEAN
    if hub:
        try:
            left = _review(work, *hub, limit=limit, unsafe=unsafe)
        except GitHubError as error:  # What could not be said there is printed all the same.
            log.error(str(error), error.hint)
            code = OUTSIDE
    for name, file in wanted:
        save(file, click.unstyle(render(name, work.report(work.added.findings))))
    if left or work.added.errors or not work.added.findings:  # "No findings" would be wrong where all have comments.
        stdout.write(render("github" if os.environ.get("GITHUB_ACTIONS") == "true" else "text", work.report(left)))
    return BUG if work.bugs else code or exit_code(work.added, work.report(work.added.findings), fail_on)


def _wanted(output: str) -> tuple[str, Path]:
    name, file = destination(output)
    if not name:
        raise click.UsageError(f"--output: expected FORMAT=FILE, FORMAT one of {', '.join(FORMATS)}")
    return name, file


@dataclass(frozen=True, eq=False)
class _Work:
    """The head of a pull request, scanned: `found` is everything, `added` what its merge base did not have."""

    tree: CommitTree
    settings: Settings
    found: Scan
    added: Scan
    bugs: list[Bug]

    @classmethod
    def of(cls, checkout: Checkout, number: int, head: str, base: str, flags: Flags) -> _Work:
        """Scan both sides. Raises RepositoryError where a commit is not here."""
        if checkout.commit(head) is None:
            raise RepositoryError(
                f"commit {head[:8]} of pull request {number} is not in this repository", _FETCH.format(number=number)
            )
        start = checkout.merge_base(base, head) if checkout.commit(base) else None
        if start is None:
            raise RepositoryError(
                f"where pull request {number} starts is not in this repository", _FETCH.format(number=number)
            )
        tree = checkout.tree(head)
        settings = settings_of(tree, checkout, flags)
        found = scanning.run(tree, settings)
        added = known.added(scan(checkout.tree(start), settings), found)
        below = replace(
            added,
            findings=tuple(one for one in added.findings if one.finding.path.startswith(checkout.prefix)),
            errors=tuple(error for error in added.errors if error.path.startswith(checkout.prefix)),
        )
        log.say(f"compared {head[:8]} of pull request {number} with {start[:8]}, where it starts")
        return cls(tree, settings, found, below, list(found.bugs))

    def make(self, safety: Safety) -> reviews.Make:
        """Return what fixes findings of a class; a bug is told and leaves its findings without a fix."""
        inner = chosen(self.tree, self.found, self.settings, {safety})

        def guarded(path: str, findings: Collection[Reported]) -> Change | None:
            try:
                return inner(path, findings)
            except Bug as bug:
                log.error(str(bug), bug.hint)
                self.bugs.append(bug)
                return None

        return guarded

    def report(self, findings: Sequence[Reported]) -> Report:
        """Return a report of some of the findings that were added."""
        shown = replace(self.added, findings=tuple(findings))
        return Report(shown, self.settings.rules, self.settings.version, quiet=log.is_quiet())


def _on_github(checkout: Checkout, repo: str | None, number: int, dry_run: bool) -> tuple[Session, Seen]:
    from bot import origin
    from bot.hub import client
    from bot.hub import review as hub
    from bot.hub.calls import Rehearsal
    from bot.hub.target import print_call
    from bot.policy import Policy

    origin.need_token(os.environ)
    session = client.open_session(origin.repository(checkout, repo, os.environ), os.environ, Policy())
    if dry_run:
        session = replace(session, wire=Rehearsal(session.wire, print_call))
    return session, hub.look(session, number)


def _review(work: _Work, session: Session, seen: Seen, *, limit: int, unsafe: bool | None) -> Sequence[Reported]:
    """Say what is to be said; return the findings that no comment speaks of."""
    from bot.hub import review as hub

    if not seen.is_open or seen.head != work.tree.commit:
        why = "it is closed" if not seen.is_open else f"somebody pushed {seen.head[:8]}, which has a run of its own"
        log.say(f"pull request {seen.number} is not commented: {why}")
        return work.added.findings
    allowed = (Safety.SAFE, Safety.UNSAFE) if _is_on(unsafe, work.settings.policy.unsafe) else (Safety.SAFE,)
    facts = Facts(
        shown=seen.shown,
        said=seen.said,
        room=max(0, limit - seen.comments),
        rules={rule.id: rule for rule in (*all_rules(), *work.settings.rules)},
        make={safety: work.make(safety) for safety in allowed},
    )
    made = reviews.plan(work.added.findings, facts)
    if made.comments:
        hub.post(session, seen, made)
    log.say(_sum(seen, made))
    return made.unsaid


def _is_on(flag: bool | None, setting: bool) -> bool:
    return setting if flag is None else flag


def _sum(seen: Seen, made: Review) -> str:
    suggested = sum(comment.suggestion is not None for comment in made.comments)
    parts = [f"{plural(len(made.comments), 'comment')} on {seen.url}, {suggested} with a suggestion"]
    if made.said:
        parts.append(f"{plural(len(made.said), 'finding')} commented before")
    if made.unsaid:
        parts.append(f"{plural(len(made.unsaid), 'finding')} without a comment")
    return "; ".join(parts)
