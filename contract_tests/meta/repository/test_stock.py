"""An override of a template is used only with the generator's file that it was derived from."""

import json
from pathlib import Path

from meta.repository.checkout import Checkout


def test_changed_stock(checkout: Checkout) -> None:
    """An override derived from another file than the installed one is named."""
    name, record = _record(checkout)
    record[name] = "0" * 64
    _write(checkout, record)
    result = checkout.generate()
    assert result.returncode == 2
    assert f"templates/{name} overrides a file that the installed generator has changed" in result.stderr


def test_unrecorded_override(checkout: Checkout) -> None:
    """An override that nobody compared with the generator's file is named."""
    name, record = _record(checkout)
    del record[name]
    _write(checkout, record)
    result = checkout.generate()
    assert result.returncode == 2
    assert f"templates/{name} overrides a file of the generator and is not in stock.json" in result.stderr


def test_no_templates(checkout: Checkout) -> None:
    """Without the templates, the generator would fall back to its own in silence; the command refuses."""
    (checkout.codegen / "templates").rename(checkout.root / "elsewhere")
    result = checkout.generate()
    assert result.returncode == 2
    assert "templates is no folder" in result.stderr


def test_left_over_record(checkout: Checkout) -> None:
    """A record of an override that is gone is named."""
    _, record = _record(checkout)
    _write(checkout, record | {"gone.py.jinja": "0" * 64})
    result = checkout.generate()
    assert result.returncode == 2
    assert "stock.json lists gone.py.jinja" in result.stderr


def test_adopt(checkout: Checkout) -> None:
    """Adopting the installed files restores the record and names what changed."""
    name, record = _record(checkout)
    _write(checkout, record | {name: "0" * 64})
    result = checkout.generate("--adopt-stock")
    assert result.returncode == 0
    assert result.stdout == f"{name}\n"
    assert _record(checkout) == (name, record)


def _path(checkout: Checkout) -> Path:
    return checkout.codegen / "templates/stock.json"


def _record(checkout: Checkout) -> tuple[str, dict[str, str]]:
    record: dict[str, str] = json.loads(_path(checkout).read_bytes())
    return min(record), record


def _write(checkout: Checkout, record: dict[str, str]) -> None:
    _path(checkout).write_text(json.dumps(record), encoding="utf-8")
