"""Builds the guide with Sphinx into one folder of pages that load nothing from any network (decision 0010)."""

from __future__ import annotations

import io
import re
import shutil
import tempfile
from pathlib import Path

import click

from plnsim.common.package import __version__, missing_library, shipped
from plnsim.publish.guide import contents, paper, reference

INDEX_PAGE = "index.html"
TITLE = "plnsim"
ABOUT = (
    "plnsim simulates how a practice that teachers learn in professional learning networks spreads through schools, "
    "or does not. It is a thought experiment with declared assumptions, not a forecast. "
    "New here? See [where to begin](start.md)."
)
TOP_LEVEL_PAGES = {"CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
"""Pages that stand at the top of a checkout; in an installed package they lie inside it."""
SPHINX_CONFIG = {
    "project": TITLE,
    "author": "The plnsim authors",
    "release": __version__,
    "version": __version__,
    "html_title": f"plnsim {__version__}",
    "extensions": ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"],
    "html_theme": "furo",
    "myst_heading_anchors": 4,
    "html_copy_source": False,
    "html_show_search_summary": False,  # a browser refuses to fetch them in pages opened from a folder
    "html_show_sourcelink": False,
    "html_show_copyright": False,
    "autodoc_typehints": "description",
    "autodoc_typehints_description_target": "documented",
    "autodoc_typehints_format": "short",
    "napoleon_google_docstring": False,
    "napoleon_custom_sections": [("Attributes", "params_style")],
    "autodoc_member_order": "bysource",
    "autodoc_preserve_defaults": True,
    "add_module_names": False,
    "nitpicky": False,
    "exclude_patterns": ["notebooks"],
    "suppress_warnings": ["misc.highlighting_failure"],  # a language that Pygments does not colour is shown plain
    "default_role": "code",
    "html_static_path": ["_static"],
    "html_css_files": ["guide.css"],
}
CUSTOM_CSS = ".content { width: min(62em, 100%); }\narticle table.docutils { display: block; overflow-x: auto; }\n"


def build(out: Path, commands: click.Group) -> list[str]:
    """Builds the site into an empty folder; returns what Sphinx warned of, one warning a line. Raises ``InputError``
    without Sphinx.
    """
    try:
        import furo  # noqa: F401
        import myst_parser  # noqa: F401
        from sphinx.application import Sphinx
    except ImportError as missing:
        raise missing_library("the guide", str(missing.name)) from None
    warnings = io.StringIO()
    with tempfile.TemporaryDirectory(prefix="plnsim-guide-") as place:
        pages, trees = Path(place, "pages"), Path(place, "trees")
        assemble(pages, commands)
        site = Sphinx(pages, None, out, trees, "html", confoverrides=dict(SPHINX_CONFIG), status=None, warning=warnings)
        site.build()
        shutil.rmtree(out / ".doctrees", ignore_errors=True)
        return [
            line.replace(f"{pages}/", "") for line in re.sub(r"\x1b\[[0-9;]*m", "", warnings.getvalue()).splitlines()
        ]


def assemble(pages: Path, commands: click.Group) -> None:
    """Copies the guide into a folder, with what is generated and what leads to every page."""
    shutil.copytree(shipped("docs"), pages)
    for name, page in TOP_LEVEL_PAGES.items():
        text = shipped(name).read_text(encoding="utf-8").replace("](docs/", "](")
        (pages / page).write_text(text, encoding="utf-8")
    article, bibliography = pages / "paper.md", shipped("docs/paper.bib").read_text(encoding="utf-8")
    article.write_text(paper.page(article.read_text(encoding="utf-8"), bibliography), encoding="utf-8")
    reference.write(pages / "reference", commands)
    contents.add_index_pages(pages)
    contents.add_keywords(pages)
    (pages / "_static").mkdir()
    (pages / "_static" / "guide.css").write_text(CUSTOM_CSS, encoding="utf-8")
    (pages / "index.md").write_text(contents.index_page(TITLE, ABOUT, contents.sections(pages)), encoding="utf-8")
