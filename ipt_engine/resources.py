"""Where the dashboard and the built-in data lie: in a checkout, or inside the wheel."""

import os
from pathlib import Path

from platformdirs import user_cache_path, user_data_path

from ipt_engine.errors import StoreError

OTHER_CACHE = (
    "Make room there and the folder writable, or name another cache folder with XDG_CACHE_HOME."
)


def bundled_root() -> Path:
    """The folder that holds `dashboard/` and `data/`."""
    package = Path(__file__).resolve().parent
    bundled = package / "_bundled"
    return bundled if bundled.is_dir() else package.parent


def shipped_root() -> Path:
    """The read-only store that comes with the project; $IPT_SHIPPED names another."""
    return Path(os.environ.get("IPT_SHIPPED") or bundled_root() / "data" / "study")


def cache_root() -> Path:
    """The user's cache folder for converted models and embeddings; made if missing.

    Raises:
        StoreError: If it cannot be made.
    """
    path = Path(user_cache_path("ipt-lab"))
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"The cache folder {path} cannot be made ({error.strerror or error}). {OTHER_CACHE}"
        ) from error
    return path


def tasks_root() -> Path:
    """The folder of the tasks that the user added: $IPT_TASKS, else in the user's data folder."""
    return Path(os.environ.get("IPT_TASKS") or user_data_path("ipt-lab") / "tasks")
