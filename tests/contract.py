"""The public contract of `covigie analyse`."""

KEYS = [
    "id",
    "lang",
    "screening",
    "pv",
    "situations",
    "serious",
    "reactions",
    "products",
    "intent",
    "emergency",
    "pii",
    "why",
]
