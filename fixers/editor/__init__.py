"""RFC 6902 operations -> text edits. Never a re-serialisation: only what changes is written."""
