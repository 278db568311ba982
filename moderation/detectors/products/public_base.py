"""The public French medicines base (BDPM): read as it is published, reduced to names and substances.

    covigie import-bdpm CIS_bdpm.txt CIS_COMPO_bdpm.txt

Of a denomination ("Dolobrand Codéine 500 mg/30 mg, comprimé") the first word is kept as the brand, and only where it is
safe: five letters or more, no substance, no common word of French or English. So neither "Petit Machin" nor
"Crème au Calendula" makes a brand, and "Paracétamol Labo" is found by its substance.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from errors import InvalidInput
from moderation.detectors.folding import fold_word
from moderation.detectors.products.lists import common_words, words

CODE, DENOMINATION, STATUS = 0, 1, 6
SUBSTANCE, NATURE, LINK = 3, 6, 7
_MEDICINES, _COMPOSITIONS = 12, 8
_MARKETED = "commercialisee"
_ACTIVE_PART = "FT"
_ENOUGH = 0.9
_LENGTHS = range(5, 31)
_MOST_WORDS = 2
_MOST_SUBSTANCES = 3
_FIRST_WORD = re.compile(r"[^\W\d_]{5,24}(?:-[^\W\d_]{2,24})?")
_CODE = re.compile(r"\d{8}")
_SALTS = re.compile(
    r"\b(chlorhydrate|dichlorhydrate|sulfate|maleate|mal[ée]ate|fumarate|besilate|b[ée]silate|tartrate|m[ée]silate|"
    r"sodique|potassique|calcique|disodique|dipotassique|hydrat[ée]e?s?|monohydrat[ée]e?|dihydrat[ée]e?|trihydrat[ée]e?|"
    r"anhydre|ac[ée]tate|citrate|phosphate|succinate|bromhydrate|nitrate|base|micronis[ée]e?|magn[ée]sique|"
    r"h[ée]mihydrat[ée]e?|sesquihydrat[ée]e?|t[ée]trahydrat[ée]e?|pentahydrat[ée]e?|tosilate|valerate|val[ée]rate|"
    r"dipropionate|propionate|furoate|benzoate|oxalate|lactate|gluconate|carbonate|embonate|d[ée]canoate|palmitate|"
    r"cilex[ée]til|m[ée]doxomil|ax[ée]til|dipivoxil|mof[ée]til|monosodique|trisodique|t[ée]trasodique|racemique|rac[ée]mique)\b"
)
_NOT_NAMED = re.compile(
    r"hom[ée]o|extrait|teinture|sec de|poudre|huile|essence|\bpour\b|\bde\b|\bd'|virus|souche|fragment|\d"
)


@dataclass(frozen=True)
class Medicine:
    """One line of the list of medicines: its code, its denomination, whether it is sold today."""

    code: str
    denomination: str
    marketed: bool


def decoded(line: bytes) -> str:
    """Read one line that is either UTF-8 or Windows-1252; the published files mix both."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


def _rows(path: Path, columns: int) -> Iterator[list[str]]:
    """Yield the fields of each line; raises InvalidInput for a file that is not laid out as published."""
    empty = True
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        fields = [field.strip() for field in decoded(line).split("\t")]
        if fields == [""]:
            continue
        code = fields[CODE].removeprefix("\ufeff")
        if len(fields) != columns or not _CODE.fullmatch(code):
            raise InvalidInput(
                "{file}, ligne {number} : {columns} colonnes commençant par un code CIS à 8 chiffres sont attendues. "
                "Donnez CIS_bdpm.txt, puis CIS_COMPO_bdpm.txt, tels qu'ils sont publiés.",
                file=path.name,
                number=number,
                columns=columns,
            )
        empty = False
        yield [code, *fields[1:]]
    if empty:
        raise InvalidInput("{file} est vide. Téléchargez-le de nouveau.", file=path.name)


def read_medicines(path: Path) -> list[Medicine]:
    """Read CIS_bdpm.txt; raises InvalidInput for another file or one in which nothing is sold."""
    found = [Medicine(f[CODE], f[DENOMINATION], fold_word(f[STATUS]) == _MARKETED) for f in _rows(path, _MEDICINES)]
    if not any(medicine.marketed for medicine in found):
        raise InvalidInput("{file} ne contient aucun médicament commercialisé.", file=path.name)
    return found


def read_compositions(path: Path) -> dict[str, list[str]]:
    """Read CIS_COMPO_bdpm.txt: the substances of each code as published, the active part instead of its salt."""
    parts: dict[tuple[str, str], list[tuple[bool, str]]] = defaultdict(list)
    for fields in _rows(path, _COMPOSITIONS):
        parts[fields[CODE], fields[LINK]].append((fields[NATURE] == _ACTIVE_PART, fields[SUBSTANCE]))
    found: dict[str, list[str]] = defaultdict(list)
    for (code, _link), named in parts.items():
        active = any(is_active for is_active, _ in named)
        found[code] += [name for is_active, name in named if is_active == active]
    return found


def published_names(path: Path) -> set[str]:
    """Return every name of the composition file, salts and active parts alike, as published."""
    return {fields[SUBSTANCE] for fields in _rows(path, _COMPOSITIONS)}


def clean(substance: str) -> str | None:
    """Return a published substance as people name it, without salt, water and brackets; None for a stock or a plant."""
    name = re.sub(r"\(.*?\)", " ", substance.lower())
    name = re.sub(r"^(de\s+|d')", "", " ".join(_SALTS.sub(" ", name).split()).strip(" ,'"))
    known = len(name) in _LENGTHS and len(name.split()) <= _MOST_WORDS and not _NOT_NAMED.search(name)
    return name if known else None


def bare(text: str) -> str:
    """Drop accents and case."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))


def accented(spellings: Iterable[str]) -> str:
    """Return the spelling with the most accents: the base writes some substances with and without."""
    return max(spellings, key=lambda s: (sum(not c.isascii() for c in s), s))


def brands(medicines: Iterable[Medicine], compositions: dict[str, list[str]]) -> dict[str, str]:
    """Return the safe brands of what is sold today with their substances, joined by " + "."""
    published = {name for names in compositions.values() for name in names}
    not_brands = {word for name in published for word in re.findall(r"[^\W\d_]+", fold_word(name))}
    not_brands |= (common_words() | words("ambiguous.txt")) - words("brand_words.txt")
    named: dict[str, list[str]] = defaultdict(list)
    for medicine in medicines:
        first = _FIRST_WORD.match(medicine.denomination)
        if medicine.marketed and first and first.group() == medicine.denomination.split()[0].rstrip(","):
            named[fold_word(first.group())].append(medicine.code)
    safe = sorted(brand for brand in named if not_brands.isdisjoint({brand, brand.replace("-", "")}))
    return {brand: _substances([compositions.get(code, []) for code in named[brand]]) for brand in safe}


def _substances(compositions: list[list[str]]) -> str:
    """Return the substances that most medicines of one brand have; none when they are many or have no plain name."""
    seen: dict[str, set[str]] = defaultdict(set)
    counts: Counter[str] = Counter()
    for composition in compositions:
        for name in {bare(c): c for c in map(clean, composition) if c}.values():
            seen[bare(name)].add(name)
            counts[bare(name)] += 1
    usual = [accented(seen[key]) for key in sorted(counts) if counts[key] * 2 > len(compositions)]
    return " + ".join(usual) if len(usual) <= _MOST_SUBSTANCES else ""


def import_base(medicines_file: Path, compositions_file: Path, target: Path) -> int:
    """Derive the list of brands from the two published files and write it; return how many brands it has.

    Raises InvalidInput, and writes nothing, for files that are not the published ones, are cut short, or are not of
    the same day.
    """
    medicines, compositions = read_medicines(medicines_file), read_compositions(compositions_file)
    sold = [medicine.code for medicine in medicines if medicine.marketed]
    if sum(code in compositions for code in sold) < _ENOUGH * len(sold):
        raise InvalidInput(
            "{medicines} et {compositions} ne vont pas ensemble : trop de médicaments sont sans composition. "
            "Téléchargez les deux fichiers le même jour.",
            medicines=medicines_file.name,
            compositions=compositions_file.name,
        )
    found = brands(medicines, compositions)
    target.parent.mkdir(parents=True, exist_ok=True)
    written = target.with_name(f"{target.name}.new")
    written.write_text("".join(f"{brand}\t{substance}\n" for brand, substance in found.items()), "utf-8")
    written.replace(target)
    return len(found)
