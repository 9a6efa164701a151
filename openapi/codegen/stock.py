"""The generator's own files that the templates override.

Templates are not a public interface of the generator: after an upgrade, an override may lack a fix or not fit at all.
`stock.json` therefore records the sha256 of the generator's own file beside each override, as it was when the
override was last compared with it.
"""

import hashlib
import json
from importlib.resources import files
from pathlib import Path

from failure import Failure

RECORD = "stock.json"


def overridden(templates: Path) -> dict[str, str]:
    """Return, for each template that replaces one of the generator's, the sha256 of the replaced file."""
    stock = files("openapi_python_client") / "templates"
    names = sorted(path.relative_to(templates).as_posix() for path in templates.rglob("*.jinja"))
    return {
        name: hashlib.sha256(stock.joinpath(name).read_bytes()).hexdigest()
        for name in names
        if stock.joinpath(name).is_file()
    }


def adopt(templates: Path) -> list[str]:
    """Record the installed files as those that the overrides were derived from; return the changed names."""
    now = overridden(templates)
    before = _recorded(templates)
    (templates / RECORD).write_text(json.dumps(now, indent=2) + "\n", encoding="utf-8")
    return sorted(name for name in now.keys() | before.keys() if now.get(name) != before.get(name))


def require_known(templates: Path) -> None:
    """Refuse overrides of files that have changed since the overrides were derived from them."""
    if not templates.is_dir():
        raise Failure(f"{templates} is not a folder; without it the generator would write another client")
    now, recorded = overridden(templates), _recorded(templates)
    complaints: list[str] = []
    for name in sorted(now.keys() | recorded.keys()):
        if name not in now:
            complaints.append(
                f"{RECORD} lists {name}, which overrides no file of the installed generator: check whether it is still needed"
            )
        elif name not in recorded:
            complaints.append(
                f"templates/{name} overrides a file of the generator and is not in {RECORD}: compare the two"
            )
        elif now[name] != recorded[name]:
            complaints.append(
                f"templates/{name} overrides a file that the installed generator has changed: compare the two"
            )
    if complaints:
        raise Failure("\n".join([*complaints, "then run: python openapi/codegen/generate.py --adopt-stock"]))


def _recorded(templates: Path) -> dict[str, str]:
    path = templates / RECORD
    if not path.is_file():
        return {}
    try:
        return {str(name): str(digest) for name, digest in json.loads(path.read_bytes()).items()}
    except (ValueError, AttributeError) as error:
        raise Failure(f"{path.name} must be a JSON object of file names and sha256: {error}") from None
