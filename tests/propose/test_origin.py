"""Which repository on GitHub a checkout is taken for, and when not."""

from __future__ import annotations

import pytest
from repositories import Repository

from bot import origin
from bot.checkout import Checkout
from bot.errors import RepositoryError

ENTERPRISE = {"GITHUB_SERVER_URL": "https://github.example.com"}


def place(shop: Repository, url: str, environment: dict[str, str], repo: str | None = None) -> str:
    shop.git("config", "remote.origin.url", url)
    return origin.repository(Checkout.open(shop.root), repo, environment)


@pytest.mark.parametrize(
    ("url", "environment"),
    [
        ("https://github.com/acme/shop.git", {}),
        ("git@github.com:acme/shop.git", {}),
        ("git@GitHub.com:acme/shop", {}),
        ("ssh://git@ssh.github.com:443/acme/shop.git", {}),
        ("git@work:acme/shop.git", {}),  # A name of ~/.ssh/config.
        ("git@github.example.com:acme/shop.git", ENTERPRISE),
        ("https://github.example.com/acme/shop", {"GITHUB_API_URL": "https://github.example.com/api/v3"}),
        ("https://somewhere.example/acme/shop", {"GITHUB_API_URL": "http://127.0.0.1:8080"}),
    ],
)
def test_the_server_of_origin_is_the_one_that_is_asked(
    repository: Repository, url: str, environment: dict[str, str]
) -> None:
    assert place(repository, url, environment) == "acme/shop"


@pytest.mark.parametrize(
    ("url", "environment", "said"),
    [
        ("https://gitlab.com/acme/shop.git", {}, "origin is on gitlab.com, and GitHub is github.com"),
        ("git@gitlab.com:acme/shop.git", {}, "gitlab.com"),
        ("ssh://git@github.com.evil.example/acme/shop", {}, "github.com.evil.example"),
        ("https://token@github.example.com/acme/shop", {}, "origin is on github.example.com"),
        ("https://github.com/acme/shop", ENTERPRISE, "and GitHub is github.example.com"),
    ],
)
def test_no_token_goes_to_another_server_than_that_of_origin(
    repository: Repository, url: str, environment: dict[str, str], said: str
) -> None:
    with pytest.raises(RepositoryError, match=said) as caught:
        place(repository, url, environment)
    assert "token@" not in str(caught.value)
    assert "GITHUB_SERVER_URL" in str(caught.value.hint)
    assert place(repository, url, environment, "acme/shop") == "acme/shop"


@pytest.mark.parametrize("url", ["/srv/git/shop.git", "https://github.com/acme"])
def test_a_remote_that_names_no_repository_is_refused(repository: Repository, url: str) -> None:
    with pytest.raises(RepositoryError, match="which repository"):
        place(repository, url, {})
