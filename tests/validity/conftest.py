"""Fixtures of the tests of promise 7."""

from __future__ import annotations

from tests.joint.made import use

__all__ = ["use"]
