"""Fixers for the rules in `rules/workloads`, file by file."""
