"""Rules about API versions and their life cycle."""
