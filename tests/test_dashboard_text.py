"""What a person types or a model writes is shown as it is: the escape helper."""

from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from dashboard.components import text

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "**bold** and _italic_ and `code`",
    "$x$ and $$y$$",
    ":red[x] :material/delete: :smile:",
    "[a](javascript:alert(1))",
    "![a](http://example.com/x.png)",
    "http://example.com and www.example.com and a@example.com",
    "# heading",
    "1. item",
    "- item",
    "> quote",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "~~gone~~ &lt; &amp; \"quoted\" 'single' \\ back",
    "line one\nline two",
]


class _Reader(HTMLParser):
    """Collects the text and the tags of some HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.tags = "", []

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def read(source: str) -> _Reader:
    reader = _Reader()
    reader.feed(source)
    reader.close()
    return reader


@pytest.mark.parametrize("hostile", HOSTILE)
def test_html_gives_back_the_text_and_no_tag(hostile: str) -> None:
    reader = read(text.html(hostile))
    assert reader.text == hostile
    assert reader.tags == []


@pytest.mark.parametrize("hostile", HOSTILE)
def test_html_cannot_leave_an_attribute(hostile: str) -> None:
    reader = read(f'<span title="{text.html(hostile)}">x</span>')
    assert reader.tags == [("span", {"title": hostile})]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_markdown_reads_as_plain_text(hostile: str) -> None:
    """An independent Markdown parser (with the extensions of GitHub) finds nothing but text."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tokens = parser.parse(text.markdown(hostile))
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    (inline,) = tokens[1:2]
    assert {child.type for child in inline.children} <= {"text", "text_special"}
    shown = "".join(child.content for child in inline.children)
    assert shown == " ".join(hostile.split())


@pytest.mark.parametrize("hostile", HOSTILE)
def test_markdown_leaves_no_streamlit_directive(hostile: str) -> None:
    """Every sign that starts a colour, an icon, a formula or a link stands behind a backslash."""
    escaped = text.markdown(hostile)
    for place, sign in enumerate(escaped):
        if sign in ":$[<@.":
            assert escaped[place - 1] == "\\"


@pytest.mark.parametrize("hostile", HOSTILE)
def test_mark_keeps_the_text(hostile: str) -> None:
    words = {"script", "bold", "line", "javascript:alert", "example"}
    reader = read(text.mark(hostile, words))
    assert reader.text == hostile
    assert {tag for tag, _ in reader.tags} <= {"span"}
    assert all(attrs["class"] == "ipt-copied ipt-tip" for _, attrs in reader.tags)


def test_copied_words_are_in_a_demonstration_and_not_in_the_query() -> None:
    copied = text.copied_words(
        "The museum in Oslo owns a violin, Ann says",
        ["museum | owner | Ann", "The museum in Lima owns a violin."],
        "violin | place | Oslo",
    )
    assert copied == {"museum", "owns"}


def test_copied_words_are_underlined_once_each() -> None:
    marked = read(text.mark("Owns and owns", {"owns"}))
    assert len(marked.tags) == 2
    assert all("demonstration" in (attrs["data-tip"] or "") for _, attrs in marked.tags)
    # They say the same: the Tab key need not stop at each.
    assert [attrs.get("tabindex") for _, attrs in marked.tags] == ["0", None]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_an_explanation_is_for_the_keyboard_too_and_is_plain_text(hostile: str) -> None:
    reader = read(text.explained(text.html(hostile), hostile))
    ((tag, attrs),) = reader.tags
    assert (tag, reader.text, attrs["tabindex"]) == ("span", hostile, "0")
    assert attrs["data-tip"] == attrs["aria-description"] == hostile


@pytest.mark.parametrize(
    ("given", "length", "expected"),
    [("short", 10, "short"), ("a b\n c", 10, "a b c"), ("abcdefghij", 5, "abcd…")],
)
def test_shorten(given: str, length: int, expected: str) -> None:
    assert text.shorten(given, length) == expected
