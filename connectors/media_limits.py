"""Which pictures and films each network takes, through the interface that we publish by.

Bytes, seconds and pixels; a megabyte is what the network calls one (1,000,000 bytes where it does not say 1,048,576),
so that we refuse a little too early rather than the network too late. `certainty`: H read in the network's own
documentation, M told by several who publish through it, L to verify with a live account. Read in November 2026.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

MB = 1_000_000
JPEG, PNG, WEBP, GIF = "image/jpeg", "image/png", "image/webp", "image/gif"
MP4, MOV = "video/mp4", "video/quicktime"


@dataclass(frozen=True, slots=True)
class MediaLimits:
    """What one network takes in one post.

    `pictures` and `films` are type → most bytes; `animated_gif` is the most bytes of a moving GIF (0: none, or shown
    as a still picture). A moving GIF counts as a film. `together`: pictures and films in one post. `alt_text` is the
    longest description that is taken (0: the network has none). `ratio` bounds width / height of a picture.
    """

    pictures: Mapping[str, int] = field(default_factory=dict)
    films: Mapping[str, int] = field(default_factory=dict)
    animated_gif: int = 0
    most_pictures: int = 0
    most_films: int = 0
    together: bool = False
    alt_text: int = 0
    film_seconds: tuple[float, float] = (0.0, 0.0)
    most_pixels: int | None = None
    ratio: tuple[float, float] | None = None
    certainty: str = "L"
    sources: tuple[str, ...] = ()


NONE = MediaLimits(sources=("no interface to publish through",))

LIMITS: Mapping[str, MediaLimits] = {
    "x": MediaLimits(
        pictures={JPEG: 5 * MB, PNG: 5 * MB, WEBP: 5 * MB, GIF: 5 * MB},
        films={MP4: 512 * MB, MOV: 512 * MB},
        animated_gif=15 * MB,
        most_pictures=4,
        most_films=1,
        alt_text=1000,
        film_seconds=(0.5, 140),
        certainty="H",
        sources=(
            "https://docs.x.com/x-api/media",
            "https://docs.x.com/x-api/media/quickstart/best-practices",
            "https://docs.x.com/x-api/media/create-media-metadata",
        ),
    ),
    "facebook": MediaLimits(
        pictures={JPEG: 4 * MB, PNG: 4 * MB, GIF: 4 * MB, WEBP: 4 * MB},
        films={MP4: 1000 * MB, MOV: 1000 * MB},
        most_pictures=10,
        most_films=1,
        alt_text=1000,
        film_seconds=(1, 14_400),
        certainty="M",
        sources=(
            "https://developers.facebook.com/docs/graph-api/reference/page/photos/",
            "https://developers.facebook.com/docs/graph-api/reference/page/videos/",
        ),
    ),
    "instagram": MediaLimits(
        pictures={JPEG: 8 * MB},
        films={MP4: 300 * MB, MOV: 300 * MB},
        most_pictures=10,
        most_films=10,
        together=True,
        alt_text=1000,
        film_seconds=(3, 900),
        ratio=(4 / 5, 1.91),
        certainty="H",
        sources=(
            "https://developers.facebook.com/docs/instagram-platform/content-publishing/",
            "https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/media/",
        ),
    ),
    "linkedin": MediaLimits(
        pictures={JPEG: 5 * MB, PNG: 5 * MB, GIF: 5 * MB},
        films={MP4: 500 * MB},
        animated_gif=5 * MB,
        most_pictures=20,
        most_films=1,
        alt_text=4086,
        film_seconds=(3, 1800),
        most_pixels=36_152_319,
        certainty="M",
        sources=(
            "https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/images-api",
            "https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/videos-api",
            "https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/multiimage-post-api",
        ),
    ),
    "tiktok": MediaLimits(
        pictures={JPEG: 20 * MB, WEBP: 20 * MB},
        films={MP4: 1000 * MB, MOV: 1000 * MB},
        most_pictures=35,
        most_films=1,
        film_seconds=(3, 600),
        certainty="M",
        sources=("https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide",),
    ),
    "youtube": MediaLimits(
        films={MP4: 256_000 * MB, MOV: 256_000 * MB},
        most_films=1,
        film_seconds=(1, 43_200),
        certainty="H",
        sources=("https://developers.google.com/youtube/v3/docs/videos/insert",),
    ),
}


def limits_of(network: str) -> MediaLimits:
    """Return what a network takes; nothing at all where none is known."""
    return LIMITS.get(network, NONE)
