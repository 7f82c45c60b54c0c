"""Generate the TypeScript package's modules. Needs node and npm."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.clients.document import NOTE, Document

PACKAGE = Path(__file__).parents[2] / "schema/clients/typescript"


def write(folder: Path) -> None:
    """Write `types.ts` with the code generator, and `documents.ts` with texts and hashes."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("clients: install node and npm")
    lock, installed = PACKAGE / "package-lock.json", PACKAGE / "node_modules/.package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--silent")
        subprocess.run([npm, "ci", *quiet], cwd=PACKAGE, check=True)
    folder.mkdir(parents=True, exist_ok=True)
    types = folder / "types.ts"
    told = subprocess.run(
        [npm, "run", "--silent", "generate"],
        cwd=PACKAGE,
        env=os.environ | {"OUT": str(types.absolute())},
        capture_output=True,
        text=True,
        check=False,
    )
    if told.returncode:
        sys.exit(told.stdout + told.stderr)
    types.write_text(f"// {NOTE}\n\n" + types.read_text("utf-8"), encoding="utf-8")
    _write_documents(folder / "documents.ts")


def _write_documents(path: Path) -> None:
    names, parts = list[str](), list[str]()
    for document in Document.load_all():
        suffix = document.kind.capitalize()
        result = document.name + suffix
        names += [result, f"{result}Variables"]
        kind = "Subscription" if document.kind == "subscription" else "Request"
        resumes = f"  resumes: {str(document.is_resumable).lower()},\n" * (kind == "Subscription")
        text = re.sub(r"([\\`]|\$\{)", r"\\\1", document.text)
        parts.append(
            f"/** {document.comment} */\n"
            f"export const {document.name}: {kind}<{result}, {result}Variables> = {{\n"
            f'  kind: "{document.kind}",\n  name: "{document.name}",\n{resumes}'
            f'  sha256: "{document.sha256}",\n  text: `{text}`,\n}};\n'
        )
    head = 'import type { Request, Subscription } from "./operation.js";\n'
    listed = "".join(f"  {name},\n" for name in sorted(names))
    head += f'import type {{\n{listed}}} from "./types.js";\n'
    whole = f"// {NOTE}\n\n{head}\n" + "\n".join(parts)
    path.write_text(whole, encoding="utf-8")
