"""What a bot that opens pull requests must do, and the tests that show that this one does.

Each test is named by its file and function, and must be there: one that was renamed or removed fails here. The table
is printed with `-s`.
"""

from __future__ import annotations

import ast
import sys
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
LIFE, INTERRUPTED, DECIDING = "lifecycle/test_life.py", "lifecycle/test_interrupted.py", "lifecycle/test_deciding.py"
PEOPLE, BESIDE = "lifecycle/test_life_with_people.py", "lifecycle/test_life_beside_others.py"
HUB, ACTION, REVIEW = "propose/test_on_github.py", "house/test_action.py", "github/test_suggest_on_github.py"

# The feature, and for each file the tests in it, without the `test_` that all of them start with.
FEATURES: dict[str, dict[str, tuple[str, ...]]] = {
    "one branch and one pull request per group, updated in place, never twice": {
        LIFE: (
            "the_second_run_writes_nothing",
            "a_change_of_a_file_it_touches_updates_the_pull_request_in_place_with_one_move",
        ),
        BESIDE: ("our_branch_that_an_interrupted_run_left_without_a_pull_request_is_taken_up",),
        INTERRUPTED: ("after_any_fault_at_any_request_the_next_run_ends_where_an_undisturbed_one_does",),
    },
    "rebuilt when the base moves or conflicts: conflicted, behind, never": {
        LIFE: (
            "a_base_that_moved_elsewhere_causes_no_write",
            "behind_rebuilds_whenever_the_base_moves",
            "never_does_not_rebuild_for_the_same_findings",
        ),
        BESIDE: ("a_checkout_that_is_behind_sets_no_pull_request_back",),
    },
    "a person's commit means hands off": {
        PEOPLE: (
            "a_persons_push_means_hands_off_with_a_label_and_exactly_one_comment",
            "a_tick_hands_it_back",
            "a_merge_of_the_base_by_a_person_is_a_persons_commit",
        ),
        BESIDE: ("our_own_commit_amended_by_a_person_is_a_persons",),
        DECIDING: ("what_a_person_touched_is_never_changed_without_a_tick",),
        "lifecycle/test_race.py": ("a_push_between_any_two_requests_of_a_run_is_never_lost",),
    },
    "closed unmerged is declined, remembered per finding until its lines change": {
        PEOPLE: (
            "closed_unmerged_is_declined_and_stays_so",
            "a_decline_ends_when_the_lines_of_the_finding_change",
            "a_decline_does_not_end_when_other_lines_change",
            "reopening_takes_a_close_back",
        ),
        DECIDING: ("the_latest_word_counts_whatever_the_order_in_which_it_is_read",),
    },
    "one finding of a group is declined by its box": {
        PEOPLE: (
            "one_finding_is_declined_by_its_box_and_the_others_stay",
            "a_decline_is_taken_back_in_the_dashboard",
            "a_decline_by_box_is_taken_back_in_the_dashboard_for_good",
            "a_box_for_a_finding_that_the_pull_request_does_not_have_does_not_count",
        ),
    },
    "the revert of a merged fix is a decline": {
        PEOPLE: ("the_revert_of_a_merged_fix_is_a_decline",),
        BESIDE: ("a_checkout_from_before_the_merge_does_not_propose_the_fix_again",),
    },
    "a dashboard: open, waiting, declined, problems; tick to open": {
        BESIDE: (
            "a_tick_opens_at_once_whatever_the_limits_say",
            "a_dashboard_closed_by_a_person_stays_closed_and_is_kept_up_to_date",
            "a_dashboard_that_somebody_else_wrote_is_not_ours",
            "with_issues_switched_off_pull_requests_work_all_the_same",
        ),
    },
    "grouped by rule, file, directory, severity or owner": {
        "propose/test_groups_proposed.py": (
            "a_group_holds_what_it_is_about_and_nothing_else",
            "a_branch_keeps_its_name_when_findings_come_and_go",
        ),
        "propose/test_codeowners.py": ("git_itself_meets_the_same_paths",),
        LIFE: ("a_grouping_that_changes_closes_the_old_pull_request_and_says_why",),
    },
    "risky changes apart from safe ones": {
        LIFE: ("safe_and_unsafe_fixes_are_never_in_one_pull_request",),
        "propose/test_proposal.py": ("safe_and_unsafe_are_never_in_one_proposal",),
    },
    "limits: open at once, per hour, commits": {
        BESIDE: (
            "the_limit_of_open_ones_lets_the_others_wait_in_the_dashboard",
            "the_hourly_limit_opens_the_next_one_an_hour_later",
            "the_limits_count_all_bases",
        ),
        DECIDING: ("no_more_are_open_than_the_limit_allows_unless_a_person_asked",),
        "propose/test_proposal.py": ("what_does_not_fit_waits_and_is_counted",),
    },
    "labels, reviewers, assignees, teams": {
        LIFE: (
            "reviewers_and_assignees_are_asked_for_once",
            "a_reviewer_who_cannot_be_asked_keeps_nothing_else_back",
            "a_label_that_a_person_takes_away_stays_away",
        ),
    },
    "boxes in the text, and a label, instead of commands": {
        LIFE: ("the_rebuild_box_makes_the_branch_afresh_and_is_empty_again",),
        PEOPLE: ("the_label_alone_keeps_our_hands_off",),
    },
    "presets: extends of an organisation's repository": {
        "propose/test_bases.py": ("a_preset_is_read_at_its_ref_and_completed",),
        "cli/test_config_pulls.py": ("the_repository_completes_its_preset", "a_mistake_in_a_preset_names_it"),
    },
    "configuration: validated with lines, a schema": {
        "cli/test_config_pulls.py": (
            "a_mistake_is_named_with_line_and_key",
            "the_schema_takes_what_the_program_takes_and_refuses_what_it_refuses",
        ),
        "cli/test_config.py": ("config_validate_says_valid_or_why_not",),
    },
    "several base branches": {
        "propose/test_bases.py": ("each_branch_gets_its_pull_request_and_all_share_the_limits",),
        BESIDE: (
            "two_bases_have_pull_requests_of_their_own_and_one_dashboard",
            "a_fix_that_is_merged_into_one_base_is_still_proposed_to_the_other",
        ),
    },
    "commits that GitHub verifies": {
        LIFE: ("our_commits_are_verified",),
    },
    "conventional commits, trailers, sign-off": {
        "propose/test_hostile_text.py": (
            "a_commit_message_calls_nobody_and_ends_with_our_trailers",
            "who_signs_off_is_the_last_trailer_and_nobody_is_when_it_is_not_asked_for",
        ),
    },
    "names of branches: valid, short, with a hash": {
        "propose/test_proposal.py": ("every_branch_name_is_one_to_git", "the_branch_is_the_same_whatever_is_found"),
    },
    "closed by itself when obsolete": {
        LIFE: (
            "what_is_obsolete_is_closed_with_one_comment_and_its_branch_deleted",
            "a_file_that_cannot_be_read_for_a_while_closes_nothing",
        ),
        PEOPLE: ("hands_off_stays_when_the_findings_are_gone",),
    },
    "a dry run that tells every write": {
        "lifecycle/test_dry_run.py": ("a_dry_run_tells_exactly_the_writes_that_the_real_run_then_makes",),
    },
    "suggestions on pull requests of others": {
        REVIEW: ("one_review_suggests_what_was_proven", "nothing_is_said_twice_and_new_findings_are"),
        "suggest/test_suggestion.py": ("accepted_it_makes_the_proven_text",),
    },
    "SARIF and a step summary": {
        "cli/test_output.py": ("sarif_has_rules_results_and_fingerprints", "sarif_uris_are_encoded"),
        ACTION: ("the_sarif_file_is_told_only_when_it_was_written",),
    },
    "GitHub Enterprise": {
        "hub/test_identity.py": ("where_github_is", "an_enterprise_server_has_its_graphql_beside_its_rest"),
        HUB: ("plain_rest_is_enough",),
    },
    "App, personal token, GITHUB_TOKEN; narrowed": {
        "hub/test_identity.py": ("an_apps_token_is_for_one_repository_and_what_is_needed", "who_we_are"),
        "propose/test_ways_to_github.py": ("an_app_opens_pull_requests_as_itself",),
    },
    "limits of GitHub, Retry-After, resumed": {
        "hub/test_client_faults.py": (
            "a_limit_is_waited_for_and_the_request_sent_again",
            "all_waits_of_a_run_have_an_end",
            "a_write_is_sent_once",
        ),
        "propose/test_ways_to_github.py": ("a_budget_that_is_used_up_leaves_a_dashboard_that_says_so",),
        "sweep/test_sweeping.py": ("a_sweep_goes_on_where_it_stopped_and_tries_again_what_failed",),
    },
    "monorepos, submodules, LFS": {
        "propose/test_grouping.py": ("an_application_is_one_directory",),
        "propose/test_checkout.py": ("a_submodule_is_named_and_never_read",),
        "hub/test_transport.py": ("hooks_and_templates_of_others_do_not_run",),
    },
    "shallow and partial clones": {
        LIFE: ("a_shallow_clone_is_enough",),
        "propose/test_checkout.py": ("a_partial_clone_says_what_it_lacks_and_fetches_nothing",),
        "hub/test_transport.py": ("a_clone_is_one_commit_of_one_branch",),
    },
    "safe for pull requests of forks": {
        ACTION: ("on_a_fork_the_script_annotates_without_a_token", "the_action_asks_for_no_dangerous_event"),
        REVIEW: ("nothing_of_a_hostile_pull_request_is_executed",),
        HUB: ("the_pull_request_of_a_fork_is_not_ours",),
    },
    "the limit of a text, mentions, Markdown": {
        "propose/test_hostile_text.py": (
            "the_text_of_a_pull_request_holds_nothing_but_what_we_wrote",
            "no_length_breaks_the_limit_or_the_state",
            "the_dashboard_holds_nothing_but_what_we_wrote",
        ),
    },
}


@cache
def defined(file: str) -> frozenset[str]:
    """Return the tests of a file that run: at its top, and not skipped or expected to fail."""
    found = ast.parse((TESTS / file).read_text("utf-8")).body
    return frozenset(
        one.name.removeprefix("test_")
        for one in found
        if isinstance(one, ast.FunctionDef)
        and one.name.startswith("test_")
        and not any("skip" in (how := ast.unparse(mark)) or "xfail" in how for mark in one.decorator_list)
    )


@pytest.mark.parametrize("feature", FEATURES)
def test_each_feature_has_its_tests(feature: str) -> None:
    assert FEATURES[feature]
    for file, names in FEATURES[feature].items():
        assert names
        assert set(names) <= defined(file), f"{file} lacks {sorted(set(names) - defined(file))}"


def test_the_table_is_printed() -> None:
    width = max(map(len, FEATURES))
    sys.stdout.write("\n")
    for feature, proofs in FEATURES.items():
        for number, (file, names) in enumerate(proofs.items()):
            for at, name in enumerate(names):
                first = feature if number == at == 0 else ""
                sys.stdout.write(f"{first:{width}} | {file}::test_{name}\n")
