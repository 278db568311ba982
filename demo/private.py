"""What people tell the company in private, and under an advertisement of its page; the worker brings it in."""

from datetime import timedelta

from demo.stage import Stage

ADVERSE = (
    "Bonjour, je n'ose pas l'écrire sous vos publications : depuis que ma mère prend Cardexine elle a des vertiges et "
    "elle est tombée hier. Faut-il arrêter ?"
)
SAID = (
    ("facebook", "lilas_nord", 3, ADVERSE),
    ("facebook", "noyau_midi", 26, "Bonjour, où peut-on rapporter des boîtes non ouvertes ?"),
    ("x", "tuile_est", 2, "Merci pour votre réponse de la semaine dernière, tout est rentré dans l'ordre."),
)
AD, UNDER_IT = "Cet hiver, pensez à aérer.", "J'ai eu des plaques avec votre sirop Fluidéa, personne ne l'a noté."
STORY = "Ma fille a vomi après votre sirop, c'est normal ?"


def write(stage: Stage) -> None:
    """Let people write in private, one too long ago to be answered from here, and one under an advertisement."""
    for network, handle, hours, text in SAID:
        at = (stage.now - timedelta(hours=hours)).isoformat()
        stage.ask("messages", {"network": network, "handle": handle, "text": text, "at": at})
    earlier = (stage.now - timedelta(hours=1)).isoformat()
    story = {"network": "instagram", "handle": "pinson_mer", "text": STORY, "at": earlier, "story": "18000000000000001"}
    stage.ask("messages", story)
    settings = {"ad": True, "inline": True}
    day_before = (stage.now - timedelta(hours=30)).isoformat()
    ad = stage.ask("posts", {"network": "facebook", "text": AD, "at": day_before, "settings": settings})["id"]
    stage.ask(
        "comments",
        {"network": "facebook", "handle": "renard_vent", "text": UNDER_IT, "reply_to": ad, "at": earlier},
    )
