"""Git, asked about a folder; and where the top of its checkout is.

What a reader would get wrong: in a hook git sets variables that say which repository it works on
(`GIT_DIR`, `GIT_INDEX_FILE`, …), and they win over the folder that is asked about. None of them is
passed on.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from advisor.load.text_file import checkout_of

_SECONDS = 60
_PASSED_ON = ("GIT_CONFIG", "GIT_EXEC_PATH", "GIT_SSH", "GIT_SSL", "GIT_TRACE")
_TOPS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")
"""Where CI services say that they checked out."""


class GitError(Exception):
    """Git could not do it, and said why."""


def git(arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> bytes:
    """Return what git prints in a folder. Raises GitError with the last line of what it says."""
    try:
        ended = subprocess.run(  # noqa: S603 - arguments of our own and a checked revision
            ["git", *arguments],  # noqa: S607 - the user's own git
            cwd=folder,
            env=_own_environment(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        raise GitError("git can't be run") from None
    if ended.returncode:
        said = ended.stderr.decode("utf-8", "replace").strip().splitlines()
        raise GitError(said[-1] if said else "git failed")
    return ended.stdout


def _own_environment(given: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without what says which repository is meant."""
    return {
        name: value
        for name, value in given.items()
        if not name.startswith("GIT_") or name.startswith(_PASSED_ON)
    }


def path_from_top(file: Path, environment: Mapping[str, str]) -> str:
    """Return a file's path from the top of its checkout; as it was typed outside of any.

    The top is where the CI service says that it checked out, else the nearest folder with a `.git`.
    """
    place = file.parent.resolve() / file.name
    stated = [Path(top).resolve() for top in map(environment.get, _TOPS) if top]
    found = checkout_of(place.parent)
    top = next((one for one in (*stated, found) if one in place.parents), None)
    return file.as_posix() if top is None else place.relative_to(top).as_posix()
