"""Comments a second of the whole analysis, against the bare eight-bit model on the same token sequences.

    python -m benchmarks.throughput [--comments N] [--copies 0.3]

Two runs: the corpus's distinct comments of the parts that judge, and a stream in which the stated share are near
copies of earlier ones (another handle, link, case or sign, as when people copy and paste).
The ratio is printed: the whole, over bare. Then comments a second from waiting rows to committed records and cases.
"""

import argparse
import json
import os
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from cli import CATALOGUE
from models import migrate
from moderation.analyse_file import TOGETHER
from moderation.analysing import analyse_pending
from moderation.detectors.adverse_event.encoding import context_of
from moderation.detectors.adverse_event.model import BUILT_IN, Model
from moderation.detectors.adverse_event.reader import reader_for
from moderation.detectors.catalogue import Catalogue
from moderation.detectors.evidence import FindingKind, Subject
from moderation.screening import detectors_for, gather, screen_many
from moderation.training.corpus import Part, read_corpus
from settings import get_settings
from tests.comment_factories import bring, company_account, incoming, products


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that some work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def copied(subject: Subject, rng: random.Random) -> Subject:
    """Return a near copy as people make them."""
    text = rng.choice(
        [f"@compte{rng.randrange(99)} {subject.text}", subject.text + " !!", subject.text.lower(), subject.text.upper()]
    )
    return replace(subject, text=text)


def stream(subjects: list[Subject], share: float, rng: random.Random) -> list[Subject]:
    """Return a stream of as many comments, of which a share are near copies of one before."""
    out: list[Subject] = []
    for subject in subjects:
        out.append(copied(rng.choice(out), rng) if out and rng.random() < share else subject)
    return out


def bare(model: Model, subjects: list[Subject], catalogue: Catalogue) -> Callable[[], object]:
    """Return the model's part alone: token sequences that are already there, as the model runs them."""
    detectors = detectors_for(catalogue)
    named = [[f.label for f in gather(s, detectors).findings(FindingKind.PRODUCT)] for s in subjects]
    contexts = [context_of(s, n, catalogue) for s, n in zip(subjects, named, strict=True)]
    found = model.encoder.encode([s.text for s in subjects], contexts, [s.parent for s in subjects])
    windows = [window for one in found for window in one]
    return lambda: model.run(windows)


def report(name: str, subjects: list[Subject], catalogue: Catalogue, model: Model) -> None:
    """Print one row: the bare model and the whole, each from cold caches, and their ratio.

    They take turns a few hundred comments at a time, as the worker takes them, so that whatever else the machine does
    slows both.
    """
    reader_for.cache_clear()
    reader_for(catalogue).read([subjects[0]], [[]])
    full = alone = 0.0
    for at in range(0, len(subjects), TOGETHER):
        some = subjects[at : at + TOGETHER]
        alone += timed(bare(model, some, catalogue))
        full += timed(partial(screen_many, some, catalogue))
    rate, base = len(subjects) / full, len(subjects) / alone
    print(f"{name:34} {len(subjects):6} comments  whole {rate:7.1f}/s  bare {base:7.1f}/s  ratio {rate / base:.2f}")


def committed(subjects: list[Subject]) -> float:
    """Return comments a second from rows that wait in a new SQLite database to committed records and cases."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["COVIGIE_DATA_DIR"] = folder
        get_settings.cache_clear()
        migrate.upgrade()
        account = company_account()
        products()
        for at in range(0, len(subjects), TOGETHER):
            page = [incoming(at + i, s.text) for i, s in enumerate(subjects[at : at + TOGETHER])]
            bring(account, *page, cursor=str(at))

        def work() -> None:
            while analyse_pending(TOGETHER):
                pass

        return len(subjects) / timed(work)


def main() -> None:
    """Print the rows."""
    options = argparse.ArgumentParser()
    options.add_argument("--comments", type=int, default=2000)
    options.add_argument("--copies", type=float, default=0.3)
    given = options.parse_args()
    catalogue = Catalogue.from_records(json.loads(CATALOGUE.read_text("utf-8")))
    rng = random.Random(7)
    subjects = [line.subject for line in read_corpus() if line.part is not Part.TRAIN]
    rng.shuffle(subjects)
    subjects = subjects[: given.comments]
    model = Model(BUILT_IN)
    report("distinct comments", subjects, catalogue, model)
    print(f"rows committed to SQLite           {committed(subjects):7.1f}/s")
    report(f"stream, {given.copies:.0%} near copies", stream(subjects, given.copies, rng), catalogue, model)


if __name__ == "__main__":
    main()
