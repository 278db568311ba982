"""`python -m connectors.sandbox --port 8601 --data var/sandbox --smtp-port 8602 --comments FILE --every 20`."""

import argparse
import sys
from pathlib import Path

from connectors.sandbox.server import open_sandbox, serve


def main() -> int:
    """Run until SIGINT or SIGTERM; 2 when the arguments are no use, 1 when a port is taken."""
    parser = argparse.ArgumentParser(prog="python -m connectors.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="HTTP port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--data", type=Path, required=True, help="folder of the state and the mails; made when new")
    parser.add_argument("--comments", type=Path, help="JSONL file of comments to come, one object a line")
    parser.add_argument("--every", type=float, default=20.0, help="seconds between two of them")
    parser.add_argument("--smtp-port", type=int, help="SMTP port of the mailbox; none without it")
    public = "PUBLIC=HERE: a public address and where on this machine it leads, for what networks fetch themselves"
    parser.add_argument("--address", action="append", default=[], help=public)
    chosen = parser.parse_args()
    try:
        sandbox = open_sandbox(chosen.data, chosen.comments, chosen.every)
        sandbox.addresses.update(one.split("=", 1) for one in chosen.address)
        serve(sandbox, chosen.port, chosen.smtp_port)
    except FileNotFoundError as error:
        parser.error(str(error))
    except OSError as error:
        sys.stderr.write(f"sandbox: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
