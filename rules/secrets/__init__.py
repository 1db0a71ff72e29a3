"""Rules about credentials that stand where many may read them."""
