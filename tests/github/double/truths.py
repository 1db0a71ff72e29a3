"""What is true of GitHub and stands in no schema. Each has its source, and a test of the double in test_truths.py."""

from __future__ import annotations

from dataclasses import dataclass

REST = "https://docs.github.com/en/rest"
USING = f"{REST}/using-the-rest-api"


@dataclass(frozen=True)
class Truth:
    """`name` is that of its test, `source` where GitHub (or whoever met it) says so."""

    name: str
    says: str
    source: str


TRUTHS = (
    # ---- Pull requests
    Truth(
        "duplicate_pull",
        "one head and base have one open pull request: 422",
        f"{REST}/pulls/pulls#create-a-pull-request",
    ),
    Truth(
        "no_commits_between", "a head without news is no pull request: 422", f"{REST}/pulls/pulls#create-a-pull-request"
    ),
    Truth(
        "head_must_exist",
        "a head or base that is not there is `invalid`: 422",
        f"{REST}/pulls/pulls#create-a-pull-request",
    ),
    Truth(
        "malformed_head_filter",
        "a `head` that is not owner:branch is ignored, and every pull request listed",
        f"{REST}/pulls/pulls#list-pull-requests",
    ),
    Truth(
        "mergeable_is_unknown_at_first",
        "`mergeable` is null until GitHub has found out",
        f"{REST}/pulls/pulls#get-a-pull-request",
    ),
    Truth(
        "no_difference_closes",
        "a head that is moved to its base closes the pull request, and is not reopened by moving on",
        "https://github.com/wei/pull/issues/365",
    ),
    Truth(
        "head_in_base_is_merged",
        "a push to the base that holds the head is a merge",
        "https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/"
        "incorporating-changes-from-a-pull-request/about-pull-request-merges#indirect-merges",
    ),
    Truth(
        "deleted_branch_closes",
        "deleting the head closes the pull request, which then cannot be reopened",
        "https://docs.github.com/en/pull-requests/committing-changes-to-your-project/"
        "creating-and-deleting-branches-within-your-repository#deleting-a-branch",
    ),
    Truth(
        "reopening_needs_the_old_head",
        "what was merged, or whose head was forced elsewhere or is open again, is not reopened: 422",
        "https://github.com/isaacs/github/issues/361",
    ),
    Truth(
        "head_repository_deleted",
        "`head.repo` is null once a fork is deleted, whatever the description says",
        f"{REST}/pulls/pulls#list-pull-requests",
    ),
    Truth(
        "merge_of_another_head",
        "merging with a `sha` that is not the head: 409",
        f"{REST}/pulls/pulls#merge-a-pull-request",
    ),
    Truth("conflicts_do_not_merge", "merging what conflicts: 405", f"{REST}/pulls/pulls#merge-a-pull-request"),
    Truth(
        "actions_may_not_open",
        "GITHUB_TOKEN opens no pull request while the setting is off, as it is at first: 403",
        "https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/"
        "enabling-features-for-your-repository/managing-github-actions-settings-for-a-repository"
        "#preventing-github-actions-from-creating-or-approving-pull-requests",
    ),
    Truth(
        "reviewers_are_collaborators",
        "who cannot see it cannot be asked to review: 422",
        f"{REST}/pulls/review-requests",
    ),
    Truth("author_reviews_nothing", "nobody approves, or is asked to review, his own: 422", f"{REST}/pulls/reviews"),
    Truth(
        "comments_stand_in_the_diff", "a comment on a line that the diff does not show: 422", f"{REST}/pulls/reviews"
    ),
    # ---- Issues
    Truth(
        "texts_have_limits",
        "65,536 characters of a text, 256 of a title: 422",
        "https://github.com/renovatebot/renovate/issues/2032",
    ),
    Truth(
        "one_row_of_numbers",
        "issues and pull requests share their numbers, and issues list both",
        f"{REST}/issues/issues",
    ),
    Truth("issues_switched_off", "issues that are switched off are gone: 410", f"{REST}/issues/issues#create-an-issue"),
    Truth("labels_need_push", "labels of those who may not push are dropped", f"{REST}/issues/issues#create-an-issue"),
    Truth(
        "labels_ignore_case",
        "a label is made when it is first set; case makes no difference",
        f"{REST}/issues/labels#add-labels-to-an-issue",
    ),
    Truth(
        "assignees_are_dropped",
        "who cannot be assigned is left out",
        f"{REST}/issues/assignees#add-assignees-to-an-issue",
    ),
    # ---- Git
    Truth("existing_ref", "a ref that exists is not made again: 422", f"{REST}/git/refs#create-a-reference"),
    Truth(
        "missing_ref",
        "a ref that does not exist is neither moved nor deleted: 422",
        f"{REST}/git/refs#update-a-reference",
    ),
    Truth("no_fast_forward", "a ref moves backwards by force alone: 422", f"{REST}/git/refs#update-a-reference"),
    Truth(
        "matching_refs_start_so", "matching refs are those that start so", f"{REST}/git/refs#list-matching-references"
    ),
    Truth(
        "before_oid_is_compared",
        "updateRefs moves all refs or none, and none that stands elsewhere than beforeOid; zeros: not there",
        "https://docs.github.com/en/graphql/reference/mutations#updaterefs",
    ),
    Truth("empty_repository", "a repository without commits: 409", f"{REST}/git"),
    Truth(
        "protected_branch",
        "a protected branch takes neither a push nor a ref move: 422",
        "https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/"
        "managing-protected-branches/about-protected-branches",
    ),
    Truth(
        "bots_commits_are_verified",
        "a bot's commit is verified if neither author nor committer is given",
        "https://docs.github.com/en/authentication/managing-commit-signature-verification/"
        "about-commit-signature-verification#signature-verification-for-bots",
    ),
    Truth(
        "paths_stay_inside", "a tree takes no path that leads out, or into .git: 422", f"{REST}/git/trees#create-a-tree"
    ),
    # ---- Who may what
    Truth(
        "bots_have_a_login",
        "an App is slug[bot] to GraphQL, and has no /user: 403",
        f"{REST}/authentication/endpoints-available-for-github-app-installation-access-tokens",
    ),
    Truth(
        "unseen_is_missing",
        "what a token may not see is 404, as is what it may not change",
        f"{USING}/troubleshooting-the-rest-api#404-not-found-for-an-existing-resource",
    ),
    Truth(
        "permissions_of_bots",
        "an App without the permission: 403",
        f"{USING}/troubleshooting-the-rest-api#resource-not-accessible",
    ),
    Truth(
        "wrong_token", "a token that is none, or no more: 401", f"{REST}/authentication/authenticating-to-the-rest-api"
    ),
    Truth(
        "archived_repository",
        "an archived repository is only read: 403",
        "https://docs.github.com/en/repositories/archiving-a-github-repository/archiving-repositories",
    ),
    Truth(
        "renamed_repository",
        "the old name leads to the new one: 301, and 307 for writes",
        f"{USING}/best-practices-for-using-the-rest-api#follow-redirects",
    ),
    Truth(
        "renamed_branch",
        "open pull requests into a renamed branch go on into its new name, and the old name leads there: 301",
        "https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/"
        "managing-branches-in-your-repository/renaming-a-branch",
    ),
    Truth(
        "only_apps_make_checks", "a person's token makes no check runs: 403", f"{REST}/checks/runs#create-a-check-run"
    ),
    Truth(
        "tokens_are_narrowed",
        "an installation's token covers the repositories and permissions that were asked for, for an hour",
        f"{REST}/apps/apps#create-an-installation-access-token-for-an-app",
    ),
    Truth(
        "web_tokens_are_short",
        "a JSON Web Token of an App counts for ten minutes at most: 401",
        "https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/"
        "generating-a-json-web-token-jwt-for-a-github-app",
    ),
    # ---- HTTP
    Truth(
        "pages_have_links",
        "lists come page by page, 100 at most, with links",
        f"{USING}/using-pagination-in-the-rest-api",
    ),
    Truth(
        "user_agent", "a request must say who sends it: 403", f"{USING}/getting-started-with-the-rest-api#user-agent"
    ),
    Truth(
        "unchanged_is_304", "what did not change is not sent again", f"{USING}/best-practices-for-using-the-rest-api"
    ),
    Truth("broken_json", "a body that is no JSON: 400", f"{USING}/troubleshooting-the-rest-api"),
    Truth(
        "errors_of_graphql",
        "GraphQL says no with status 200",
        "https://docs.github.com/en/graphql/guides/using-graphql-clients",
    ),
)
