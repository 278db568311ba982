"""What the model says of a comment, in the order of its outputs."""

from models.enums import Intent, Situation

SITUATIONS = tuple(Situation)
INTENTS = tuple(Intent)
SPANS = ("reaction", "pii")

PV = 0
SERIOUS = 1
EMERGENCY = 2
FIRST_SITUATION = 3
FIRST_INTENT = FIRST_SITUATION + len(SITUATIONS)
OUTPUTS = FIRST_INTENT + len(INTENTS)

NAMES = (
    "pv",
    "serious",
    "emergency",
    *(f"situation.{s.value}" for s in SITUATIONS),
    *(f"intent.{i.value}" for i in INTENTS),
)
"""The chances by name, as the rest of the application asks for them."""
