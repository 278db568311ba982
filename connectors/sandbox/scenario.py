"""`python -m connectors.sandbox.scenario NAME --url http://127.0.0.1:8601 --network x --post ID --count 20`."""

import argparse
import json
import sys
from dataclasses import asdict

import httpx

from connectors.sandbox.scenarios import SCENARIOS, play
from errors import Rejected


def main(given: list[str] | None = None) -> int:
    """Play one scenario and write what it left as JSON; 1 when the sandbox does not answer or refuses."""
    told = "\n".join(f"  {name}: {(act.__doc__ or '').strip()}" for name, act in SCENARIOS.items())
    parser = argparse.ArgumentParser(
        prog="python -m connectors.sandbox.scenario",
        description=f"Let the public of a running sandbox play a story:\n{told}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", choices=list(SCENARIOS))
    parser.add_argument("--url", required=True, help="the sandbox's address, http://127.0.0.1:8601 say")
    parser.add_argument("--network", default="x", help="x without it")
    parser.add_argument("--post", default="", help="id of the post to speak under; a new one without it")
    parser.add_argument("--count", type=int, default=0, help="size of the story; its own without it")
    parser.add_argument("--pause", type=float, default=0.0, help="seconds between two acts")
    chosen = parser.parse_args(given)
    try:
        left = play(
            chosen.url,
            chosen.name,
            network=chosen.network,
            post=chosen.post,
            count=chosen.count,
            pause=chosen.pause,
        )
    except (httpx.HTTPError, Rejected) as error:
        sys.stderr.write(f"scenario: {error}\n")
        return 1
    sys.stdout.write(json.dumps(asdict(left), ensure_ascii=False, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
