"""Fixers for the rules in `rules/reliability`, file by file."""
