"""How the model of `moderation.detectors.adverse_event` is made: `covigie train` (needs the `train` extra)."""
