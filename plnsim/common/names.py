"""Names that become files or folders: one check for all of them, wherever they come from."""

from __future__ import annotations

import re
import unicodedata

from plnsim.common.errors import InputError, quote_value

LONGEST_NAME = 120
"""In bytes; two of them joined are still the name of a file on every system."""
FORBIDDEN = frozenset('<>:"/\\|?*')
UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Unicode's categories of control characters, of what turns the direction of a text or cannot be seen, and of halves
of characters.
"""
DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])[ ]*(\..*)?", re.IGNORECASE)
RIGHT = "letters, digits, - and _, as in low-time"


def check_name(name: str, what: str, place: str = "") -> str:
    """The name, which can be that of a file or folder on every system; raises ``InputError``.

    ``what`` says whose name it is, as in "the alternative".
    """
    if wrong := _fault(name):
        raise InputError(f"{what} {quote_value(name)} cannot name a file or folder: {wrong}", place=place, right=RIGHT)
    return name


def _fault(name: str) -> str:
    """Why a name cannot be that of a file or folder; nothing where it can."""
    if not name:
        return "it is empty"
    if any(unicodedata.category(letter) in UNSEEN for letter in name):
        return "it holds a character that cannot be seen"
    if held := sorted(FORBIDDEN & set(name)):
        return f"it holds {' '.join(held)}"
    if name[0] in ". ":
        return "it begins with a point or a space"
    if name[-1] in ". ":
        return "it ends with a point or a space"
    if DEVICE.fullmatch(name):
        return "Windows keeps this name for a device"
    if len(name.encode()) > LONGEST_NAME:
        return f"it is longer than {LONGEST_NAME} bytes"
    return ""


def check_distinct(names: list[str], what: str) -> None:
    """Raises ``InputError`` where two names would be the same file or folder on some system."""
    seen: dict[str, str] = {}
    for name in names:
        folded = unicodedata.normalize("NFC", name).casefold()
        if folded in seen:
            same = quote_value(name) if name == seen[folded] else f"{quote_value(seen[folded])} and {quote_value(name)}"
            raise InputError(
                f"two {what} would share a folder: {same}", right="names that differ in more than capitals"
            )
        seen[folded] = name
