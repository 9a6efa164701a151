"""HTML from elements: what is text stays text, whatever it says."""

from __future__ import annotations

from xml.etree import ElementTree as ET

Child = ET.Element | str | None


def element(tag: str, *children: Child, **attributes: str) -> ET.Element:
    """Make an element; an attribute `class_` is `class`, and children that are None or empty are left out."""
    made = ET.Element(tag, {name.rstrip("_"): value for name, value in attributes.items()})
    last: ET.Element | None = None
    for child in children:
        if isinstance(child, ET.Element):
            made.append(child)
            last = child
        elif child and last is None:
            made.text = (made.text or "") + child
        elif child and last is not None:
            last.tail = (last.tail or "") + child
    return made


def document(root: ET.Element) -> str:
    """Return the text of a whole HTML document."""
    return f"<!DOCTYPE html>\n{ET.tostring(root, encoding='unicode', method='html')}\n"
