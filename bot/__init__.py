"""Everything with effects: the command line, Git, GitHub, files."""

__version__ = "0.1.0"
