"""A report as Markdown: the words and tables, without the figures."""

import re

from ipt_engine.report.parts import Report, Section, Table

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$&])")
_LEADING = re.compile(r"^(\s*)([-+]|\d+[.)])(\s)")


def to_markdown(report: Report) -> str:
    """The document. Texts mean nothing as markup."""
    blocks = [f"# {text(report.title)}", *map(text, report.lead)]
    for section in report.sections:
        blocks += _section(section)
    if report.configs:
        blocks.append("## Configs")
        for title, content in report.configs.items():
            blocks += [text(title), f"{_fence(content)}yaml\n{content.strip()}\n{_fence(content)}"]
    return "\n\n".join(blocks) + "\n"


def text(plain: str) -> str:
    """Plain text as Markdown that reads the same."""
    line = _SPECIAL.sub(r"\\\1", " ".join(plain.split()))
    return _LEADING.sub(lambda m: f"{m[1]}{m[2][:-1]}\\{m[2][-1]}{m[3]}", line)


def _section(section: Section) -> list[str]:
    blocks = [f"## {text(section.title)}"]
    for answer in section.answers:
        outcome = f"**{answer.outcome}** " if answer.outcome else ""
        about = f" ({text(answer.about)})" if answer.about else ""
        blocks.append(f"- {outcome}{text(answer.text)}{about}")
    for table in section.tables:
        blocks += [f"### {text(table.title)}", _table(table)]
    return blocks + [text(note) for note in section.notes]


def _table(table: Table) -> str:
    lines = [list(map(text, table.columns)), ["---"] * len(table.columns)]
    lines += [list(map(text, row)) for row in table.rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _fence(content: str) -> str:
    longest = max((len(run) for run in re.findall(r"`+", content)), default=0)
    return "`" * max(3, longest + 1)
