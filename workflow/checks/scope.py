"""Is a wording asserted? Not when it is denied, quoted to warn of it, or asked.

"Rinozel guérit le rhume" asserts; "ne guérit pas le rhume", "n'est pas 100 % efficace", "méfiez-vous des produits
« garantis sans risque »" and "est-il sans danger ?" do not. All texts here are folded.
"""

import re
from bisect import bisect_right
from functools import lru_cache

# A sentence without end is read so far, in characters, on both sides of a wording.
_REACH = 300
_SENTENCE_END = re.compile(r"[.!?;]+(?=\s|\"|$)|\n+")
_CLAUSE_END = re.compile(r"[,:()]|\b(?:et|mais|car|donc|and|but|so)\b|-\s")

# "n'hésitez pas", "ne ratez pas" call to action and deny nothing; "vous n'avez pas" does.
_IMPERATIVE = r"(?!(?:vous\s+|y\s+|en\s+)?(?!avez|etes|pouvez|devez|saurez)\w+ez\b)"
_DENIED_BEFORE = re.compile(
    rf"""\bn(?:e\s+|')\s*{_IMPERATIVE}(?:\w+[\s']+){{1,3}}?(?:pas|jamais|point|guere|nullement|rien|aucun\w*)\b
          (?:[\s'"]+\w+){{0,7}}[\s'"]*$
      | \b(?:pas|jamais|non|ni|nulle?|loin\sd'etre|impossible\sde|sans)\s+(?:(?:pas|de|d'|toujours|forcement|totalement
          |completement|entierement|absolument|vraiment|une?|la|le|les|l'|pour\sautant|etre|aussi)[\s']*)*["\s]*$
      | \b(?:aucune?|nulle?|(?<!une\s)personne|rien)\s+(?:\w+[\s']+){{0,4}}?n(?:e\s+|')\s*(?:\w+[\s'"]+){{1,8}}$
      | \bni\s+(?:\w+[\s']+){{0,2}}$
      | \b(?:not|never|no|nor|neither|cannot|without|hardly|\w+n't)\b(?!\s+(?:only|just|more)\b)
          (?:[\s'"]+\w+){{0,5}}[\s'"]*$
    """,
    re.VERBOSE,
)
# "ne guérit", "n'est 100 % efficace", "ne peut être garanti": the verb is the wording itself or stands right before.
_NE_BEFORE = re.compile(
    r"\bn(?:e\s+|')\s*(?:(?:l[ea]s?|l'|vous|nous|se|s'|y|en|lui|leur|peut|peuvent|pourra|pourrait|saurait|sauraient|doit|va"
    r"|vont|sera|seront|est|sont|a|ont|fait|etre|totalement|jamais|garantit|promet)[\s']+)*\"?\s*$"
)
_DENIED_AFTER = re.compile(
    r"\s*\"?\s*(?:cela\s|ca\s|ce\s)?(?:n'existe|n'est|ne\ssont|ne\s\w+)\b|\s+(?:does\snot|doesn't|is\snot|isn't)\b"
)

_WARNING = re.compile(
    r"\bmefi\w+|\bidees?\srecues?|\bmythes?\b|\bintox\b|\binfox\b|\bpreten\w+|\bsoi-disant\b|\barnaqu\w+|\bcharlatan\w*"
    r"|\bdesinformation|\bfausses?\s(?:promesses?|informations?|publicites?|allegations?)|\bpromesses?\s(?:de|du|d'|trop)"
    r"|\btrompeu\w+|\bil\sest\sfaux|\bc'est\sfaux|\bvrai\sou\sfaux|\bfuyez\b|\bpubs?\smensong\w+|\bmensong\w+"
    r"|\bbeware\b|\bmyths?\b|\bso-called\b|\bmisleading\b|\bfalse\s(?:claims?|promises?)|\bscams?\b|\bclaim(?:s|ing)?\sto\b"
)
_QUOTED_WARNING = re.compile(
    r"\battention\b|\bpromes\w+|\binterdi\w+|\bevite\w*|\bsignale\w*|\bfaux\b|\bmentions?\b|\bexpressions?\b|\btermes?\b"
    r"|\bmots?\b|\bjamais\b|\bfalse\b|\bclaims?\b|\bpromis\w+|\bne\s(?:dites|dit|croyez)|\bentend\w*|\blit\b|\blire\b"
)
_REFUTED = re.compile(
    r"\s*\"?\s*(?:c'est\s|ceci\sest\s|non\s*[,:!.]|reponse\s*:\s)?(?:faux|intox|non|mythe|idee\srecue|false|myth)\b"
)
_QUESTION = re.compile(
    r"-(?:t-)?(?:il|elle|on|ce|ils|elles)\b|\best-ce\b|^\W*(?:is|are|does|do|can|will)\b|\bvraiment\b"
)


def asserted(text: str, start: int, end: int) -> bool:
    """Say whether the wording at `start:end` of a folded text is asserted by its sentence."""
    opening, closing = sentence_around(text, start, end)
    return not (
        _denied(text, opening, start, end)
        or _warned_of(text, opening, closing, start, end)
        or _asked(text, opening, closing)
    )


def sentence_at(text: str, start: int, end: int) -> str:
    """Return the sentence of a folded text in which a wording stands."""
    opening, closing = sentence_around(text, start, end)
    return text[opening:closing]


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the sentence around a span, with its final mark; of an endless one, the `_REACH` nearest characters."""
    ends = _sentence_ends(text)
    before, after = bisect_right(ends, start), bisect_right(ends, end)
    opening = ends[before - 1] if before else 0
    closing = ends[after] if after < len(ends) else len(text)
    return max(opening, start - _REACH), min(closing, end + _REACH)


@lru_cache(maxsize=32)
def _sentence_ends(text: str) -> list[int]:
    """Return where the sentences of a text end, with their marks."""
    return [mark.end() for mark in _SENTENCE_END.finditer(text)]


def _denied(text: str, opening: int, start: int, end: int) -> bool:
    """Say whether the clause denies the wording, before it or as its predicate."""
    clause = opening
    for mark in _CLAUSE_END.finditer(text, opening, start):
        clause = mark.end()
    before, wording = text[clause:start], text[start:end]
    if (_DENIED_BEFORE.search(before) and not wording.startswith("ni ")) or _DENIED_AFTER.match(
        text, end, end + _REACH
    ):
        return True
    return bool(_NE_BEFORE.search(before)) and not re.match(r"(?:aucun|pas|plus|zero|0|jamais|rien)\b", wording)


def _warned_of(text: str, opening: int, closing: int, start: int, end: int) -> bool:
    """Say whether the sentence, or the question before or the answer after it, warns of the wording."""
    sentence_before, sentence_after = text[opening:start], text[end:closing]
    if _WARNING.search(sentence_before) or _WARNING.search(sentence_after):
        return True
    quoted = text.count('"', opening, start) % 2 == 1 and '"' in text[end : closing + 2]
    previous = text[max(0, opening - 80) : opening].rstrip()
    if previous.endswith(("?", ":")) and _WARNING.search(previous):
        return True
    refuted = bool(_REFUTED.match(text, closing, closing + _REACH)) and (
        quoted or text[:closing].rstrip('" ').endswith("?")
    )
    return refuted or (quoted and bool(_QUOTED_WARNING.search(sentence_before + sentence_after)))


def _asked(text: str, opening: int, closing: int) -> bool:
    """Say whether the sentence is a question put to the reader, not a rhetorical one."""
    sentence = text[opening:closing].rstrip('" \n')
    return sentence.endswith("?") and bool(_QUESTION.search(sentence))
