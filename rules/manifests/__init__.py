"""Rules about how a manifest is written, whatever kind of object it is."""
