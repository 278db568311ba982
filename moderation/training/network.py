"""The network: the encoder, one linear head over the whole comment, one over each token."""

from typing import Any

import torch
from torch import nn

from moderation.detectors.adverse_event.labels import OUTPUTS, SPANS

_MASKED = -1e4


class CommentReader(nn.Module):
    """Token numbers and mask, (batch, length) each, to logits: (batch, OUTPUTS) and (batch, length, SPANS).

    The comment is the mean and the maximum over its tokens: the mean tells what it is about, the maximum keeps the
    one clause that matters in a long story.
    """

    def __init__(self, encoder: nn.Module, hidden: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(dropout)
        self.mixed = nn.Linear(2 * hidden, hidden)
        self.comment = nn.Linear(hidden, OUTPUTS)
        self.token = nn.Linear(hidden, len(SPANS))

    def forward(self, tokens: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the logits of the comment and of its tokens."""
        states: Any = self.encoder(input_ids=tokens, attention_mask=mask).last_hidden_state
        real = mask.unsqueeze(-1).to(states.dtype)
        mean = (states * real).sum(1) / real.sum(1)
        peak = (states + (1 - real) * _MASKED).max(1).values
        pooled = torch.tanh(self.mixed(self.dropout(torch.cat([mean, peak], -1))))
        return self.comment(self.dropout(pooled)), self.token(self.dropout(states))
