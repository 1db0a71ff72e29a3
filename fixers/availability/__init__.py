"""Fixers for the rules in `rules/availability`, file by file."""
