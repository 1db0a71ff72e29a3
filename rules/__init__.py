"""What is wrong: pure functions from documents to findings. No files, no network, no clock."""
