"""Rules about pods and everything that carries a pod template."""
