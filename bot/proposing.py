"""From a commit of a repository to proposals: scan it, leave alone what people declined, fix the rest in memory."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial
from pathlib import PurePosixPath
from posixpath import basename

from bot import __version__, codeowners, config, kustomize, log, signs
from bot.changes import changes
from bot.checkout import IDENTITY, Checkout, CommitTree
from bot.codeowners import Owners
from bot.commands import scanning
from bot.config import Flags, ReadPreset, Settings
from bot.errors import ConfigError, OutsideError
from bot.grouping import ScopeOf, roots, scope_of, splits_files
from bot.output.report import plural
from bot.policy import Policy
from bot.proposal import Facts, Known, Proposal, branch_name, propose
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
    """One base branch of a repository, scanned: `name` is the branch, `commit` its id. Bugs are gathered in `bugs`.

    `several`: it is one of several branches, so that titles name it.
    """

    checkout: Checkout
    tree: CommitTree
    settings: Settings
    policy: Policy
    name: str
    commit: str
    found: Scan
    bugs: list[Bug] = field(default_factory=list)
    several: bool = False

    @classmethod
    def of(cls, checkout: Checkout, name: str, commit: str, settings: Settings, several: bool = False) -> Work:
        """Scan a commit. Raises RepositoryError, ConfigError."""
        policy = settings.policy
        branch_name(policy.prefix, name, "", Safety.SAFE)  # A prefix that is none is told before any work is done.
        tree = checkout.tree(commit)
        found = scanning.run(tree, settings)
        is_ours = partial(_is_ours, prefix=checkout.prefix)
        below = replace(found, findings=tuple(one for one in found.findings if is_ours(one.finding.path)))
        return cls(checkout, tree, settings, policy, name, commit, below, list(found.bugs), several)

    @cached_property
    def known(self) -> Mapping[Finding, Known]:
        """What a pull request remembers of each finding that counts."""
        return self.known_on(self.name)

    def known_on(self, branch: str) -> dict[Finding, Known]:
        """Return what a pull request would remember of each finding if the branch had another name."""
        counted = [one for one in self.found.findings if one.ignored is None]
        times = Counter(one.fingerprint for one in counted)
        lines = _Lines(self.tree)
        return {
            one.finding: Known(
                line=one.line,
                fingerprint=one.fingerprint,
                lines=lines.digest(one),
                identity=_identity(branch, one.fingerprint, one.finding.path if times[one.fingerprint] > 1 else ""),
                other=_identity(branch, one.fingerprint, "" if times[one.fingerprint] > 1 else one.finding.path),
                unfixed=self._unfixed(one),
            )
            for one in counted
        }

    @cached_property
    def scope_of(self) -> ScopeOf:
        """What names the group of a finding. Raises ConfigError where nobody can say who owns a file."""
        grouping = self.policy.grouping
        if grouping == "owner":
            return scope_of(grouping, owners_of=cache(owners_in(self.tree).of))
        survey = self.found.survey
        kustomizations = [one.path for one in survey.files if basename(one.path) in kustomize.NAMES]
        return scope_of(grouping, root_of=roots(self.found.editable, kustomizations, survey.charts))

    def _unfixed(self, one: Reported) -> str:
        """Return why no fix of a finding alone is proposed, "" where one is."""
        if one.fix is None:
            return one.no_fix or "there is none"
        return "" if one.fix.safety in self.safeties else f"it is {one.fix.safety}, and those are switched off"

    @property
    def safeties(self) -> tuple[Safety, ...]:
        """The classes of fixes that are proposed."""
        return (Safety.SAFE, Safety.UNSAFE) if self.policy.unsafe else (Safety.SAFE,)

    def branches(self) -> frozenset[str]:
        """Return the branches of all groups that can have a proposal."""
        scopes = {self.scope_of(finding) for finding in self.known}
        return frozenset(
            branch_name(self.policy.prefix, self.name, scope, safety) for scope in scopes for safety in self.safeties
        )

    def proposals(self, declined: Mapping[str, Decline], signer: str = IDENTITY) -> Iterator[Proposal]:
        """Yield the proposals of each safety class; what goes wrong in one file is told and blocks no other.

        `signer` signs off the commits where the settings ask for it.
        """
        facts = Facts(
            base=self.name,
            commit=self.commit,
            prefix=self.policy.prefix,
            rules={rule.id: rule for rule in (*all_rules(), *self.settings.rules)},
            known=self.known,
            version=__version__,
            declined=declined,
            below=self.checkout.prefix,
            target=".".join(map(str, self.settings.version)),
            signer=signer if self.policy.sign_off else "",
            title=self.policy.title,
            subject=self.policy.subject,
            several=self.several,
        )
        for safety in self.safeties:
            for scope in self._alone(safety):
                outcomes = list(self._outcomes(facts, safety, scope))
                yield from propose(outcomes, facts, safety, self.policy.grouping, self.policy.commits, self.scope_of)

    def _alone(self, safety: Safety) -> Sequence[str | None]:
        """Return the scopes whose fixes must be made without those of all others, or None for all at once.

        Where one file holds findings of several, a fix of one must not build on that of another: each proposal
        starts from the base.
        """
        if not splits_files(self.policy.grouping):
            return [None]
        fixable = (one.finding for one in self.found.findings if one.fix and one.fix.safety == safety)
        return sorted({self.scope_of(finding) for finding in fixable if finding in self.known})

    def _outcomes(self, facts: Facts, safety: Safety, scope: str | None) -> Iterator[Outcome]:
        """Yield what comes of fixing the findings of one scope, or of all; bugs are told and gathered."""
        found, settings = self.found, self.settings
        if scope is not None:
            mine = tuple(one for one in found.findings if self.scope_of(one.finding) == scope)
            found = replace(found, findings=mine)
        if scope is not None and self.policy.grouping == "rule":
            settings = replace(settings, rules=tuple(rule for rule in settings.rules if rule.id == scope))
        said_no = self._refusal(facts, scope)
        may = partial(_is_ours, prefix=self.checkout.prefix)
        for outcome in changes(self.tree, found, settings, {safety}, may=may, declined=said_no):
            if not isinstance(outcome, Bug):
                yield outcome
            elif str(outcome) not in map(str, self.bugs):  # Each scope that the file has a part in meets it.
                log.error(str(outcome), outcome.hint)
                self.bugs.append(outcome)

    def _refusal(self, facts: Facts, scope: str | None) -> Callable[[Finding, Document], str | None]:
        """Return what says why a finding, as it may stand after other fixes of its file, is to be left alone.

        A person declined it, or another proposal is about it.
        """

        def said_no(finding: Finding, document: Document) -> str | None:
            if scope is not None and self.scope_of(finding) != scope:
                return "another proposal is about it"
            rule = facts.rules.get(finding.rule)
            if not facts.declined or rule is None:
                return None
            mark = fingerprint(finding, document, rule)
            names = _identity(self.name, mark), _identity(self.name, mark, finding.path)
            found = next((facts.declined[name] for name in names if name in facts.declined), None)
            return f"declined in #{found.pull}" if found else None

        return said_no

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
            unsafe = sum(
                one.ignored is None and one.fix is not None and one.fix.safety not in self.safeties
                for one in self.found.findings
            )
            hint = f"; --unsafe proposes fixes of {plural(unsafe, 'finding')}, for you to review" if unsafe else ""
            log.say(f"nothing to propose{hint}")


def _identity(branch: str, fingerprint: str, path: str = "") -> str:
    """Return what a finding of a branch is remembered by: a no on one branch is none on another.

    `path` tells findings apart that share a fingerprint, as copies of an object in two files do.
    """
    return hashlib.sha256("\0".join((branch, fingerprint, path)).encode(errors="surrogatepass")).hexdigest()[:24]


def owners_in(tree: CommitTree) -> Owners:
    """Return who owns the files of a commit; nobody without CODEOWNERS. Raises ConfigError."""
    there = {entry.path: entry for entry in tree.entries()}
    path = next((place for place in codeowners.PLACES if place in there), None)
    if path is None:
        log.say("there is no CODEOWNERS, so nobody owns a file and everything is one group")
        return Owners()
    if there[path].link or there[path].size > codeowners.MAX_BYTES:
        raise ConfigError(f"{path}: a link, or larger than {codeowners.MAX_BYTES:,} bytes", _OTHER_GROUPS)
    try:
        return codeowners.parse(tree.read(path).decode("utf-8-sig"))
    except ValueError as error:  # Text that is no UTF-8 is one, too.
        said = "not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
        raise ConfigError(f"{path}: {said}", _OTHER_GROUPS) from None


_OTHER_GROUPS = "mend it, or group by something else: --group"


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


def settings_of(
    tree: CommitTree, checkout: Checkout, flags: Flags, preset: ReadPreset | None = None, branch: str = ""
) -> Settings:
    """Return the settings: those of the configuration in the commit, at PATH or above it, or of `--config`.

    `preset` reads what the configuration extends, None where nothing is read; `branch` names the commit where it is
    not the one that people have before them. Raises ConfigError.
    """
    if flags.config:
        return config.load(flags.config, None, flags, preset)
    files = {entry.path for entry in tree.entries() if not entry.link}
    places = [PurePosixPath(checkout.prefix), *PurePosixPath(checkout.prefix).parents]
    source = next((file for place in places if (file := str(place / config.NAME)) in files), "")
    on_disk = config.find(checkout.root / checkout.prefix) if checkout.root and not branch else None
    if on_disk and not source:
        log.say(f"{on_disk} is not committed, so it does not count; --config {config.NAME} makes it")
    try:
        text = tree.read(source).decode("utf-8-sig") if source else None
    except UnicodeDecodeError:
        raise ConfigError(f"{source}: not UTF-8") from None
    return config.settle(text, f"{branch}:{source}" if branch else source, flags, (), preset)


def _is_ours(path: str, prefix: str) -> bool:
    return path.startswith(prefix) and not path.startswith(PROTECTED)
