"""What makes it right: pure functions from findings to verified changes. No files, no network, no clock."""
