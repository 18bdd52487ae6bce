"""What a page carries that runs the model by itself: scripts, the WebAssembly module and packed scenarios, in one file
that loads nothing.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from pathlib import Path

from markupsafe import Markup

from plnsim.common.package import PACKAGE
from plnsim.simulation.wasm.module import MODULE

FOLDERS = (Path(__file__).parent, PACKAGE / "app" / "page")
"""Where scripts lie that others import, beside their own folder."""
IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w-]+\.js)";\n', re.MULTILINE)
POLICY_WITHOUT_SCRIPTS = Markup(
    """<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">"""
)
POLICY = Markup(
    '<meta http-equiv="Content-Security-Policy" content="'
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline' 'wasm-unsafe-eval'; img-src data:"
    '">'
)
"""The file loads nothing from anywhere, whoever opens it, and runs its own scripts and its own module."""


def bundle(*entries: Path) -> Markup:
    """Some scripts with those that they import, each once and after those that it needs, as one text."""
    texts: dict[str, str] = {}

    def take(path: Path) -> None:
        if path.name not in texts:
            text = path.read_text(encoding="utf-8")
            for needed in IMPORT.findall(text):
                take(next(folder / needed for folder in (path.parent, *FOLDERS) if (folder / needed).exists()))
            texts[path.name] = re.sub(r"^export ", "", IMPORT.sub("", text), flags=re.MULTILINE)

    for entry in entries:
        take(entry)
    return Markup("\n".join(texts.values()))


def to_json(data: object) -> Markup:
    """Data as compact JSON that no HTML can be told from."""
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return Markup(text.replace("<", "\\u003c"))


def embedded(data: object, packs: Mapping[str, bytes], entry: Path) -> Markup:
    """The script ``entry`` and what it reads: the module and packs (``module`` and ``pack-NAME``, in base64), and
    ``data`` as JSON.
    """
    binary = {"module": MODULE.read_bytes(), **{f"pack-{name}": content for name, content in packs.items()}}
    element = Markup('<script type="{}" id="{}">{}</script>')
    return Markup("\n").join(
        [
            element.format("application/json", "data", to_json(data)),
            *(
                element.format("application/octet-stream", name, base64.b64encode(content).decode())
                for name, content in binary.items()
            ),
            Markup('<script type="module">\n{}\n</script>').format(bundle(entry)),
        ]
    )
