"""From the trained network to the file that is served: ONNX, eight-bit weights per channel, and its card."""

import json
import tempfile
import warnings
from pathlib import Path
from typing import Any

import torch
from torch import nn

from moderation.detectors.adverse_event.labels import INTENTS, SITUATIONS, SPANS

OPSET = 17


def export(network: nn.Module, tokenizer: Any, folder: Path) -> None:
    """Write `model.onnx`, `tokenizer.json` and `labels.json` into the folder.

    Weights keep seven bits of the eight (`reduce_range`): processors without VNNI add products in sixteen bits, and
    would overflow silently with eight.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    with tempfile.TemporaryDirectory() as temporary:
        full = Path(temporary) / "full.onnx"
        to_onnx(network, full)
        quantize_dynamic(full, folder / "model.onnx", per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)
    labels = {"situations": SITUATIONS, "intents": INTENTS, "spans": SPANS}
    (folder / "labels.json").write_text(json.dumps(labels, indent=1) + "\n", "utf-8")


def to_onnx(network: nn.Module, path: Path) -> None:
    """Write the network in 32-bit floats; batch and length are free."""
    network.eval()
    example = torch.ones(2, 8, dtype=torch.long)
    free = {0: "batch", 1: "length"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network,
            (example, example),
            str(path),
            input_names=["tokens", "mask"],
            output_names=["comment", "marks"],
            dynamic_axes={"tokens": free, "mask": free, "comment": {0: "batch"}, "marks": free},
            opset_version=OPSET,
            dynamo=False,
        )
