"""Objects with two containers to be marked, and what the marks of a text excuse."""

from __future__ import annotations

from datetime import date

from trees import TODAY, scan_of

from bot.scan import Reported

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
    spec:
      hostNetwork: true
      containers:
        - name: app
          image: registry.example/app:1.2
          securityContext:
            privileged: true
        - name: sidecar
          image: registry.example/sidecar:1.2
          securityContext:
            privileged: true
"""


def reported(text: str, today: date = TODAY) -> list[Reported]:
    found = scan_of({"pod.yaml": text}, every_rule=True, today=today)
    assert (found.errors, found.bugs) == ((), ())
    return list(found.findings)


def excused(text: str, rule: str = "privileged-container", today: date = TODAY) -> list[str | None]:
    """Return the reason of the ignore of each finding of a rule."""
    return [one.ignored for one in reported(text, today) if one.finding.rule == rule]
