"""Rules about workloads that the API server refuses, or that run otherwise than was meant."""
