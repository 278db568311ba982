"""Who listens to the networks: kept apart, so that each network can write down who asked it to be told."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Listener:
    """Where an application listens to one network, and what signs what it is sent."""

    url: str
    secret: str = field(repr=False)
