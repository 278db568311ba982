"""`python -m benchmarks.import_file [ROWS]`: how many rows of a CSV file become comments in a second, before analysis.

One million rows by default, in a new SQLite database with the product's own settings; one process writes, one reads
ahead. Prints rows a second, the writer's seconds of processor, the most memory that it held, and checks that each row
is one comment, once; then imports the same file again, which must enter nothing.
"""

import argparse
import csv
import os
import random
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import func, select

from models import migrate
from models.comment import Comment
from models.session import reading
from moderation.files.command import import_comments

SAID = (
    "Depuis que je prends Cardexine j'ai des vertiges le matin, est-ce normal ou faut-il arrêter ?",
    "Bonjour, où trouver Rinozel en pharmacie ? Introuvable dans mon quartier depuis deux semaines.",
    "Merci pour ces conseils, très clair.",
    "Ma mère a été hospitalisée après trois jours de traitement, personne ne nous avait prévenus de ce risque.",
    "Très belle campagne, bravo à toute l'équipe ; je partage autour de moi.",
)


def write_file(path: Path, rows: int) -> None:
    """Write a file like an export: identifier, date, author (a third write twice or more), text, likes."""
    drawn, start = random.Random(7), datetime(2026, 1, 1, tzinfo=UTC)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Identifiant", "Date", "Auteur", "Message", "J'aime"])
        for n in range(rows):
            at = start + timedelta(seconds=20 * n)
            text = f"{drawn.choice(SAID)} ({n})"
            author, likes = f"personne{drawn.randrange(rows)}", drawn.randrange(90)
            writer.writerow([f"C-{n:08}", at.isoformat(), author, text, likes])


def import_once(path: Path) -> None:
    """Import the file, and print what it took."""
    began, worked = time.perf_counter(), time.process_time()
    done = import_comments(path, source="Banc d'essai", mapping={}, tell=lambda _row: None)
    took, processor = time.perf_counter() - began, time.process_time() - worked
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    told = f"{done.rows_done:,} rows in {took:.1f} s: {done.rows_done / took:,.0f} rows/s"
    print(f"{told} ({processor:.1f} s of processor: {done.rows_done / processor:,.0f} rows/s), {memory} MB at most")
    print(f"  entered {done.entered:,}, revised {done.revised:,}, known {done.known:,}, wrong {done.wrong:,}")


def main() -> None:
    """Write the file, import it twice, count."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("rows", nargs="?", type=int, default=1_000_000)
    rows = asked.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        os.environ["COVIGIE_DATA_DIR"] = folder
        migrate.upgrade()
        path = Path(folder) / "comments.csv"
        write_file(path, rows)
        print(f"{path.stat().st_size / 1e6:.0f} MB, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
        import_once(path)
        import_once(path)
        with reading() as session:
            held = session.exec(select(func.count()).select_from(Comment)).one()
        sys.exit(0 if held == rows else f"{held} comments for {rows} rows")


if __name__ == "__main__":
    main()
