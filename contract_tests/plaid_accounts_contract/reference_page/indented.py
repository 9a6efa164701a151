"""JSON text made readable without being rewritten: an amount of 5000.0 stays 5000.0."""

from __future__ import annotations

import re
from typing import Final

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+')
_STEP: Final = "  "


def indented(text: str) -> str:
    """Return sound JSON text with a line for each member; nothing but the space between its tokens changes."""
    lines, line, depth, before = list[str](), "", 0, ""
    for piece in _TOKEN.findall(text):
        opened, closing = before in ("[", "{"), piece in ("]", "}")
        depth -= closing
        if (opened or before == "," or closing) and not (opened and closing):
            lines.append(line)
            line = _STEP * depth
        line += f"{piece} " if piece == ":" else piece
        depth += piece in ("[", "{")
        before = piece
    return "\n".join((*lines, line))
