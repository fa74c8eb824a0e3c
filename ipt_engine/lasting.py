"""Files that outlast a crash of the machine.

A file that is renamed into place right after it was written may be empty after a power failure:
the new name can reach the disk before the content does. So the content is waited for first. That
takes milliseconds each time; it is meant for results and checkpoints, not for heartbeats.
"""

import os
from pathlib import Path


def sync_file(path: Path) -> None:
    """Wait until a file's content is on the disk."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk, as far as the system lets one ask."""
    if os.name != "posix":
        # Windows opens no folders, and its renames go through the file system's own journal.
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_all(folder: Path) -> None:
    """Wait until a folder of files is on the disk, names and content."""
    for path in folder.iterdir():
        sync_file(path)
    sync_folder(folder)
