"""From a commit of a repository to proposals: scan it, leave alone what people declined, fix the rest in memory."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import PurePosixPath

from bot import __version__, config, log, signs
from bot.changes import changes
from bot.checkout import Checkout, CommitTree
from bot.commands import scanning
from bot.config import Flags, Settings
from bot.errors import ConfigError, OutsideError
from bot.output.report import plural
from bot.policy import Policy
from bot.proposal import Facts, Known, Proposal, branch_name, propose, scope_of
from bot.scan import Reported, Scan
from bot.state import Decline
from fixers.model import Safety
from fixers.outcome import Outcome
from rules.errors import Bug
from rules.manifest import Document
from rules.model import Finding
from rules.registry import all_rules
from rules.search import fingerprint

# Writing there needs a permission that we never ask for.
PROTECTED = ".github/workflows/"


@dataclass(frozen=True, eq=False)
class Work:
    """One base branch of a repository, scanned: `name` is the branch, `commit` its id. Bugs are gathered in `bugs`."""

    checkout: Checkout
    tree: CommitTree
    settings: Settings
    policy: Policy
    name: str
    commit: str
    found: Scan
    bugs: list[Bug] = field(default_factory=list)

    @classmethod
    def of(cls, checkout: Checkout, name: str, commit: str, settings: Settings) -> Work:
        """Scan a commit. Raises RepositoryError, ConfigError."""
        policy = settings.policy
        branch_name(policy.prefix, name, "", Safety.SAFE)  # A prefix that is none is told before any work is done.
        tree = checkout.tree(commit)
        found = scanning.run(tree, settings)
        is_ours = partial(_is_ours, prefix=checkout.prefix)
        below = replace(found, findings=tuple(one for one in found.findings if is_ours(one.finding.path)))
        return cls(checkout, tree, settings, policy, name, commit, below, list(found.bugs))

    @cached_property
    def known(self) -> Mapping[Finding, Known]:
        """What a pull request remembers of each finding that counts."""
        counted = [one for one in self.found.findings if one.ignored is None]
        times = Counter(one.fingerprint for one in counted)
        lines = _Lines(self.tree)
        return {
            one.finding: Known(
                line=one.line,
                fingerprint=one.fingerprint,
                lines=lines.digest(one),
                identity=apart(one.fingerprint, one.finding.path) if times[one.fingerprint] > 1 else "",
            )
            for one in counted
        }

    @property
    def safeties(self) -> tuple[Safety, ...]:
        """The classes of fixes that are proposed."""
        return (Safety.SAFE, Safety.UNSAFE) if self.policy.unsafe else (Safety.SAFE,)

    def branches(self) -> frozenset[str]:
        """Return the branches of all groups that can have a proposal."""
        scopes = {scope_of(finding.path, self.policy.grouping) for finding in self.known}
        return frozenset(
            branch_name(self.policy.prefix, self.name, scope, safety) for scope in scopes for safety in self.safeties
        )

    def proposals(self, declined: Mapping[str, Decline]) -> Iterator[Proposal]:
        """Yield the proposals of each safety class; what goes wrong in one file is told and blocks no other."""
        facts = Facts(
            base=self.name,
            commit=self.commit,
            prefix=self.policy.prefix,
            rules={rule.id: rule for rule in (*all_rules(), *self.settings.rules)},
            known=self.known,
            version=__version__,
            declined=declined,
        )
        may = partial(_is_ours, prefix=self.checkout.prefix)
        for safety in self.safeties:
            outcomes: list[Outcome] = []
            said_no = _refusal(declined, facts)
            for outcome in changes(self.tree, self.found, self.settings, {safety}, may=may, declined=said_no):
                if isinstance(outcome, Bug):
                    log.error(str(outcome), outcome.hint)
                    self.bugs.append(outcome)
                else:
                    outcomes.append(outcome)
            yield from propose(outcomes, facts, safety, self.policy.grouping, self.policy.commits)

    def tell(self, proposals: list[Proposal]) -> None:
        """Say what people must know beside the proposals."""
        log.say(f"made from {self.name} at {self.commit[:8]}; what is not committed there does not count")
        texts = {change.path: change.before for one in proposals for change in one.changes if not change.created}
        for path, text in sorted(texts.items()):
            if self.checkout.current_branch() == self.name and self.checkout.differs_on_disk(path, text):
                log.say(f"{path} has changes that are not committed; the proposal does not hold them")
        if self.found.errors:
            count = len({error.path for error in self.found.errors})
            log.say(f"{plural(count, 'file')} could not be read: see kubewright scan")
        for one in proposals:
            if waiting := sum(left.skip.code == "waiting" for left in one.left):
                log.say(f"{one.branch} is full; {waiting} more wait until it is merged (see --limit)")
        if not proposals:
            log.say("nothing to propose")


def apart(fingerprint: str, path: str) -> str:
    """Return the identity of a finding whose fingerprint others share, as copies of an object in two files do."""
    return hashlib.sha256(f"{fingerprint}\0{path}".encode(errors="surrogatepass")).hexdigest()[:24]


class _Lines:
    """The texts of the files with findings, one kept at a time: findings come file by file."""

    def __init__(self, tree: CommitTree) -> None:
        self._tree = tree
        self._path: str | None = None
        self._lines: list[str] = []

    def digest(self, one: Reported) -> str:
        """Return a hash of the lines that a finding stands on, without the space at their ends."""
        if one.finding.path != self._path:
            self._path = one.finding.path
            try:
                self._lines = signs.decode(self._tree.read(one.finding.path)).text.splitlines()
            except OutsideError:
                self._lines = []
        text = "\n".join(line.rstrip() for line in self._lines[one.line - 1 : max(one.line, one.end_line)])
        return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:16]


def _refusal(declined: Mapping[str, Decline], facts: Facts) -> Callable[[Finding, Document], str | None]:
    """Return what says of a finding, as it may stand after other fixes of its file, that a person declined it."""

    def said_no(finding: Finding, document: Document) -> str | None:
        rule = facts.rules.get(finding.rule)
        if not declined or rule is None:
            return None
        known = fingerprint(finding, document, rule)
        found = declined.get(known) or declined.get(apart(known, finding.path))
        return f"declined in #{found.pull}" if found else None

    return said_no


def settings_of(tree: CommitTree, checkout: Checkout, flags: Flags) -> Settings:
    """Return the settings: those of the configuration in the commit, at PATH or above it, or of `--config`."""
    if flags.config:
        return config.load(flags.config, None, flags)
    files = {entry.path for entry in tree.entries() if not entry.link}
    places = [PurePosixPath(checkout.prefix), *PurePosixPath(checkout.prefix).parents]
    source = next((file for place in places if (file := str(place / config.NAME)) in files), "")
    on_disk = config.find(checkout.root / checkout.prefix) if checkout.root else None
    if on_disk and not source:
        log.say(f"{on_disk} is not committed, so it does not count; --config {config.NAME} makes it")
    try:
        text = tree.read(source).decode("utf-8-sig") if source else None
    except UnicodeDecodeError:
        raise ConfigError(f"{source}: not UTF-8") from None
    return config.settle(text, source, flags)


def _is_ours(path: str, prefix: str) -> bool:
    return path.startswith(prefix) and not path.startswith(PROTECTED)
