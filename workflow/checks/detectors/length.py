"""A text that its network does not take."""

from collections.abc import Iterator
from typing import Literal

from workflow.checks.detectors.detector import Detector, Hit
from workflow.checks.reading import Reading
from workflow.lengths import measure, published_text


class TooLong(Detector):
    """Find that the post, as published (hashtags appended), is longer than its network takes."""

    kind: Literal["length"]

    def hits(self, reading: Reading) -> Iterator[Hit]:
        """Return one hit on the text, with count and limit."""
        post = reading.post
        if post.network is None:
            return
        length = measure(post.network, published_text(post.network, post.text, post.hashtags, post.link))
        if length.over:
            yield Hit("text", words={"count": length.count, "limit": length.limit, "network": post.network.value})
