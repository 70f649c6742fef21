"""Where the assetc binary is."""

import os
import shutil
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

NAME = "assetc.exe" if os.name == "nt" else "assetc"


def find_binary() -> str:
    """The path of the binary: what `ASSETC_BINARY` names, else the one installed with this package, else on `PATH`.

    Raises FileNotFoundError, with what to do, when there is none.
    """
    if named := os.environ.get("ASSETC_BINARY"):
        if not Path(named).is_file():
            raise FileNotFoundError(f"ASSETC_BINARY names {named}, and there is no such file")
        return named
    for folder in _script_folders():
        if (candidate := Path(folder, NAME)).is_file():
            return str(candidate)
    if found := shutil.which(NAME):
        return found
    raise FileNotFoundError(
        "the assetc binary is not installed; `pip install --force-reinstall assetc` brings it, "
        "or let ASSETC_BINARY name one"
    )


def _script_folders() -> Iterator[str]:
    yield sysconfig.get_path("scripts")
    # `pip install --user`, where the scripts are not those of this Python.
    yield sysconfig.get_path("scripts", scheme=sysconfig.get_preferred_scheme("user"))
    # `pip install --target FOLDER` puts them beside the packages.
    yield str(Path(__file__).parent.parent / "bin")
    yield str(Path(sys.prefix, "Scripts" if os.name == "nt" else "bin"))
