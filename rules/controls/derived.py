"""Frameworks that say nothing of pods: their controls, mapped to the subjects of rules by judgement.

Published mappings do not exist. Which control a subject bears on was decided by reading the control, once for a
whole category of rules, and no auditor has agreed to it: `CAVEAT` is shown wherever these controls are. Titles
are in our own words.
"""

from __future__ import annotations

from rules.controls.framework import Framework

CAVEAT = (
    "Derived: mapped by category through judgement, not by the framework's publisher. Evidence for a talk with an "
    "auditor, no proof of compliance."
)

_NIST = Framework(
    id="nist_800_53",
    name="NIST SP 800-53 Rev. 5",
    url="https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final",
    controls={
        "AC-3": "Access is granted as the policy says, and not otherwise",
        "AC-6": "Everybody has the least privilege that their task needs",
        "AC-6(10)": "Ordinary users cannot run privileged functions",
        "CM-2": "There is a known configuration from which changes are counted",
        "CM-6": "Settings are as strict as the operation allows",
        "CM-7": "Functions that nobody needs are switched off",
        "CM-7(5)": "Only software that was approved by name runs",
        "CP-10": "Systems come back after a disruption",
        "IA-5": "Passwords, keys and tokens are managed and protected",
        "IA-5(7)": "No passwords or keys stand unencrypted in code or files",
        "RA-5": "Vulnerabilities are looked for",
        "SA-22": "Components that nobody supports any more are replaced",
        "SC-4": "Nothing leaks through resources that are shared",
        "SC-5": "One consumer cannot deny service to the others",
        "SC-6": "Resources are shared out, so that important work gets its part",
        "SC-7": "Borders of networks are watched and guarded",
        "SC-28": "Information at rest is protected",
        "SC-39": "Processes are kept apart from each other",
        "SI-2": "Flaws are corrected in time",
        "SI-7": "Changes to software and data by strangers are noticed",
        "SI-16": "Memory is guarded against code that does not belong there",
        "SR-4": "It is known where components come from",
        "SR-11": "Components are what they claim to be",
    },
)
_PCI = Framework(
    id="pci_dss_4",
    name="PCI DSS v4.0",
    url="https://www.pcisecuritystandards.org/document_library/",
    controls={
        "1.2.5": "Services, protocols and ports in use are known and needed",
        "2.2.4": "Only functions that are needed are enabled",
        "2.2.6": "Security parameters are set so that misuse is prevented",
        "6.3.2": "Software and its third-party parts are listed",
        "6.3.3": "Components are protected from known vulnerabilities by updates",
        "7.2.1": "There is a model of who needs which access",
        "7.2.2": "Access follows from duties and is the least that they need",
        "7.2.5": "Accounts of systems and applications have the least privilege",
        "8.3.2": "Secrets that authenticate are unreadable where they lie and travel",
        "8.6.2": "Passwords of system accounts stand in no script or configuration file",
    },
)
_HIPAA = Framework(
    id="hipaa",
    name="HIPAA Security Rule",
    url="https://www.ecfr.gov/current/title-45/subtitle-A/subchapter-C/part-164/subpart-C",
    controls={
        "164.308(a)(4)": "Access to health information is authorised",
        "164.308(a)(7)(i)": "There is a plan for emergencies that damage systems",
        "164.312(a)(1)": "Systems admit only those who were given access",
        "164.312(a)(2)(iv)": "Health information can be encrypted",
        "164.312(c)(1)": "Health information is protected from change and loss",
        "164.312(d)": "Whoever asks for access is who they claim to be",
    },
)
_GDPR = Framework(
    id="gdpr",
    name="GDPR",
    url="https://eur-lex.europa.eu/eli/reg/2016/679/oj",
    controls={
        "25": "Data protection by design and by default",
        "32": "Processing is as secure as its risk demands",
        "32(1)(b)": "Confidentiality, integrity, availability and resilience last",
    },
)
_SOC2 = Framework(
    id="soc2",
    name="SOC 2 (Trust Services Criteria 2017)",
    url="https://www.aicpa-cima.com/resources/download/2017-trust-services-criteria-with-revised-points-of-focus-2022",
    controls={
        "A1.1": "Capacity is watched and managed",
        "A1.2": "Recovery and protection of the environment are built in",
        "CC6.1": "Logical access to protected assets is restricted",
        "CC6.3": "Access follows roles, least privilege and separated duties",
        "CC6.6": "Threats from outside the boundary are kept out",
        "CC6.7": "Information is protected while it moves",
        "CC6.8": "Unauthorised or malicious software is prevented or found",
        "CC7.1": "Vulnerabilities and changes of configuration are detected",
        "CC8.1": "Changes are authorised, tested and documented",
    },
)
DERIVED: dict[str, Framework] = {framework.id: framework for framework in (_NIST, _PCI, _HIPAA, _GDPR, _SOC2)}

Controls = dict[str, tuple[str, ...]]


def _map(*, nist: str = "", pci: str = "", hipaa: str = "", gdpr: str = "", soc2: str = "") -> Controls:
    given = zip(DERIVED, (nist, pci, hipaa, gdpr, soc2), strict=True)
    return {framework: tuple(text.split()) for framework, text in given if text}


_SETTLED = _map(nist="CM-2 CM-6", soc2="CC8.1")
_AVAILABLE = _map(nist="CP-10 SC-5 SC-6", hipaa="164.308(a)(7)(i)", gdpr="32(1)(b)", soc2="A1.2")
_OUTDATED = _map(nist="RA-5 SA-22 SI-2", pci="6.3.3", soc2="CC7.1")
_SUPPLIED = _map(nist="CM-2 CM-7(5) SI-7 SR-4 SR-11", pci="6.3.2", soc2="CC6.8 CC8.1")

# Category of rules -> controls on which most of them bear.
BY_CATEGORY: dict[str, Controls] = {
    "api-lifecycle": _map(nist="SA-22 SI-2", pci="6.3.3", soc2="CC7.1 CC8.1"),
    "config": _SETTLED,
    "host-access": _map(
        nist="AC-6 CM-7 SC-4 SC-7 SC-39",
        pci="1.2.5 2.2.4 2.2.6",
        hipaa="164.312(a)(1)",
        gdpr="32(1)(b)",
        soc2="CC6.1 CC6.6",
    ),
    "images": _SUPPLIED,
    "inventory": _OUTDATED,
    "kernel-hardening": _map(nist="CM-6 CM-7 SC-39 SI-16", pci="2.2.6", soc2="CC6.8"),
    "metadata": _SETTLED,
    "privilege": _map(
        nist="AC-6 AC-6(10) CM-6 CM-7 SC-39",
        pci="2.2.4 2.2.6",
        hipaa="164.312(a)(1)",
        gdpr="32(1)(b)",
        soc2="CC6.1 CC6.8",
    ),
    "probes": _AVAILABLE,
    "rbac": _map(
        nist="AC-3 AC-6",
        pci="7.2.1 7.2.2 7.2.5",
        hipaa="164.308(a)(4) 164.312(a)(1)",
        gdpr="25 32",
        soc2="CC6.1 CC6.3",
    ),
    "reliability": _AVAILABLE,
    "resources": _map(nist="SC-5 SC-6", hipaa="164.308(a)(7)(i)", soc2="A1.1"),
    "scheduling": _map(
        nist="AC-6 CM-7 SC-4 SC-39", pci="2.2.4 2.2.6", hipaa="164.312(a)(1)", gdpr="32(1)(b)", soc2="CC6.1"
    ),
    "secrets": _map(
        nist="IA-5 IA-5(7) SC-28",
        pci="8.3.2 8.6.2",
        hipaa="164.312(a)(2)(iv) 164.312(d)",
        gdpr="32",
        soc2="CC6.1 CC6.7",
    ),
    "service-account": _map(nist="AC-3 AC-6 IA-5", pci="7.2.5", hipaa="164.312(a)(1)", gdpr="32", soc2="CC6.1 CC6.3"),
    "supply-chain": _SUPPLIED,
    "volumes": _map(
        nist="AC-3 AC-6 SC-39 SI-7", pci="2.2.6", hipaa="164.312(a)(1) 164.312(c)(1)", gdpr="32(1)(b)", soc2="CC6.1"
    ),
}


def of(category: str) -> Controls:
    """Return framework -> controls on which the rules of a category bear; nothing for one that is not mapped."""
    return BY_CATEGORY.get(category, {})
