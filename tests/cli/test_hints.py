"""What is suggested for a name that nothing has."""

from __future__ import annotations

import pytest

from bot.errors import ConfigError
from bot.selection import matching
from rules.registry import all_rules


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("nist", "did you mean nist_800_53?"),
        ("PCI", "did you mean pci_dss_4?"),
        ("owasp-k8s", "did you mean owasp_k8s?"),
        ("privileged_container", "did you mean privileged-container?"),
        ("host-netwrk", "did you mean host-network or host-port?"),
        ("zzzz", "'kubewright explain' lists the rules"),
        ("", "'kubewright explain' lists the rules"),
    ],
)
def test_what_was_probably_meant(written: str, hint: str) -> None:
    with pytest.raises(ConfigError) as error:
        matching(all_rules(), "select", written)
    assert error.value.hint == hint
