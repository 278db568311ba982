"""What a picture or film is, and what may travel inside its file."""

from enum import StrEnum


class MediaKind(StrEnum):
    """What a file shows."""

    PICTURE = "picture"
    FILM = "film"


class MediaTrace(StrEnum):
    """What a file tells beside what it shows: the world could read it too."""

    PLACE = "place"
    PERSON = "person"
    DEVICE = "device"
    MOMENT = "moment"
    DESCRIPTION = "description"
    HIDDEN = "hidden"
