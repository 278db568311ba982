"""The networks, on this machine: one local server that speaks their interfaces over HTTP, and a mailbox.

It is part of the product: the demo runs on it, and every channel is tested against it. It is strict where the networks
are documented to be; where they are silent it refuses. The company there is the fictional `@LabosHelior`.
"""

from connectors.sandbox.people import COMPANY
from connectors.sandbox.server import Running, running_sandbox
from connectors.sandbox.x_network import APP_ONLY, OAUTH1, OAUTH2

__all__ = ["APP_ONLY", "COMPANY", "OAUTH1", "OAUTH2", "Running", "running_sandbox"]
