"""Fixtures of the tests of joint fixes."""

from __future__ import annotations

from tests.joint.made import use

__all__ = ["use"]
