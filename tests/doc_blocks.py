"""Blocks of code in Markdown, and the commands in them."""

import re
import shlex

FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def command_lines(text: str) -> list[list[str]]:
    """The words after `ipt` of every command in a block of code, without its comment."""
    lines = text.replace("\\\n", " ").splitlines()
    found = [re.fullmatch(r"\s*(?:\.venv/bin/)?ipt (.+)", line) for line in lines]
    # A loop's variable stands for a number.
    said = [re.sub(r"\$\w+", "1", match[1]) for match in found if match]
    return [shlex.split(line, comments=True) for line in said]
