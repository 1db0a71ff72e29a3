"""Kubernetes' schemas as they come with Kubewright: read from beside this module, when a fix first needs them.

The text holds the types of every version that can be a target, without descriptions, each field once with the
versions that have it. `scripts/schemas.py` writes it from the schemas that the package kubernetes-validate carries.
To depend on that package was measured instead (1.37.0): 22.5 MB to download, 110 MB in 17,000 files installed, seven
more packages, 75 ms for imports and 10 ms per document, and no version before 1.25. This file has 217 kB, 27 kB in
the wheel; it is read in 2 ms, and a pod is judged in less than half of one.
"""

from __future__ import annotations

from pathlib import Path

from fixers.schemas import Schemas

FILE = Path(__file__).with_name("kubernetes-schemas.txt")
SCHEMAS = Schemas(lambda: FILE.read_text("utf-8"))
