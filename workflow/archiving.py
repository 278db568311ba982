"""The dossier."""


def archive(session, publication): ...
