"""Rules about how Kubernetes asks containers whether they are well."""
