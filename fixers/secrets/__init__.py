"""Fixers for the rules in `rules/secrets`, file by file."""
