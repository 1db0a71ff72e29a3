"""Fixers for the rules in `rules/rbac`, file by file."""
