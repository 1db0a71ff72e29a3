"""Fixers for the rules in `rules/resources`, file by file."""
