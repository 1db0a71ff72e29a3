"""Rules about the memory, processor time and storage that pods ask for."""
