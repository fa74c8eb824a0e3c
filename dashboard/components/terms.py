"""Words a newcomer would not know, explained once; shown on hover, tap and keyboard focus."""

from dashboard.components import text
from ipt_engine.catalogue import CATALOGUE, model_title
from ipt_engine.methods import METHODS
from ipt_engine.metrics import get_metric

TERMS: dict[str, str] = {
    "soft prompt": (
        "A few trained vectors put before the text. The model itself stays frozen; only these "
        "are learned."
    ),
    "virtual tokens": "How many vectors the soft prompt has; each takes the place of one token.",
    "demonstration": "A training example, input and answer, shown to the model before the input.",
    "similarity": (
        "Cosine of the two inputs' sentence embeddings: 1 means the same meaning, about 0 "
        "unrelated."
    ),
    "nearest similarity": (
        "Cosine of the input's embedding and that of the training input nearest to it: 1 means "
        "the same meaning, about 0 unrelated."
    ),
    "gold log-probability": (
        "Natural logarithm of the probability that the method gives to the reference answer; "
        "nearer to 0 is better."
    ),
    "nats": (
        "Steps of the natural logarithm: 1 nat more is 2.7 times as likely, 2.3 nats are 10 times."
    ),
    "spearman": (
        "Rank correlation, from -1 to 1: does the gain rise with the similarity? 0 means no "
        "monotone relation."
    ),
    "interval": "95 % bootstrap interval over the test inputs.",
    "wide interval": "95 % interval for new seeds and new test inputs.",
    "spread": "Standard deviation of the runs' scores; the number before it is their mean.",
    "leakage": (
        "A training input almost the same as the test input gives its answer away. Pairs more "
        "similar than the limit are left out."
    ),
    "seed": "Number that fixes the random choices of a training, so that it can be repeated.",
    "dev loss": "Cross-entropy on held-out examples, nats for each answer token; lower is better.",
    "dev": (
        "Examples kept out of training and out of the test: the best step and the settings are "
        "chosen by them."
    ),
    "corpus score": (
        "The metric over all test answers at once, as papers report it; not the mean of the "
        "answers' own scores."
    ),
    "Holm's correction": (
        "Of many comparisons some come out by chance. Holm's method asks more of each, so that "
        "the chance of even one false find stays at 5 %."
    ),
    "oracle": (
        "Knows the scores and takes the better method for each input: no rule can do better."
    ),
    "greedy decoding": (
        "The most probable token is written at each step, so the same input gets the same answer."
    ),
    "cosine": "How far two vectors point the same way: 1 the same way, 0 unrelated.",
    "ledger": (
        "The run's table: a row for each test input with demonstrations, prompt, answer and scores."
    ),
    "shipped": "Comes with IPT Lab, so that there is something real to look at from the start.",
}


def term(word: str, shown: str | None = None) -> str:
    """HTML of a word with its explanation."""
    return text.explained(text.html(shown or word), TERMS[word])


def metric(name: str) -> str:
    """HTML of a metric's title with what it measures."""
    found = get_metric(name)
    return text.explained(text.html(found.title), found.explanation)


def model(name: str) -> str:
    """HTML that names a base model exactly, with its licence and origin."""
    card = CATALOGUE.get(name)
    if card is None:
        about = "Not in IPT Lab's catalogue; see its own model card for the licence."
    else:
        about = f"Licence {card.licence}. {card.note}"
    return text.explained(text.html(model_title(name)), about)


def method(name: str, colour: str) -> str:
    """HTML of a method's title with its colour and what it does."""
    spec = METHODS[name]
    swatch = f'<span class="ipt-swatch" style="background:{text.html(colour)}"></span>'
    return text.explained(f"{swatch}{text.html(spec.title)}", spec.explanation, "ipt-method")
