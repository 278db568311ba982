"""Stories that a public plays on a network of a running sandbox, through its control interface: for demos and tests.

Each makes a post of its own, or takes the one that it is given, and returns what it left there, so that whoever looks
at the application knows what must be found.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from errors import Rejected

AT_ONCE = 100
ADVERSE = (
    "Depuis que je prends Doloria j'ai des plaques rouges partout",
    "ma mère a fait un malaise après le deuxième comprimé de Cardexine, elle est aux urgences",
    "Sérénix ça marche mais je dors 14h et j'ai la bouche sèche",
    "j'ai vomi toute la nuit avec Gastroval, normal ??",
    "Grippalis hier, 40 de fièvre ce matin",
    "mon fils de 4 ans a avalé 6 sachets de Fluidéa",
    "enceinte de 3 mois et sous Immunaxa, on ne m'avait rien dit",
    "Lumicéa ne me fait plus rien du tout depuis le nouveau boîtier",
    "le stylo EasyDose s'est bloqué, j'ai eu la moitié de la dose",
    "palpitations et vertiges 2 jours après le début de Somagenyl",
)
OTHERS = (
    "Merci pour ces conseils !",
    "trop bien la vidéo 😂",
    "c'est remboursé ?",
    "vous recrutez à Lyon ?",
    "où est-ce qu'on en trouve",
    "ma pharmacienne m'en a parlé hier",
    "encore de la pub…",
    "bonne journée à toute l'équipe",
)
MILD = "Je commence Doloria ce soir, on verra"
WORSE = "Je commence Doloria ce soir, on verra. EDIT : gonflement du visage, je file aux urgences"
SAID_THEN_GONE = "Cardexine m'a donné des idées noires, je préfère effacer après"


@dataclass(frozen=True, slots=True)
class Public:
    """The public of one network, at the control interface of a sandbox; `pause` is the seconds between two acts."""

    http: httpx.Client
    network: str = "x"
    post: str = ""
    count: int = 0
    pause: float = 0.0

    def ask(self, method: str, path: str, entry: Any) -> Any:
        """Ask the control interface; what it refuses is `Rejected` in its own words."""
        content = {"network": self.network, **entry} if isinstance(entry, Mapping) else entry
        answer = self.http.request(method, f"/_sandbox/{path}", json=content)
        if answer.status_code == httpx.codes.BAD_REQUEST:
            raise Rejected(str(answer.json().get("error")))
        answer.raise_for_status()
        time.sleep(self.pause)
        return answer.json()

    def place(self, text: str, settings: Mapping[str, Any] | None = None) -> str:
        """Return the post to speak under: the one given, or a new one of the company's."""
        if self.post and settings is None:
            return self.post
        return str(self.ask("POST", "posts", {"text": text, **({"settings": settings} if settings else {})})["id"])

    def say(self, text: str, under: str) -> str:
        """Write one comment."""
        return str(self.ask("POST", "comments", {"text": text, "reply_to": under})["id"])

    def say_all(self, texts: Sequence[str], under: str) -> list[str]:
        """Write many comments, a hundred a call."""
        found: list[str] = []
        for start in range(0, len(texts), AT_ONCE):
            part = texts[start : start + AT_ONCE]
            entries = [{"network": self.network, "text": text, "reply_to": under} for text in part]
            found += self.ask("POST", "comments", entries)["ids"]
        return found


@dataclass(frozen=True, slots=True)
class Left:
    """What a scenario left: its post, what speaks of an adverse event, all that is there, and what to look for."""

    post: str
    adverse: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    expect: str = ""


def wave(public: Public) -> Left:
    """Tell adverse events of every kind among harmless words, every third as an answer to one of those."""
    post = public.place("Bien utiliser ses médicaments : posez-nous vos questions")
    adverse, others = [], []
    for n in range(public.count or len(ADVERSE)):
        others.append(public.say(f"{OTHERS[n % len(OTHERS)]} ({n})", post))
        told = ADVERSE[n % len(ADVERSE)] + (f" (comme {n} autres)" if n >= len(ADVERSE) else "")
        adverse.append(public.say(told, others[-1] if n % 3 == 0 else post))
    return Left(post, tuple(adverse), (*adverse, *others), expect="every adverse event is in the queue, none cleared")


def burst(public: Public) -> Left:
    """Write five hundred comments at once under one post, one adverse event in a hundred."""
    post, size = public.place("Grand jeu de la rentrée"), public.count or 500
    texts = [
        f"{ADVERSE[n // 100 % len(ADVERSE)]} {n}" if n % 100 == 0 else f"{OTHERS[n % len(OTHERS)]} {n}"
        for n in range(size)
    ]
    ids = public.say_all(texts, post)
    return Left(post, tuple(ids[::100]), tuple(ids), expect=f"{size} comments are stored, none twice")


def edit_and_delete(public: Public) -> Left:
    """Turn mild words into an adverse event, and delete another; where nobody edits, delete and write anew."""
    post = public.place("Une question sur un traitement ?")
    mild = public.say(MILD, post)
    try:
        worse = str(public.ask("PATCH", f"comments/{mild}", {"text": WORSE})["id"])
        gone: tuple[str, ...] = ()
    except Rejected:
        public.ask("DELETE", f"comments/{mild}", {})
        worse, gone = public.say(WORSE, post), (mild,)
    said = public.say(SAID_THEN_GONE, post)
    public.ask("DELETE", f"comments/{said}", {})
    expect = "new words, edited or written anew, come in; what was read before it was deleted is kept, and said gone"
    return Left(post, (worse,), (worse,), (*gone, said), expect)


def age_gated(public: Public) -> Left:
    """Answer a post that is shown to adults only; Instagram's interface lists no comment of such a post."""
    post = public.place("Réservé aux adultes : bien utiliser Sérénix", {"age_gated": True})
    ids = public.say_all([*ADVERSE[:3], *OTHERS[:3]], post)
    expect = "where the network lists nothing the coverage says so, and a person looks by hand: never 0 comments"
    return Left(post, tuple(ids[:3]), tuple(ids), expect=expect)


def outage(public: Public) -> Left:
    """Let the next five calls find the network down, and go on writing meanwhile."""
    post, calls = public.place("Tout va bien ?"), public.count or 5
    before = public.say_all(OTHERS[:2], post)
    public.ask("POST", "faults", {"kind": "status", "value": 503, "times": calls})
    during = public.say_all(ADVERSE[:3], post)
    expect = f"{calls} failures are said on the coverage screen; afterwards all comments are there, none twice"
    return Left(post, tuple(during), (*before, *during), expect=expect)


SCENARIOS: Mapping[str, Callable[[Public], Left]] = {
    "wave": wave,
    "burst": burst,
    "edit-and-delete": edit_and_delete,
    "age-gated": age_gated,
    "outage": outage,
}


def play(url: str, name: str, *, network: str = "x", post: str = "", count: int = 0, pause: float = 0.0) -> Left:
    """Play a scenario on a running sandbox.

    `url` is its address, `post` the id of a post to speak under, `count` the scenario's size, both the scenario's own
    without; `pause` are seconds between two acts. `Rejected` for a scenario, network or post that there is none of.
    """
    if name not in SCENARIOS:
        raise Rejected(f"there is no scenario {name}: {', '.join(SCENARIOS)}")
    with httpx.Client(base_url=url, timeout=30.0, trust_env=False) as client:
        return SCENARIOS[name](Public(client, network, post, count, pause))
