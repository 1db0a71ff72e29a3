"""Fixers for the rules in `rules/probes`, file by file."""
