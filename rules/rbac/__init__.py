"""Rules about roles and bindings."""
