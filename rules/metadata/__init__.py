"""Rules about the metadata that every object has."""
