"""Segments add up to the text; demonstrations give way before the query does."""

from dataclasses import replace

import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast

from ipt_engine.config import TemplateArguments
from ipt_engine.errors import ConfigError, DataError, InputTooLong
from ipt_engine.records import Example
from ipt_engine.retrievers import Demonstration
from ipt_engine.tasks import TASKS
from ipt_engine.templates import PromptTemplate
from tests.tiny import CHAT_TEMPLATE, sentencepiece_tokenizer, tiny_tokenizer

TASK = TASKS["mini-dart"]
SHOWN = [
    Demonstration(Example("a", "far | off | one", ("A far one.",)), 0.2),
    Demonstration(Example("b", "near | by | one", ("A near one.",)), 0.9),
]


def template(task: object = TASK, **args: object) -> PromptTemplate:
    return PromptTemplate(task, TemplateArguments(**args), tiny_tokenizer())  # type: ignore[arg-type]


@pytest.mark.parametrize("chat", [False, True])
@pytest.mark.parametrize("instruction", [False, True])
@pytest.mark.parametrize("task", [TASK, replace(TASK, stop="eos")])
def test_tokens_say_what_the_text_says(chat: bool, instruction: bool, task: object) -> None:
    segments = template(task, chat_template=chat, instruction=instruction).render(
        "x | is | y", SHOWN, "X is y."
    )
    assert tiny_tokenizer().decode(segments.prompt_ids) == segments.text
    assert (TASK.instruction in segments.text) is instruction
    assert segments.text.index("far | off") < segments.text.index("near | by")
    assert segments.text.index("near | by") < segments.text.index("x | is | y")
    assert tiny_tokenizer().decode(segments.answer).strip() == "X is y."


@pytest.mark.parametrize("chat", [False, True])
def test_an_answer_is_the_same_tokens_when_shown(chat: bool) -> None:
    rendered = template(chat_template=chat).render("q", SHOWN[:1], SHOWN[0].example.answer)
    tail = (*rendered.answer, *rendered.terminator)
    assert rendered.demonstrations[0][-len(tail) :] == tail


def merging_tokenizer() -> PreTrainedTokenizerFast:
    """Joins ":" and the blank after it, which is where an answer starts, and puts a first token."""
    plain = tiny_tokenizer()
    vocabulary = plain.get_vocab() | {":Ġ": len(plain), "<start>": len(plain) + 1}
    model = Tokenizer(models.BPE(vocab=vocabulary, merges=[(":", "Ġ")]))
    model.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    model.decoder = decoders.ByteLevel()
    model.post_processor = processors.TemplateProcessing(
        single="<start> $A", special_tokens=[("<start>", vocabulary["<start>"])]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=model, bos_token="<start>", eos_token=plain.eos_token
    )


def test_an_answer_never_melts_into_what_is_before_it() -> None:
    tokenizer = merging_tokenizer()
    joined = tokenizer("Sentence: A far one.", add_special_tokens=False).input_ids
    rendered = PromptTemplate(TASK, TemplateArguments(), tokenizer).render(
        "q", SHOWN[:1], SHOWN[0].example.answer
    )
    assert rendered.answer != tuple(joined[-len(rendered.answer) :])
    tail = (*rendered.answer, *rendered.terminator)
    assert rendered.demonstrations[0][-len(tail) :] == tail


@pytest.mark.parametrize("instruction", [False, True])
def test_the_first_token_comes_once_where_the_tokenizer_has_one(instruction: bool) -> None:
    tokenizer = merging_tokenizer()
    args = TemplateArguments(instruction=instruction)
    rendered = PromptTemplate(TASK, args, tokenizer).render("q", SHOWN, "An answer.")
    ids = [*rendered.prompt_ids, *rendered.answer, *rendered.terminator]
    places = [place for place, token in enumerate(ids) if token == tokenizer.bos_token_id]
    assert places == [0]


@pytest.mark.parametrize("instruction", [False, True])
@pytest.mark.parametrize("place", ["loop.first", "m['role'] == 'user'"])
def test_a_chat_template_that_puts_the_first_token_is_not_given_another(
    place: str, instruction: bool
) -> None:
    tokenizer = merging_tokenizer()
    tokenizer.chat_template = CHAT_TEMPLATE.replace(
        "[{{ m['role'] }}]", "{% if " + place + " %}<start>{% endif %}[{{ m['role'] }}]"
    )
    args = TemplateArguments(chat_template=True, instruction=instruction)
    rendered = PromptTemplate(TASK, args, tokenizer).render("q", SHOWN, "An answer.")
    bos = tokenizer.bos_token_id
    assert rendered.prompt_ids[0] == bos
    assert rendered.prompt_ids[1] != bos
    added = 0 if rendered.text.startswith("<start>") else 1
    assert rendered.prompt_ids.count(bos) == rendered.text.count("<start>") + added


@pytest.mark.parametrize("always", [False, True])
@pytest.mark.parametrize("instruction", [False, True])
@pytest.mark.parametrize("chat", [False, True])
@pytest.mark.parametrize("stop", ["newline", "eos"])
@pytest.mark.parametrize("shown", [SHOWN, []])
def test_a_blank_before_each_text_is_put_before_the_whole_alone(  # noqa: PLR0913, PLR0917
    always: bool, instruction: bool, chat: bool, stop: str, shown: list[Demonstration]
) -> None:
    """The segments are what the tokenizer itself makes of the whole text at once."""
    tokenizer = sentencepiece_tokenizer(always)
    assert tokenizer.tokenize("Cat.")[0].startswith("▁")
    args = TemplateArguments(chat_template=chat, instruction=instruction)
    template = PromptTemplate(replace(TASK, stop=stop), args, tokenizer)
    rendered = template.render("x | is | y", shown, "A far one.")
    blank = "" if chat else " "
    whole = tokenizer(rendered.text + blank + "A far one.").input_ids
    assert [*rendered.prompt_ids, *rendered.answer] == whole
    told = [Demonstration(Example("c", "x | is | y", ("A far one.",)), 1.0)]
    after = template.render("q", told).demonstrations[0]
    tail = (*rendered.answer, *rendered.terminator)
    assert after[-len(tail) :] == tail


def test_the_first_of_what_is_left_begins_the_text() -> None:
    template = PromptTemplate(TASK, TemplateArguments(instruction=False), sentencepiece_tokenizer())
    whole = template.render("x | is | y", SHOWN)
    tight = replace(template.args, max_length=len(whole.prompt_ids) - 1)
    short = PromptTemplate(TASK, tight, sentencepiece_tokenizer()).render("x | is | y", SHOWN)
    assert short.dropped == 1
    assert list(short.prompt_ids) == sentencepiece_tokenizer()(short.text).input_ids


def test_all_may_be_dropped_before_the_query_is_refused() -> None:
    bare = template().render("x | is | y")
    short = template(max_length=len(bare.prompt_ids)).render("x | is | y", SHOWN)
    assert short.dropped == 2
    assert short.prompt_ids == bare.prompt_ids
    assert short.text == bare.text
    with pytest.raises(InputTooLong) as refused:
        template(max_length=len(bare.prompt_ids)).render("x | is | y", SHOWN, reserve=3)
    assert refused.value.excess == 3


def test_the_least_similar_is_dropped_first_and_reported() -> None:
    whole = template().render("x | is | y", SHOWN)
    short = template(max_length=len(whole.prompt_ids) + 9).render("x | is | y", SHOWN, reserve=10)
    assert short.dropped == 1
    assert [d.example.id for d in short.shown] == ["b"]
    assert short.query == whole.query
    assert "far | off" not in short.text


def test_the_query_is_never_cut() -> None:
    with pytest.raises(DataError, match="Raise max_length"):
        template(max_length=40).render("x | is | y" * 10, SHOWN)


def test_no_chat_template_is_said() -> None:
    tokenizer = tiny_tokenizer()
    tokenizer.chat_template = None
    with pytest.raises(ConfigError, match="has no chat template"):
        PromptTemplate(TASK, TemplateArguments(chat_template=True), tokenizer)


def test_a_chat_template_that_cannot_be_taken_apart_is_said() -> None:
    tokenizer = tiny_tokenizer()
    tokenizer.chat_template = (
        "{{ messages | length }}{% for m in messages %}{{ m.content }}{% endfor %}"
    )
    with pytest.raises(ConfigError, match="one after the other"):
        PromptTemplate(TASK, TemplateArguments(chat_template=True), tokenizer)
