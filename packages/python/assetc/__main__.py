"""`python -m assetc` is `assetc`."""

import os
import subprocess
import sys

from assetc.binary import find_binary


def main() -> int:
    command = [find_binary(), *sys.argv[1:]]
    if os.name == "nt":
        return subprocess.run(command).returncode
    os.execv(command[0], command)


if __name__ == "__main__":
    sys.exit(main())
