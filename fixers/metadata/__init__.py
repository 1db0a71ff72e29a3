"""Fixers for the rules in `rules/metadata`, file by file."""
