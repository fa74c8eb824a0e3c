"""A store's findings as one document: sections of answers, figures and tables, in HTML or Markdown.

`sections.py` says what is in it, `html.py` and `markdown.py` how it looks, `frames.py` writes the
tables behind it. Nothing is computed here: see `findings`.
"""

from ipt_engine.report.build import build_report
from ipt_engine.report.frames import write_frames
from ipt_engine.report.html import to_html
from ipt_engine.report.markdown import to_markdown
from ipt_engine.report.parts import Report

__all__ = ["Report", "build_report", "to_html", "to_markdown", "write_frames"]
