"""The formats of known data sets: `FORMATS` by name. One's own tables are in `columns`."""

from ipt_engine.tasks.formats.base import BadRecord, Format
from ipt_engine.tasks.formats.dart import DART
from ipt_engine.tasks.formats.logic2text import LOGIC2TEXT
from ipt_engine.tasks.formats.mtop import MTOP
from ipt_engine.tasks.formats.spider import SPIDER
from ipt_engine.tasks.formats.totto import TOTTO

__all__ = ["FORMATS", "BadRecord", "Format"]

FORMATS: dict[str, Format] = {
    format_.name: format_ for format_ in (TOTTO, DART, LOGIC2TEXT, SPIDER, MTOP)
}
