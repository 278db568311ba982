"""Where the reading of TikTok stands: one JSON text that the caller keeps beside the rows.

Of each post: `mark` (unix seconds: all that its list held then was seen, as far as a quick reading goes down), `swept`
(when all its pages and threads were last read), how many replies each long thread had, and the walk under way. `done`
are the posts read in this round already, so that a round with many posts comes to its end.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from errors import Rejected


@dataclass
class Walk:
    """One reading of a post's pages: the next page, whether all are read, when it began, pages and threads read.

    `thread` and `thread_at` are the thread that was being read when it stopped, and its next page.
    """

    full: bool
    began: int
    at: int = 0
    pages: int = 0
    read: list[str] = field(default_factory=list)
    thread: str = ""
    thread_at: int = 0


@dataclass
class Video:
    """What was read of one post."""

    mark: int = 0
    swept: int = 0
    threads: dict[str, int] = field(default_factory=dict)
    walk: Walk | None = None


@dataclass
class Cursor:
    """The posts by id, and those read in this round."""

    videos: dict[str, Video] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)

    def in_turn(self, videos: Iterable[str]) -> list[str]:
        """Return the posts still to read in this round, the one longest unread first; others are forgotten."""
        wanted = list(dict.fromkeys(videos))
        self.videos = {name: known for name, known in self.videos.items() if name in wanted}
        self.done = [name for name in self.done if name in wanted]
        left = [name for name in wanted if name not in self.done]
        return sorted(left, key=lambda name: self.videos[name].mark if name in self.videos else 0)

    def finish(self, name: str) -> None:
        """Note that a post's walk has reached its end."""
        video = self.videos[name]
        if walk := video.walk:
            video.mark, video.walk = max(video.mark, walk.began), None
            video.swept = walk.began if walk.full else video.swept
        self.done.append(name)

    def drop(self, name: str) -> None:
        """Forget a post that TikTok no longer lists or refuses to read: when it is back, it is read anew."""
        self.videos.pop(name, None)
        self.done.append(name)

    def dump(self) -> str:
        """Return the cursor as text."""
        videos = {name: asdict(video) for name, video in self.videos.items()}
        return json.dumps({"v": 1, "videos": videos, "done": self.done}, sort_keys=True)


def load(text: str | None) -> Cursor:
    """Read a cursor; one that is not ours is refused, rather than taken for a beginning."""
    if not text:
        return Cursor()
    try:
        data = json.loads(text)
        return Cursor({name: _video(known) for name, known in data["videos"].items()}, [str(x) for x in data["done"]])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Rejected(f"the stored cursor cannot be read: {text[:80]!r}") from error


def _video(data: dict[str, object]) -> Video:
    video = Video(**data)  # type: ignore[arg-type]
    if not isinstance(video.mark, int) or not isinstance(video.threads, dict):
        raise TypeError
    if isinstance(video.walk, dict):
        video.walk = Walk(**video.walk)
    return video
