"""The public medicines base: what is read, what is refused, what becomes a brand."""

from pathlib import Path

import pytest

import cli
from errors import InvalidInput
from moderation.detectors.products.lists import read_brands
from moderation.detectors.products.public_base import brands, clean, import_base, read_compositions, read_medicines
from settings import get_settings

SOLD, GONE = "Commercialisée", "Non commercialisée"


def medicine(code: int, denomination: str, status: str = SOLD) -> str:
    fields = [f"{code:08}", denomination, "comprimé", "orale", "Autorisation active", "Procédure nationale", status]
    return "\t".join([*fields, "01/01/2000", "", "", " LABO", "Non"])


def part(code: int, substance: str, nature: str = "SA", link: int = 1) -> str:
    return "\t".join([f"{code:08}", "comprimé", "00001", substance, "1 mg", "un comprimé", nature, str(link)])


MEDICINES = [
    medicine(1, "ZOLIBRAX 500 mg, comprimé"),
    medicine(2, "ZOLIBRAX FORT 1 g, comprimé"),
    medicine(3, "VIEUXNOMOL 5 mg, comprimé", GONE),
    medicine(4, "PETIT ZOLI, sirop"),
    medicine(5, "PARACÉTAMOL LABO 500 mg, comprimé"),
    medicine(6, "ZOLINAL, crème"),
    medicine(7, "ABCD 5 mg, comprimé"),
]
PARTS = [
    part(1, "CHLORHYDRATE DE ZOLAZINE"),
    part(1, "ZOLAZINE", "FT"),
    part(2, "CHLORHYDRATE DE ZOLAZINE"),
    part(2, "ZOLAZINE", "FT"),
    part(4, "MACHINOL"),
    part(5, "PARACÉTAMOL"),
    part(6, "CAMOMILLE (TEINTURE DE) POUR PRÉPARATIONS HOMÉOPATHIQUES"),
    part(7, "MACHINOL"),
]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Write both files as they are published: one line in Windows-1252, the next in UTF-8."""
    written = []
    for name, lines in [("CIS_bdpm.txt", MEDICINES), ("CIS_COMPO_bdpm.txt", PARTS)]:
        encoded = [line.encode("cp1252" if i % 2 else "utf-8") for i, line in enumerate(lines)]
        written.append(tmp_path / name)
        written[-1].write_bytes(b"\r\n".join(encoded) + b"\r\n")
    return written[0], written[1]


def test_keeps_the_safe_first_words_of_what_is_sold(files: tuple[Path, Path], tmp_path: Path) -> None:
    target = tmp_path / "new folder" / "list.txt"
    assert import_base(*files, target) == 2
    assert read_brands(target) == {"zolibrax": "zolazine", "zolinal": None}
    assert [path.name for path in target.parent.iterdir()] == ["list.txt"]


def test_reads_lines_in_either_encoding(files: tuple[Path, Path]) -> None:
    assert [m.marketed for m in read_medicines(files[0])] == [True, True, False, True, True, True, True]
    assert read_compositions(files[1])["00000005"] == ["PARACÉTAMOL"]


def test_the_active_part_stands_for_its_salt(files: tuple[Path, Path]) -> None:
    assert read_compositions(files[1])["00000001"] == ["ZOLAZINE"]


def test_a_brand_has_the_substances_that_most_of_its_medicines_have() -> None:
    medicines = [*read_list([medicine(i, f"ZOLIBRAX {i} mg") for i in (1, 2, 3)])]
    compositions = {"00000001": ["ZOLAZINE"], "00000002": ["ZOLAZINE", "MACHINOL"], "00000003": ["ZOLAZINE"]}
    assert brands(medicines, compositions) == {"zolibrax": "zolazine"}


def read_list(lines: list[str]):
    from moderation.detectors.products.public_base import Medicine

    return [Medicine(f[0], f[1], marketed=True) for f in (line.split("\t") for line in lines)]


@pytest.mark.parametrize(
    ("published", "name"),
    [
        ("CHLORHYDRATE DE TRAMADOL", "tramadol"),
        ("BISOPROLOL (FUMARATE DE)", "bisoprolol"),
        ("DEXAMÉTHASONE", "dexaméthasone"),
        ("ACTAEA RACEMOSA POUR PRÉPARATIONS HOMÉOPATHIQUES", None),
        ("HUILE DE RICIN", None),
        ("EAU", None),
    ],
)
def test_substances_lose_their_salts(published: str, name: str | None) -> None:
    assert clean(published) == name


def test_the_two_files_in_the_wrong_order_are_refused(files: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"CIS_COMPO_bdpm.txt, ligne 1 : 12 colonnes"):
        import_base(files[1], files[0], tmp_path / "list.txt")
    assert not (tmp_path / "list.txt").exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "est vide"),
        (b"\r\n\r\n", "est vide"),
        (b"a picture\x00\xff", "ligne 1"),
        (medicine(1, "ZOLIBRAX", GONE).encode(), "aucun médicament commercialisé"),
        (b"x" * 8 + medicine(1, "ZOLIBRAX").encode()[8:], "code CIS"),
    ],
)
def test_another_file_is_refused_with_a_sentence(
    content: bytes, sentence: str, files: tuple[Path, Path], tmp_path: Path
) -> None:
    files[0].write_bytes(content)
    with pytest.raises(InvalidInput, match=sentence):
        import_base(*files, tmp_path / "list.txt")


def test_files_of_different_days_are_refused(files: tuple[Path, Path], tmp_path: Path) -> None:
    files[1].write_text(part(99, "AUTRE"), "utf-8")
    with pytest.raises(InvalidInput, match="ne vont pas ensemble"):
        import_base(*files, tmp_path / "list.txt")


def test_the_command_writes_where_the_settings_say(files, monkeypatch, capsys, tmp_path) -> None:
    monkeypatch.setenv("COVIGIE_MEDICINES_FILE", str(tmp_path / "own.txt"))
    get_settings.cache_clear()
    monkeypatch.setattr("sys.argv", ["covigie", "import-bdpm", *map(str, files)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code in {0, None}
    assert "2 brands" in capsys.readouterr().out
    assert "zolibrax" in read_brands(tmp_path / "own.txt")


def test_the_command_refuses_with_a_sentence(files, monkeypatch, capsys) -> None:
    monkeypatch.setattr("sys.argv", ["covigie", "import-bdpm", str(files[1]), str(files[0])])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    assert "Donnez CIS_bdpm.txt" in capsys.readouterr().err
