"""The frames behind a report, as CSV and Parquet."""

from pathlib import Path

import pandas as pd

from ipt_engine.csv_text import csv_text
from ipt_engine.errors import ConfigError
from ipt_engine.report.parts import Report


def write_frames(report: Report, folder: Path) -> list[Path]:
    """Write every frame of every section, twice: NAME.csv and NAME.parquet.

    Args:
        report: The report.
        folder: Where to; made if missing.

    Raises:
        ConfigError: If the folder cannot be written.
    """
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for section in report.sections:
            for name, frame in section.frames.items():
                path = folder / f"{name}.csv"
                path.write_text(csv_text(frame), encoding="utf-8")
                _plain(frame).to_parquet(path.with_suffix(".parquet"), index=False)
                written += [path, path.with_suffix(".parquet")]
    except OSError as error:
        raise ConfigError(
            f"{folder} cannot be written ({error}). Choose another folder."
        ) from error
    return written


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """The same with columns of mixed objects as texts, which Parquet has no type for."""
    odd = [
        name
        for name in frame.columns
        if frame[name].dtype == object
        and not all(isinstance(value, str) for value in frame[name].dropna())
    ]
    return frame.assign(**{name: frame[name].map(str) for name in odd})
