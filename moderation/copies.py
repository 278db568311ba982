"""Near copies: comments that say nearly the same, posted in a wave. Linked, never merged, never deleted. Rules only.

What is compared is the words: case, accents, elongations, links, handles, numbers and signs set apart. A short remark
("moi aussi", "merci à tous") is nobody's copy: what it means depends on where it stands.
"""

import re
from hashlib import blake2b

from moderation.detectors.folding import fold

FEWEST_WORDS = 5
RUN = 2
BANDS, ROWS = 4, 2
ALIKE = 0.7
_NOT_SAID = re.compile(r"https?://\S+|www\.\S+|(?<!\w)[@#]\w+")
_WORD = re.compile(r"[^\W\d_]+")
_HASH_BYTES = 8


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text as they are compared."""
    return tuple(_WORD.findall(fold(_NOT_SAID.sub(" ", text)).text))


def runs_of(text: str) -> frozenset[str]:
    """Return the runs of two words of a text; none when it is too short to be a copy of anything."""
    words = words_of(text)
    if len(words) < FEWEST_WORDS:
        return frozenset()
    return frozenset(" ".join(words[i : i + RUN]) for i in range(len(words) - RUN + 1))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of runs that two texts have in common, 0..1 (Jaccard)."""
    return len(one & other) / len(one | other) if one and other else 0.0


def alike(one: str, other: str) -> bool:
    """Say whether two texts are near copies."""
    return likeness(runs_of(one), runs_of(other)) >= ALIKE


def keys_of(text: str) -> tuple[str, ...]:
    """Return the keys under which near copies are found: two texts that are alike share one, but for rare chance.

    MinHash in bands (A. Broder, 1997): of texts that have seven runs in ten in common, 93 in 100 share a key; exact
    copies all do. A shared key alone proves nothing: `alike` decides.
    """
    runs = runs_of(text)
    if not runs:
        return ()
    size = BANDS * ROWS * _HASH_BYTES
    digests = [blake2b(run.encode(), digest_size=size).digest() for run in runs]
    width = ROWS * _HASH_BYTES
    least = [min(d[i : i + _HASH_BYTES] for d in digests) for i in range(0, size, _HASH_BYTES)]
    bands = [b"".join(least[n * ROWS : (n + 1) * ROWS]) for n in range(BANDS)]
    return tuple(f"{n}{blake2b(band, digest_size=width // 2).hexdigest()}" for n, band in enumerate(bands))
