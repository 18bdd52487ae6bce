"""Writes what is made of the model's declarations, its description and its types: ``python -m plnsim.publish.odd``."""

from __future__ import annotations

from plnsim.publish.odd import document, protocols


def main() -> None:
    """Writes ``docs/odd.md`` and ``plnsim/model/protocols.py`` of a checkout anew, and says so."""
    for path, text in ((document.STORED, document.markdown()), (protocols.STORED, protocols.text())):
        path.write_text(text, encoding="utf-8")
        print(f"{path.name} is written anew")


if __name__ == "__main__":
    main()
