"""Writes the list of what is in a package (SPDX 2.3): the program, and the parts of Swift that are linked into it.

usage: contents.py NAME COMMIT DATE PROGRAM
"""

import hashlib
import json
import re
import subprocess
import sys

name, commit, date, program = sys.argv[1:]
with open(program, "rb") as file:
    digest = hashlib.sha256(file.read()).hexdigest()
swift = re.search(r"Swift version (\S+)", subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout)[1]
version = re.search(r"-(\d+\.\d+\.\d+)-", name)[1]


def package(identifier, title, version, licence, **more):
    return {
        "SPDXID": identifier,
        "name": title,
        "versionInfo": version,
        "downloadLocation": "NOASSERTION",
        "licenseConcluded": licence,
        "licenseDeclared": licence,
        "copyrightText": "NOASSERTION",
        "filesAnalyzed": False,
        **more,
    }


packages = [
    package(
        "SPDXRef-program", "ollama-openai-proxy", version, "MIT", sourceInfo=f"commit {commit}",
        checksums=[{"algorithm": "SHA256", "checksumValue": digest}]),
    package("SPDXRef-swift", "swift-stdlib", swift, "Apache-2.0 WITH Swift-exception"),
]
contains = [("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-program"), ("SPDXRef-program", "STATIC_LINK", "SPDXRef-swift")]
document = {
    "spdxVersion": "SPDX-2.3",
    "dataLicense": "CC0-1.0",
    "SPDXID": "SPDXRef-DOCUMENT",
    "name": name,
    "documentNamespace": f"urn:ollama-openai-proxy:{version}:{digest}",
    "creationInfo": {"created": date, "creators": ["Tool: ollama-openai-proxy .ci/contents.py"]},
    "packages": packages,
    "relationships": [
        {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other} for one, kind, other in contains
    ],
}
print(json.dumps(document, indent=2))
