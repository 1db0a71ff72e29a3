"""Fixers for the rules in `rules/manifests`, file by file."""
