"""The life of pull requests: what is there, what people said of it, and what to do next. Pure."""
