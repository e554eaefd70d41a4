"""Golden files of this folder: compared as they stand, written anew where SYMBACK_REFRESH is set."""

from __future__ import annotations

import os
from pathlib import Path

HERE = Path(__file__).parent


def check_golden(name: str, text: str) -> None:
    path = HERE / name
    if os.environ.get("SYMBACK_REFRESH"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text
