"""Fixers for the rules in `rules/api_versions`, file by file."""
