"""Puts the assetc binary into the wheel, so that `pip install assetc` is all that a project needs.

ASSETC_BINARY           the binary to pack; without it the one that `cargo build --profile dist` or `--release` made
ASSETC_WHEEL_PLATFORM   the wheel's platform, such as manylinux_2_28_x86_64; without it that of this machine
"""

import os
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NAME = "assetc.exe" if os.name == "nt" else "assetc"


class BinaryHook(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel" or version == "editable":
            return
        build_data["shared_scripts"] = {str(self.find_binary()): NAME}
        build_data["pure_python"] = False
        platform = os.environ.get("ASSETC_WHEEL_PLATFORM") or sysconfig.get_platform()
        # Any Python 3: the package is Python, and the binary knows nothing of Python.
        build_data["tag"] = f"py3-none-{platform.replace('-', '_').replace('.', '_')}"

    def find_binary(self) -> Path:
        if named := os.environ.get("ASSETC_BINARY"):
            candidates = [Path(named).absolute()]
        else:
            target = Path(self.root, "../../target")
            candidates = [target / "dist" / NAME, target / "release" / NAME]
        for candidate in candidates:
            if candidate.is_file():
                return candidate
        tried = ", ".join(map(str, candidates))
        raise FileNotFoundError(f"no assetc binary to pack: tried {tried}; build it or name it with ASSETC_BINARY")
