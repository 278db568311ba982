"""How long the check of one post takes, and what looking letters up first saves.

    python -m benchmarks.post_check [--repeat 30]

One row a post of the pack's examples, by length: milliseconds of processor time, and the ratio to the same check with
every wording searched for in every text, in the same run.
"""

import argparse
import re
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from unittest.mock import patch

from workflow.checks import Pack, check_post, default_pack
from workflow.checks.wording import AnyOf


def examples(pack: Pack) -> list[tuple[Any, Any]]:
    """Return a short, a middling, a long example of the pack with its products, and one of four mandatory mentions."""
    known = [(pack.post(rule, one), pack.products(rule)) for rule in pack.rules for one in _all(rule)]
    known.sort(key=lambda pair: len(pair[0].text))
    return [known[len(known) * share // 100] for share in (10, 50, 90, 99)] + [known[-1]]


def _all(rule: Any) -> tuple[Mapping[str, object], ...]:
    return (*rule.must_fire, *rule.must_not_fire)


def milliseconds(run: Callable[[], object], repeat: int) -> float:
    """Return the median processor time of a run."""
    run()
    times = []
    for _ in range(repeat):
        begun = time.process_time()
        run()
        times.append(time.process_time() - begun)
    return sorted(times)[repeat // 2] * 1e3


def searched(self: AnyOf, text: str) -> Iterator[re.Match[str]]:
    """Search for every wording at once, the baseline."""
    return self.joined.finditer(text)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=30)
    repeat = parser.parse_args().repeat
    pack = default_pack()
    print(f"{len(pack.rules)} rules\ncharacters      ms  against searching all")
    for post, products in examples(pack):

        def run(post: Any = post, products: Any = products) -> object:
            return check_post(post, products, today=pack.issued, pack=pack)

        looked_up = milliseconds(run, repeat)
        with patch.object(AnyOf, "finditer", searched):
            baseline = milliseconds(run, repeat)
        print(f"{len(post.text):10d}  {looked_up:6.1f}  {baseline / looked_up:.2f} x")


if __name__ == "__main__":
    main()
