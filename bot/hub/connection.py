"""One request and its whole answer, on one host: PyGithub's connection, replaced.

PyGithub follows redirects without their query, asks for ever while the answer is 202, and puts no limit to what it
reads. Here a redirect never leaves the server, never makes a read of a write, and every answer has an end.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
import urllib3

from bot.hub.calls import Refused, Unclear

TIMEOUT = 30.0  # Seconds without a byte.
DEADLINE = 120.0  # Seconds of one answer.
MAX_ANSWER = 64 * 2**20  # Bytes.
MAX_REDIRECTS = 3
_REDIRECTS = (301, 302, 303, 307, 308)
_SAME_METHOD = (307, 308)


class Connection:
    """A connection to one server, in the shape that PyGithub's Requester uses; `status`, `headers` and `text` are the
    last answer's.
    """

    def __init__(self, base: str, timeout: float = TIMEOUT, deadline: float = DEADLINE) -> None:
        self._base = urlsplit(base)
        self._timeout = timeout
        self._deadline = deadline
        self._session = requests.Session()
        self._session.auth = _unchanged  # None would let ~/.netrc answer for us.
        for scheme in ("https://", "http://"):
            # Nothing is sent twice here: see bot.hub.client.
            self._session.mount(scheme, requests.adapters.HTTPAdapter(max_retries=urllib3.Retry(0, read=False)))
        self._asked: tuple[str, str, Any, dict[str, str]] = ("GET", "/", None, {})
        self.status = 0
        self.headers: dict[str, str] = {}
        self.text = ""

    def request(self, verb: str, url: str, input: Any, headers: dict[str, str], stream: bool = False) -> None:  # noqa: A002
        """Take a request; `url` is a path with its query."""
        self._asked = verb, url, input, headers

    def getresponse(self) -> Connection:
        """Send it. Raises Unclear where there is no whole answer, Refused for a redirect that is not followed."""
        verb, path, data, headers = self._asked
        self.status, self.headers, self.text = 0, {}, ""
        url = f"{self._base.scheme}://{self._base.netloc}{path}"
        try:
            for _ in range(MAX_REDIRECTS + 1):
                location = self._once(verb, url, data, headers)
                if location is None:
                    return self
                url = self._followed(verb, urljoin(url, location))
        except requests.exceptions.SSLError:
            raise Unclear(
                f"{self._base.hostname} has no certificate that is trusted here",
                "for a company's own authority set REQUESTS_CA_BUNDLE",
            ) from None
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            # `from None`: the request is in there, and the token in the request.
            raise Unclear(
                f"GitHub could not be reached ({type(error).__name__})",
                "run again" if verb == "GET" else "what was being written may or may not exist: run again",
            ) from None
        raise Refused("GitHub redirected too often")

    def getheaders(self) -> Iterable[tuple[str, str]]:
        """Return none: PyGithub would trip over odd ones, and needs none."""
        return ()

    def read(self) -> str:
        """Return nothing: PyGithub would log it, and the answer may be a token."""
        return ""

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def _once(self, verb: str, url: str, data: Any, headers: dict[str, str]) -> str | None:
        """Send once and read the answer; return where it redirects to, None where it does not."""
        end = time.monotonic() + self._deadline
        with self._session.request(
            verb, url, headers=headers, data=data, timeout=self._timeout, allow_redirects=False, stream=True
        ) as answer:
            read = bytearray()
            for chunk in answer.iter_content(2**16):
                read += chunk
                if len(read) > MAX_ANSWER or time.monotonic() > end:
                    raise Unclear("GitHub's answer has no end", "run again later")
            self.status = answer.status_code
            self.headers = {name.lower(): value for name, value in answer.headers.items()}
            self.text = read.decode("utf-8", "replace")
        if self.status == 202 and verb == "GET":
            self.status = 503  # It is still being computed: ask again, as after any other "not now".
        return self.headers.get("location") if self.status in _REDIRECTS else None

    def _followed(self, verb: str, url: str) -> str:
        """Return a redirect's URL if it may be followed. Raises Refused."""
        there = urlsplit(url)
        if _origin(there) != _origin(self._base):
            raise Refused(
                "GitHub redirected to another server, and the token stays here", "is GITHUB_API_URL the right one?"
            )
        if verb != "GET" and self.status not in _SAME_METHOD:
            raise Refused(f"GitHub redirected a write ({self.status})", "was the repository renamed? run again")
        return url


def _origin(url: SplitResult) -> tuple[str, str | None, int | None]:
    return url.scheme, url.hostname, url.port or {"https": 443, "http": 80}.get(url.scheme)


def _unchanged(request: Any) -> Any:
    return request
