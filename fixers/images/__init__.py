"""Fixers for the rules in `rules/images`, file by file."""
