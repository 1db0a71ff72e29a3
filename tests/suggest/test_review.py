"""What is said on a pull request: which findings share a comment, what has none, and that nothing in it is live."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from bot import config, suggestion
from bot import review as reviews
from bot.changes import chosen
from bot.config import Flags, Settings
from bot.review import Facts, Review
from bot.scan import Reported, Scan, scan
from bot.suggestion import Place
from bot.tree import MemoryTree
from fixers.model import Safety
from fixers.outcome import Change
from rules.registry import all_rules

POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  serviceAccount: web
  containers:
    - name: web
      image: registry.example/web:1.4.2
    - name: helper
      image: registry.example/helper:1.4.2
      securityContext:
        privileged: true
"""
RULES = {rule.id: rule for rule in all_rules()}
EVERY_LINE = (Place(1, 10_000),)


def settings(*select: str) -> Settings:
    return config.settle(None, "", Flags(select=select))


class Case:
    """Files of a pull request that makes them all, scanned."""

    def __init__(self, files: Mapping[str, str], *select: str) -> None:
        self.files = files
        self.settings = settings(*select)
        self.tree = MemoryTree({path: text.encode() for path, text in files.items()})
        self.found: Scan = scan(self.tree, self.settings)
        self.asked: list[tuple[str, int]] = []

    def facts(
        self,
        *safeties: Safety,
        shown: Mapping[str, Sequence[Place]] | None = None,
        said: Collection[reviews.Key] = (),
        room: int = 20,
    ) -> Facts:
        return Facts(
            shown=dict.fromkeys(self.files, EVERY_LINE) if shown is None else shown,
            said=said,
            room=room,
            rules=RULES,
            make={safety: self._make(safety) for safety in safeties or (Safety.SAFE,)},
        )

    def _make(self, safety: Safety) -> reviews.Make:
        inner = chosen(self.tree, self.found, self.settings, {safety})

        def make(path: str, findings: Collection[Reported]) -> Change | None:
            self.asked.append((path, len(findings)))
            made: Change | None = inner(path, findings)
            return made

        return make

    def plan(self, *safeties: Safety, **given: object) -> Review:
        return reviews.plan(self.found.findings, self.facts(*safeties, **given))  # type: ignore[arg-type]


def test_each_fix_is_made_for_its_finding_alone() -> None:
    case = Case({"web.yaml": POD}, "privileged-container", "deprecated-service-account-field")
    review = case.plan(Safety.SAFE, Safety.UNSAFE)
    texts = [suggestion.applied(POD, comment.suggestion) for comment in review.comments if comment.suggestion]
    assert texts == [
        POD.replace("privileged: true", "privileged: false"),
        POD.replace("serviceAccount:", "serviceAccountName:"),
    ]


def test_findings_on_the_same_lines_share_one_suggestion() -> None:
    rules = ("allow-privilege-escalation", "read-only-root-filesystem", "run-as-non-root")
    known = [rule for rule in rules if rule in RULES]
    text = POD.replace("        privileged: true\n", "        seccompProfile: {type: RuntimeDefault}\n")
    case = Case({"web.yaml": text}, "pss-restricted")
    assert known
    review = case.plan(Safety.UNSAFE)
    shared = [comment for comment in review.comments if comment.suggestion and len(comment.findings) > 1]
    assert shared, "several findings are fixed at the same place"
    places = [comment.suggestion.place for comment in review.comments if comment.suggestion]
    assert not any(one.meets(two) for index, one in enumerate(places) for two in places[:index])
    for comment in shared:
        assert comment.suggestion is not None
        after = suggestion.applied(text, comment.suggestion)
        left = {one.fingerprint for one in scan(MemoryTree({"web.yaml": after.encode()}), case.settings).findings}
        assert left.isdisjoint(one.fingerprint for one in comment.findings)
        assert reviews.marked(comment.body) == tuple(one.fingerprint for one in comment.findings)


def test_findings_on_other_lines_have_suggestions_of_their_own() -> None:
    texts = [POD.replace("name: web", f"name: {name}") for name in ("one", "two", "three")]
    case = Case({"web.yaml": "---\n".join(texts)}, "deprecated-service-account-field")
    review = case.plan()
    assert [len(comment.findings) for comment in review.comments] == [1, 1, 1]
    assert [comment.place.first for comment in review.comments] == [6, 20, 34]


def test_only_a_change_that_fixes_all_that_was_asked_for_is_one() -> None:
    case = Case({"web.yaml": POD}, "privileged-container", "deprecated-service-account-field")
    safe, unsafe = case.found.findings
    make = case.facts(Safety.SAFE).make[Safety.SAFE]
    change = make("web.yaml", [safe])
    assert change is not None
    assert change.after == POD.replace("serviceAccount:", "serviceAccountName:")
    assert make("web.yaml", [unsafe]) is None
    assert make("web.yaml", [safe, unsafe]) is None
    assert make("web.yaml", [safe, replace(safe, fingerprint="0" * 24)]) is None


def test_what_cannot_be_proven_together_is_suggested_one_by_one() -> None:
    case = Case({"web.yaml": POD}, "pss-restricted")
    facts = case.facts(Safety.UNSAFE)
    inner = facts.make[Safety.UNSAFE]
    alone = {Safety.UNSAFE: lambda path, findings: None if len(findings) > 1 else inner(path, findings)}
    review = reviews.plan(case.found.findings, replace(facts, make=alone))
    suggested = [comment for comment in review.comments if comment.suggestion]
    assert len(suggested) > 2
    assert all(len(comment.findings) == 1 for comment in suggested)


def test_findings_without_a_fix_are_one_comment_for_each_line() -> None:
    case = Case({"web.yaml": POD}, "privileged-container", "pss-restricted")
    review = case.plan(Safety.SAFE)
    plain = [comment for comment in review.comments if comment.suggestion is None]
    lines = [comment.place.first for comment in plain]
    assert sorted(set(lines)) == sorted(lines)
    assert any(len(comment.findings) > 1 for comment in plain)
    assert all("```suggestion" not in comment.body for comment in plain)


def test_what_the_diff_does_not_show_has_no_comment() -> None:
    case = Case({"web.yaml": POD}, "privileged-container", "deprecated-service-account-field")
    review = case.plan(Safety.SAFE, Safety.UNSAFE, shown={"web.yaml": (Place(5, 7),)})
    assert [comment.place for comment in review.comments] == [Place(6, 6)]
    assert [one.finding.rule for one in review.elsewhere] == ["privileged-container"]
    assert "On lines that the diff does not show:" in review.body
    assert "`web.yaml:13`" in review.body
    nothing = case.plan(Safety.SAFE, shown={})
    assert (nothing.comments, nothing.body, len(nothing.unsaid)) == ((), "", 2)


def test_a_file_without_lines_in_the_diff_is_not_fixed() -> None:
    case = Case({"web.yaml": POD}, "deprecated-service-account-field")
    case.plan(shown={"web.yaml": ()})
    assert case.asked == []


def test_the_worst_come_first_and_the_rest_waits() -> None:
    files = {f"{name}.yaml": POD.replace("web", name) for name in "abc"}
    case = Case(files, "privileged-container", "deprecated-service-account-field")
    review = case.plan(Safety.SAFE, Safety.UNSAFE, room=4)
    rules = [comment.findings[0].finding.rule for comment in review.comments]
    assert rules == ["privileged-container"] * 3 + ["deprecated-service-account-field"]
    assert [one.finding.path for one in review.waiting] == ["b.yaml", "c.yaml"]
    assert "2 findings more than are commented:" in review.body
    assert case.plan(room=0).comments == ()


def test_the_number_of_fixes_that_are_tried_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reviews, "MAX_TRIES", 2)
    case = Case({f"{name}.yaml": POD.replace("web", name) for name in "abc"}, "deprecated-service-account-field")
    review = case.plan()
    assert len(case.asked) == 2
    assert [comment.suggestion is None for comment in review.comments] == [False, False, True]


def test_what_was_said_is_not_said_again_in_its_file_only() -> None:
    case = Case({"a.yaml": POD, "b.yaml": POD}, "deprecated-service-account-field")
    one, other = case.found.findings
    assert one.fingerprint == other.fingerprint
    review = case.plan(said={reviews.key(one)})
    assert review.said == (one,)
    assert [comment.path for comment in review.comments] == ["b.yaml"]


def test_what_somebody_ignores_is_not_spoken_of() -> None:
    text = POD.replace(
        "serviceAccount: web", "serviceAccount: web  # kubewright: ignore[deprecated-service-account-field] old"
    )
    case = Case({"web.yaml": text}, "deprecated-service-account-field")
    assert len(case.found.findings) == 1
    review = case.plan()
    assert (review.comments, review.unsaid) == ((), ())


def test_no_line_of_a_file_with_a_credential_is_repeated() -> None:
    secret = "hunter2-and-more-of-it-5a9c"
    text = POD.replace("    - name: helper", f"      env: [{{name: DB_PASSWORD, value: {secret}}}]\n    - name: helper")
    review = Case({"web.yaml": text}, "deprecated-service-account-field").plan()
    (comment,) = review.comments
    assert comment.suggestion is None
    assert secret not in comment.body + review.body
    assert "`kubewright fix` makes it" in comment.body


def test_an_unsafe_fix_says_what_it_can_break() -> None:
    (comment,) = Case({"web.yaml": POD}, "privileged-container").plan(Safety.SAFE, Safety.UNSAFE).comments
    assert "**Look before you accept it:** it can break " in comment.body
    assert "Safe to accept" not in comment.body
    (plain,) = Case({"web.yaml": POD}, "privileged-container").plan(Safety.SAFE).comments
    assert "it is suggested with `--unsafe`" in plain.body


HOSTILE = (
    "@acme/owners",
    "x#1",
    "-->",
    "<!-- kubewright:suggest 00 -->",
    "```",
    "</details><img src=x onerror=alert(1)>",
    "[a](https://evil.example)",
    "![a](https://evil.example/a.png)",
    "a|b",
    "\u202eevil",
    "https://evil.example",
    "a\n\n## b",
    "$a$",
)
PARSER = MarkdownIt("gfm-like", {"linkify": False, "html": True})


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_a_manifest_is_live_in_a_comment(text: str) -> None:
    quoted = "".join(
        f"\\u{ord(character):04x}" if character in '"\\\n' or ord(character) > 126 else character for character in text
    )
    pod = POD.replace("- name: helper", f'- name: "{quoted}"').replace("  name: web\n", f'  name: "{quoted}"\n', 1)
    case = Case({f"a/{text.replace('/', '_')}.yaml".replace("\n", " "): pod}, "privileged-container", "pss-baseline")
    assert case.found.findings
    for safeties in ((Safety.SAFE,), (Safety.SAFE, Safety.UNSAFE)):
        review = case.plan(*safeties)
        waiting = case.plan(*safeties, room=1, shown={})
        for body in [review.body, waiting.body, *(comment.body for comment in review.comments)]:
            tokens = PARSER.parse(body)
            inner = [child for token in tokens for child in token.children or ()]
            kinds = {token.type for token in (*tokens, *inner)}
            assert not kinds & {"link_open", "image", "html_inline", "heading_open", "table_open"}
            assert all(token.content.startswith("<!-- kubewright:") for token in tokens if token.type == "html_block")
            shown = "".join(token.content for token in (*tokens, *inner) if token.type in ("text", "code_inline"))
            assert "@acme" not in shown
            assert "x#1" not in shown
            assert "\u202e" not in body
        for comment in review.comments:
            assert reviews.marked(comment.body) == tuple(one.fingerprint for one in comment.findings)


def test_a_comment_about_very_much_stays_short() -> None:
    many = "".join(f"    - {{name: c{number}, securityContext: {{privileged: true}}}}\n" for number in range(400))
    one_line = "    - " + "x" * 4000
    text = POD + many.replace("c1,", f"{one_line.strip(' -')},")
    case = Case({"web.yaml": text}, "privileged-container", "pss-restricted")
    review = case.plan(Safety.SAFE, shown={"web.yaml": EVERY_LINE}, room=1)
    assert len(review.body) < 60_000
    assert all(len(comment.body) < 60_000 for comment in case.plan(room=1000).comments)
