"""Proposals as branches of the local repository, and what is printed of it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from bot import body, local, log
from bot.checkout import Checkout, Standing
from bot.errors import CLEAN, OutsideError, RepositoryError, exit_code
from bot.markdown import visible
from bot.output import stdout
from bot.output.report import plural
from bot.proposal import Commit, Proposal


class LocalTarget:
    """Branches of the repository itself, and the pull request's text in a file; prints what was done or would be."""

    def __init__(self, checkout: Checkout, dry_run: bool, output: Path | None) -> None:
        self.checkout = checkout
        self.dry_run = dry_run
        self.output = output

    def deliver(self, proposals: Sequence[Proposal]) -> int:
        """Deliver all; a refusal is told and does not keep back the others. Returns the exit code."""
        if self.output and len(proposals) > 1 and not self.output.is_dir():
            raise click.UsageError(f"there are {len(proposals)} proposals: let --output be an existing directory")
        code = CLEAN
        for number, proposal in enumerate(proposals):
            try:
                lines = self._one(proposal, prepare(self.checkout, proposal))
            except OutsideError as error:
                log.error(str(error), error.hint)
                code = exit_code(error)
                continue
            stdout.exactly(("\n" if number else "") + "\n".join(lines) + "\n")
        return code

    def _one(self, proposal: Proposal, prepared: local.Prepared) -> list[str]:
        branch = proposal.branch
        standing = self.checkout.standing(branch)
        local.refuse_if_not_ours(branch, standing)
        kept = local.standing_commits(self.checkout, prepared, standing.tip)
        ids = kept or prepared.ids
        text = body.render(proposal, ids, is_local=True)
        file = self._file(branch)
        verb = "would be " if self.dry_run else ""
        if kept:
            status, writes = "already says so, not moved", []
        else:
            status = f"{verb}created" if standing.tip is None else f"{verb}moved from {standing.tip[:8]}"
            writes = list(_writes(branch, prepared, standing)) if self.dry_run else []
            if not self.dry_run:
                self.checkout.write(branch, prepared.objects, ids[-1], standing)
        writes.append(f"text {verb}written to {visible(str(file))}")
        if not self.dry_run:
            _save(file, f"{proposal.title}\n\n{text}")
        return _lines(proposal, status, ids, writes, text)

    def _file(self, branch: str) -> Path:
        if self.output is None:
            return self.checkout.git_dir / "kubewright" / f"{branch}.md"
        return self.output / f"{branch.replace('/', '-')}.md" if self.output.is_dir() else self.output


def prepare(checkout: Checkout, proposal: Proposal) -> local.Prepared:
    """Return the commits of a proposal, known and not yet written."""
    edits = [_edit(commit) for commit in proposal.commits]
    return local.prepare(checkout, proposal.facts.commit, edits, int(time.time()))


def _edit(commit: Commit) -> local.Edit:
    step = commit.step
    others = tuple(
        local.Edit(one.path, lambda one=one: one.before, lambda one=one: one.after, is_new=one.created)  # type: ignore[misc]
        for one in step.others
    )
    return local.Edit(commit.path, lambda: step.before, lambda: step.after, commit.message, others=others)


def _lines(proposal: Proposal, status: str, ids: Sequence[str], writes: Sequence[str], text: str) -> list[str]:
    """Return what is printed of a proposal: where it is, its commits, what else is written, title and body."""
    commits = [f"  {identity[:8]} {one.subject}" for identity, one in zip(ids, proposal.commits, strict=True)]
    return [
        f"branch {proposal.branch}: {status}",
        f"base {visible(proposal.facts.base)} at {proposal.facts.commit[:8]}",
        f"{plural(len(commits), 'commit')}:",
        *commits,
        *writes,
        "",
        proposal.title,
        "",
        text.rstrip("\n"),
    ]


def _writes(branch: str, prepared: local.Prepared, standing: Standing) -> Iterator[str]:
    """Yield every write of a local proposal."""
    files = {blob.id: blob.edit.path for made in prepared.commits for blob in made.blobs}
    yield "would be written:"
    for item in prepared.objects:
        path = visible(files.get(item.id, ""))
        yield f"  {item.kind} {item.id} {path}".rstrip()
    tip = prepared.ids[-1]
    yield f"  ref refs/heads/{branch} {standing.tip or 'none'} -> {tip}"
    yield f"  ref refs/kubewright/{branch} {standing.recorded or 'none'} -> {tip}"


def _save(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise RepositoryError(f"{file}: cannot be written: {error.strerror}") from error
