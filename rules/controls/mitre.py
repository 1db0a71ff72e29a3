"""MITRE ATT&CK, matrix Containers: what an attacker does, by the names that incident reports use."""

from __future__ import annotations

from rules.controls.framework import Framework

FRAMEWORK = Framework(
    id="mitre",
    name="MITRE ATT&CK for Containers",
    url="https://attack.mitre.org/matrices/enterprise/containers/",
    controls={
        "T1003.007": "OS Credential Dumping: Proc Filesystem",
        "T1005": "Data from Local System",
        "T1040": "Network Sniffing",
        "T1057": "Process Discovery",
        "T1068": "Exploitation for Privilege Escalation",
        "T1078": "Valid Accounts",
        "T1090": "Proxy",
        "T1098.006": "Account Manipulation: Additional Container Cluster Roles",
        "T1133": "External Remote Services",
        "T1105": "Ingress Tool Transfer",
        "T1204.003": "User Execution: Malicious Image",
        "T1496": "Resource Hijacking",
        "T1499": "Endpoint Denial of Service",
        "T1525": "Implant Internal Image",
        "T1528": "Steal Application Access Token",
        "T1543": "Create or Modify System Process",
        "T1547.006": "Boot or Logon Autostart Execution: Kernel Modules and Extensions",
        "T1548": "Abuse Elevation Control Mechanism",
        "T1548.001": "Abuse Elevation Control Mechanism: Setuid and Setgid",
        "T1552": "Unsecured Credentials",
        "T1552.001": "Unsecured Credentials: Credentials In Files",
        "T1552.007": "Unsecured Credentials: Container API",
        "T1557": "Adversary-in-the-Middle",
        "T1562": "Impair Defenses",
        "T1565": "Data Manipulation",
        "T1610": "Deploy Container",
        "T1611": "Escape to Host",
    },
)
