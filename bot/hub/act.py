"""Doing what was decided, so that it can be interrupted anywhere and run again.

Each write is a step: look, act, and after an unclear answer look again. Nothing but one ref moves, and only if it
still stands where it was seen. Commits are made without author and committer, so that GitHub signs those of an
App and of a workflow's token.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from bot import state
from bot.errors import GitHubError
from bot.hub import observe
from bot.hub.calls import Call, Missing, Refused, Unclear, Wire
from bot.hub.observe import Home
from bot.hub.refs import move
from bot.lifecycle import texts, titles
from bot.lifecycle.model import (
    Close,
    Create,
    Dashboard,
    Drop,
    Pull,
    Release,
    Update,
)
from bot.lifecycle.ticks import (
    HANDS_OFF,
    HANDS_OFF_MARK,
    OBSOLETE_MARK,
    REBUILD,
    TWIN_MARK,
    carried,
    emptied,
    is_going,
    is_ticked,
)
from bot.local import Prepared
from bot.objects import Stored
from bot.policy import Policy

# Makes the text of a proposal's pull request, given the ids of its commits, the commits its branch may be at, and
# whether its box to have it made afresh stays ticked.
Render = Callable[[Sequence[str], Sequence[str], bool], str]
TRIES = 3


class Hand:
    """Writes to one repository; `wait` is called with the number of the try before a write is repeated.

    What went wrong beside the point (a reviewer whom GitHub does not know) is gathered in `notes`.
    """

    def __init__(
        self, wire: Wire, place: Home, login: str, policy: Policy, wait: Callable[[int], None] = lambda _: None
    ) -> None:
        self.wire = wire
        self.place = place
        self.login = login
        self.policy = policy
        self.notes: list[str] = []
        self._wait = wait

    # ---- Whole actions

    def create(self, action: Create, prepared: Prepared, render: Render) -> str:
        """Open a pull request; return its URL. Raises GitHubError."""
        branch = action.proposal.branch
        ids = () if action.known else self._adopted(action, prepared)
        if not ids:
            ids = self._commits(prepared)
            self._move(branch, action.tip, ids[-1], prepared.objects)
        call = Call(
            "POST",
            f"{self.place.path}/pulls",
            {
                "title": action.proposal.title,
                "head": branch,
                "base": action.proposal.facts.base,
                "body": render(ids, ids[-1:], False),
            },
            f"open a pull request for {branch}",
        )
        made = self._send(call, lambda: self._opened(branch, action.proposal.facts.base))
        self._people(made["number"], self.policy.labels)
        return str(made["html_url"])

    def update(self, action: Update, prepared: Prepared, render: Render) -> str:
        """Make a branch afresh and its text anew; return the URL. Raises GitHubError."""
        pull = action.pull
        ids = self._commits(prepared)
        # The text goes first and names both tips: whatever fails from here on, the branch is known as ours. What a
        # person asked for stays ticked until it is done.
        text = self._edit(pull, render(ids, (pull.head, ids[-1]), action.hands_back), action.proposal.title)
        if action.hands_back:
            self._say(pull.number, HANDS_OFF_MARK, texts.TAKEN_BACK, even_if_ticked=True)
            self._unlabel(pull)
        self._move(pull.branch, pull.head, ids[-1], prepared.objects)
        if action.hands_back:
            self._edit(pull, render(ids, ids[-1:], False), action.proposal.title, text)
        return self.keep(pull)

    def keep(self, pull: Pull) -> str:
        """See that labels, which an interrupted run may not have set, are there. Raises GitHubError."""
        if missing := [label for label in self.policy.labels if label.casefold() not in pull.labels]:
            taken = observe.labelled(self.wire, self.place, pull.number)
            # A label that was there before was taken away by a person.
            if missing := [label for label in missing if label.casefold() not in taken]:
                self._people(pull.number, missing)
        return pull.url

    def release(self, action: Release) -> str:
        """Leave a pull request to a person: label it, and say so once. Raises GitHubError."""
        pull = action.pull
        if HANDS_OFF not in pull.labels:
            self._label(pull.number, [HANDS_OFF])
        begun = is_going(pull.body)
        self._say(pull.number, HANDS_OFF_MARK, texts.HANDS_OFF_COMMENT, even_if_ticked=begun)
        if begun:  # Somebody pushed while it was being handed back: it is to be asked for anew.
            self._edit(pull, emptied(pull.body))
        return pull.url

    def close(self, action: Close, body: str) -> str:
        """Close a pull request whose findings are gone, saying why once, and delete its branch.

        `body` is its text as it will be. Raises GitHubError.
        """
        pull = action.pull
        self._must_stand(pull)  # A comment that says it is closed is not taken back.
        self._say(pull.number, OBSOLETE_MARK, texts.obsolete(action.why))
        self._must_stand(pull)
        call = Call("PATCH", f"{self.place.path}/pulls/{pull.number}", {"state": "closed", "body": body}, "close it")
        self._send(call, lambda: self._pull_where(pull.number, lambda seen: seen["state"] == "closed"))
        if pull.state and pull.head in pull.state.heads:
            self.drop(Drop(pull.branch, pull.head))
        return pull.url

    def drop(self, action: Drop) -> str:
        """Delete a branch that still stands where we left it. Raises GitHubError."""
        self._move(action.branch, action.tip, None)
        return ""

    def dashboard(self, old: Dashboard | None, title: str, body: str) -> str:
        """Write the dashboard; return its URL. Raises GitHubError."""
        if old is None:
            call = Call("POST", f"{self.place.path}/issues", {"title": title, "body": body}, "open the dashboard")
            made = self._send(call, self._dashboard_there)
            first = observe.dashboard(self.wire, self.place, self.login)
            if first is None or first.url == made["html_url"]:
                return str(made["html_url"])
            self._close_twin(made["number"], first)  # Another run was quicker; the next one writes into its.
            return first.url
        if not _same(old.body, body):
            seen = self.wire.get(f"{self.place.path}/issues/{old.number}").get("body")
            body = carried(body, seen or "", old.body)  # A run takes minutes.
            call = Call("PATCH", f"{self.place.path}/issues/{old.number}", {"body": body}, "update the dashboard")
            self._send(call, lambda: self._issue_with(old.number, body))
        for number in old.twins:
            self._close_twin(number, old)
        return old.url

    def _close_twin(self, number: int | str, first: Dashboard) -> None:
        """Close a dashboard that was made at the same time as the first one, saying where that is."""
        self._say(number, TWIN_MARK, texts.twin(first.number, first.is_open))
        path = f"{self.place.path}/issues/{number}"
        call = Call("PATCH", path, {"state": "closed", "state_reason": "not_planned"}, "close the second dashboard")
        self._send(call, lambda: self._closed(path))

    # ---- Steps

    def _commits(self, prepared: Prepared) -> tuple[str, ...]:
        """Make the commits; they are seen by nobody until a ref moves, so they may be made twice."""
        try:
            base = self.wire.get(f"{self.place.path}/git/commits/{prepared.base}")
        except Missing:
            raise GitHubError(
                f"{self.place.name} does not have commit {prepared.base[:8]}, which this is made from", "push it first"
            ) from None
        if self.place.pushes:
            return prepared.ids
        parent, tree, ids = prepared.base, str(base["tree"]["sha"]), []
        for made in prepared.commits:
            items = [
                {"path": blob.edit.path, "mode": blob.mode, "type": "blob", "content": blob.edit.after()}
                for blob in made.blobs
            ]
            paths = ", ".join(blob.edit.path for blob in made.blobs)
            call = Call(
                "POST", f"{self.place.path}/git/trees", {"base_tree": tree, "tree": items}, paths, expected=made.tree
            )
            tree = str(self._send(call)["sha"])
            if tree != made.tree:
                raise GitHubError(f"GitHub made another tree of {made.edit.path} than the one that was proven")
            call = Call(
                "POST",
                f"{self.place.path}/git/commits",
                {"message": made.edit.message, "tree": tree, "parents": [parent]},
                made.edit.message.partition("\n")[0],
            )
            parent = str(self._send(call)["sha"])
            ids.append(parent)
        return tuple(ids)

    def _adopted(self, action: Create, prepared: Prepared) -> tuple[str, ...]:
        """Return the commits of a branch without a pull request, as an interrupted run leaves it.

        None where the branch was made by us from an older base, so that it can be moved. Raises GitHubError where
        anything on it may be a person's.
        """
        ids: list[str] = []
        commit = action.tip or ""
        for made in reversed(prepared.commits):
            found = self.wire.get(f"{self.place.path}/git/commits/{commit}")
            same = found["tree"]["sha"] == made.tree and found["message"].strip() == made.edit.message.strip()
            if not same or len(found["parents"]) != 1:
                break
            ids.insert(0, commit)
            commit = str(found["parents"][0]["sha"])
        if len(ids) == len(prepared.commits) and commit == prepared.base:
            return tuple(ids)
        branch = action.proposal.branch
        if not observe.is_made_by(self.wire, self.place, action.proposal.facts.commit, action.tip or "", self.login):
            raise GitHubError(
                f"branch {branch} exists without a pull request and holds something else, so it is left alone",
                "delete it to have it made afresh",
            )
        return ()

    def _must_stand(self, pull: Pull) -> None:
        if observe.tip(self.wire, self.place, pull.branch) != pull.head:
            raise GitHubError(f"branch {pull.branch} moved while this ran, so {pull.url} is left open", "run again")

    def _edit(self, pull: Pull, body: str, title: str = "", before: str = "") -> str:
        """Write a text, keep the boxes that were ticked since we looked, or wrote `before`; return what was written.

        A title that a person wrote, and what stands above our text, stay as they are.
        """
        path = f"{self.place.path}/pulls/{pull.number}"
        seen = self.wire.get(path)
        above, there = state.parted(seen.get("body"))
        body = carried(body, there, pull.body, before)
        named = {}
        if title:
            known = state.read(there)
            if titles.is_ours(str(seen["title"]), known):
                named = {"title": title}
            else:
                body = titles.remembered(body, known)
        whole = state.below(above, body)
        if len(whole) > texts.LONGEST:
            raise GitHubError(
                f"what people wrote above our text of {pull.url} leaves no room for it, so it is left as it is",
                "write less above, or in a comment",
            )
        call = Call("PATCH", path, {**named, "body": whole}, f"update the text of pull request {pull.number}")
        self._send(call, lambda: self._pull_where(pull.number, lambda seen: _same(seen.get("body"), whole)))
        return body

    def _people(self, number: Any, labels: Sequence[str]) -> None:
        """Assign people, ask for reviews and add labels. Labels come last: while they are missing, this is repeated."""
        if self.policy.assignees:
            path = f"{self.place.path}/issues/{number}/assignees"
            self._ask(Call("POST", path, {"assignees": list(self.policy.assignees)}, "assign it"))
        path = f"{self.place.path}/pulls/{number}/requested_reviewers"
        people = {"reviewers": list(self.policy.reviewers), "team_reviewers": list(self.policy.team_reviewers)}
        asked = {key: names for key, names in people.items() if names}
        single = [Call("POST", path, {key: [name]}, "ask for a review") for key in asked for name in asked[key]]
        if asked:
            # GitHub asks all of them or nobody.
            self._ask(Call("POST", path, asked, "ask for a review"), single if len(single) > 1 else ())
        if labels:
            self._label(number, labels)

    def _ask(self, call: Call, instead: Sequence[Call] = ()) -> None:
        """Ask for what may be refused and keeps nothing else back, or, where it is, `instead` of it for its parts.

        GitHub refuses the author of a pull request as its reviewer, and labels that a token may not set.
        """
        try:
            self._send(call)
        except (Refused, Missing) as error:
            for part in instead:
                self._ask(part)
            if not instead:
                self.notes.append(f"{call.path.removeprefix(self.place.path)}: {error}")

    def _label(self, number: Any, labels: Sequence[str]) -> None:
        # Adding a label twice is adding it once.
        self._ask(Call("POST", f"{self.place.path}/issues/{number}/labels", {"labels": list(labels)}, "label it"))

    def _unlabel(self, pull: Pull) -> None:
        if HANDS_OFF in pull.labels:
            path = f"{self.place.path}/issues/{pull.number}/labels/{HANDS_OFF}"
            try:
                self._send(Call("DELETE", path, {}, "take the label away"))
            except Missing:
                return

    def _say(self, number: int | str, mark: str, text: str, *, even_if_ticked: bool = False) -> None:
        """Have exactly one comment with a mark, with this text. A box that was ticked since we looked stays so."""
        body = f"{text}\n\n{mark}\n"
        path = f"{self.place.path}/issues/{number}/comments"

        def there() -> Any:
            return observe.comment(self.wire, self.place, number, self.login, mark)

        old = there()
        if old is None and text != texts.TAKEN_BACK:
            self._send(Call("POST", path, {"body": body}, "say why"), there)
        elif old is not None and not _same(old[1], body) and (even_if_ticked or not is_ticked(old[1], REBUILD)):
            self._send(Call("PATCH", f"{self.place.path}/issues/comments/{old[0]}", {"body": body}, "say why"))

    def _move(self, branch: str, old: str | None, new: str | None, objects: Sequence[Stored] = ()) -> None:
        """Move a branch. It moves at most once, so it may be tried again while nobody knows whether it did."""
        for number in range(1, TRIES + 1):
            try:
                return move(self.wire, self.place, branch, old, new, objects)
            except Unclear:
                if number == TRIES:
                    raise
                self._wait(number)
        raise AssertionError("not reached")

    # ---- Looking again

    def _send(self, call: Call, seen: Callable[[], Any] = lambda: None) -> Any:
        """Write. After an unclear answer look whether it happened, and only if not, write again.

        `seen` returns what the answer would have been, or None. Raises GitHubError.
        """
        for number in range(1, TRIES + 1):
            try:
                return self.wire.send(call)
            except (Unclear, Refused) as error:
                if isinstance(error, Unclear):
                    self._wait(number)  # Before looking: what was written may take a moment to be seen.
                found = seen()
                if found is not None:
                    return found
                if isinstance(error, Refused) or number == TRIES:
                    raise
        raise AssertionError("not reached")

    def _opened(self, branch: str, base: str) -> Any:
        for pull in observe.pulls(self.wire, self.place, branch):
            if pull.is_open and pull.base == base and pull.author == self.login:
                return {"number": pull.number, "html_url": pull.url}
        return None

    def _pull_where(self, number: int, holds: Callable[[Any], bool]) -> Any:
        seen = self.wire.get(f"{self.place.path}/pulls/{number}")
        return seen if holds(seen) else None

    def _dashboard_there(self) -> Any:
        found = observe.dashboard(self.wire, self.place, self.login)
        return {"number": found.number, "html_url": found.url} if found else None

    def _closed(self, path: str) -> Any:
        seen = self.wire.get(path)
        return seen if seen["state"] == "closed" else None

    def _issue_with(self, number: int, body: str) -> Any:
        seen = self.wire.get(f"{self.place.path}/issues/{number}")
        return seen if _same(seen.get("body"), body) else None


def _same(one: str | None, two: str) -> bool:
    """Compare texts as GitHub keeps them: line breaks may change."""
    return (one or "").replace("\r\n", "\n").strip() == two.replace("\r\n", "\n").strip()
