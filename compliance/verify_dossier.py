"""Vérifier un dossier sans l'application. Check a dossier without the application.

    python verify_dossier.py --key installation-public.pem DOSSIER.zip

DOSSIER is a JSON dossier, or a ZIP (one post, or the export of a period). The public key comes from elsewhere than the
dossier (quality assurance, the folder of anchors); give `--key` again for a key that was in use earlier. Only the
standard library of Python 3.11 is needed.

Status: 0 everything holds, 1 something does not, 2 it cannot be read or the call is wrong.
"""

import argparse
import base64
import binascii
import hashlib
import io
import json
import sys
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ARCHIVE_TIME = (1980, 1, 1, 0, 0, 0)
MANIFEST = "manifest.json"
AUDIT = "audit.json"
ARCHIVES = ("dossier-archive", "inspection")
SPKI = bytes.fromhex("302a300506032b6570032100")
KEY_BYTES, SEAL_BYTES, ROOM = 32, 64, 512 * 1024 * 1024
WHOLE = """\
✔ TOUT TIENT : contenus, signatures, sceaux et piste d'audit sont ceux de l'installation.
  EVERYTHING HOLDS: contents, signatures, seals and audit trail are the installation's."""
BROKEN = """\
✘ NE TIENT PAS : {n} défaut(s). Ne vous fiez pas à ce dossier ; demandez-en un autre à l'installation.
  DOES NOT HOLD: {n} defect(s). Do not rely on this dossier; ask the installation for another."""
PRIOR = "publié avant Covigie, repris sans signature", "published before Covigie, taken in unsigned"
NOT_APPROVED = "le texte n'est pas entièrement approuvé", "the text is not fully approved"
P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]
Row = Mapping[str, Any]


def add(a: Point, b: Point) -> Point:
    """Add two points in extended homogeneous coordinates (RFC 8032, 5.1.4)."""
    one, two = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    three, four = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = two - one, four - three, four + three, two + one
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(times: int, point: Point) -> Point:
    """Return a point added to itself so many times."""
    found: Point = (0, 1, 1, 0)
    while times > 0:
        found = add(found, point) if times & 1 else found
        point, times = add(point, point), times >> 1
    return found


def recover_x(y: int, sign: int) -> int | None:
    """Return the x of a point (RFC 8032, 5.1.3)."""
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    x = x * ROOT % P if (x * x - x2) % P else x
    if (x * x - x2) % P or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


def decompress(data: bytes) -> Point | None:
    """Return the point that 32 bytes stand for."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = recover_x(BASE_Y, 0) or 0
BASE: Point = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def ed25519_holds(public: bytes, message: bytes, seal: bytes) -> bool:
    """Say whether a seal is the signature of a message by the holder of a public key (RFC 8032, 5.1.7)."""
    a, r = decompress(public), decompress(seal[:32])
    s = int.from_bytes(seal[32:], "little")
    if a is None or r is None or s >= Q or len(seal) != SEAL_BYTES:
        return False
    h = int.from_bytes(hashlib.sha512(seal[:32] + public + message).digest(), "little") % Q
    one, two = multiply(s, BASE), add(r, multiply(h, a))
    return all((one[i] * two[2] - two[i] * one[2]) % P == 0 for i in (0, 1))


def canonical(content: object) -> str:
    """Return the canonical JSON: keys sorted, no spaces, text as given."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def sha256(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8 bytes."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def read_key(content: bytes) -> bytes:
    """Return the 32 bytes of a public key given as PEM; raises ValueError."""
    der = base64.b64decode("".join(content.decode("ascii").strip().splitlines()[1:-1]), validate=True)
    if not der.startswith(SPKI) or len(der) != len(SPKI) + KEY_BYTES:
        raise ValueError("not an Ed25519 public key")
    return der[len(SPKI) :]


class Verifier:
    """What was found so far; `keys` are the public keys that the caller trusts, by their id."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self.keys = {hashlib.sha256(key).hexdigest()[:16]: key for key in keys}
        self.lines: list[tuple[str, str, str, str]] = []

    def say(self, sign: str, where: str, fr: str, en: str) -> None:
        """Note one result: "ok", "no" or "note"."""
        self.lines.append((sign, where, fr, en))

    def expect(self, holds: bool, where: str, fr: str, en: str) -> bool:
        """Note a failure when something does not hold; return whether it does."""
        if not holds:
            self.say("no", where, fr, en)
        return holds

    @property
    def broken(self) -> list[tuple[str, str, str, str]]:
        """What does not hold."""
        return [line for line in self.lines if line[0] == "no"]

    def sealed(self, key_id: object, text: str, seal: object) -> bool:
        """Say whether a seal is a trusted key's; its base64 must be the only one for its bytes."""
        key = self.keys.get(str(key_id))
        try:
            raw = base64.b64decode(str(seal), validate=True)
        except (binascii.Error, ValueError):
            return False
        only = base64.b64encode(raw).decode() == seal
        return key is not None and only and ed25519_holds(key, text.encode("utf-8", "surrogatepass"), raw)

    def parsed(self, where: str, content: bytes, *kinds: str) -> dict[str, Any] | None:
        """Return a document of one of these kinds, None for any that is not byte for byte canonical; check its seal."""
        try:
            found = json.loads(content)
            written = canonical(found).encode("utf-8", "surrogatepass") + b"\n"
        except (ValueError, RecursionError):
            found, written = None, b""
        whole = isinstance(found, dict) and found.get("covigie") in kinds and written == content
        if not self.expect(whole, where, "le fichier a été modifié ou coupé", "the file was changed or cut"):
            return None
        self.check_seal(where, found)
        return dict(found)

    def check_seal(self, where: str, document: Row) -> None:
        """Check the seal over a whole document."""
        rest = {name: value for name, value in document.items() if name != "seal"}
        holds = self.sealed(document.get("key_id"), canonical(rest), document.get("seal"))
        fr, en = "le sceau du fichier n'est pas celui de cette clé", "the file's seal is not this key's"
        if self.expect(holds, where, fr, en):
            self.say("ok", where, "le sceau du fichier est celui de l'installation", "the file's seal holds")

    def zip(self, content: bytes) -> None:
        """Check a ZIP: its manifest, every file in it, and that nothing else stands in the container."""
        files = unpacked(content) or {}
        self.expect(packed(files) == content, "zip", "l'archive a été retouchée", "the archive was tampered with")
        manifest = self.parsed(MANIFEST, files.get(MANIFEST, b""), *ARCHIVES)
        if manifest is None:
            return
        listed = dict(manifest["files"])
        same = set(listed) == set(files) - {MANIFEST}
        self.expect(same, MANIFEST, "un fichier manque ou est en trop", "a file is missing, or too many")
        for name, digest in sorted(listed.items()):
            found = hashlib.sha256(files.get(name, b"")).hexdigest()
            self.expect(found == digest, name, "le fichier n'est plus celui qui a été exporté", "the file was changed")
        self.documents(files)

    def documents(self, files: Mapping[str, bytes]) -> None:
        """Check every dossier of an archive, and the audit excerpt that they share."""
        chain = self.parsed(AUDIT, files[AUDIT], "audit") if AUDIT in files else None
        known = self.excerpt(chain) if chain else None
        for name, content in sorted(files.items()):
            if name.endswith("dossier.json"):
                self.dossier(name, content, known)

    def dossier(self, where: str, content: bytes, chain: Mapping[int, Row] | None = None) -> None:
        """Check one dossier; `chain` is the audit excerpt that it must agree with, where there is one."""
        document = self.parsed(where, content, "dossier")
        if document is None:
            return
        before = len(self.broken)
        try:
            self.versions(where, document)
            self.signatures(where, document)
            self.steps(where, document)
            self.publications(where, document)
            self.events(where, document, chain)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            self.say("no", where, f"le fichier ne se lit pas ({error})", f"the file cannot be read ({error})")
        if len(self.broken) == before:
            self.say("ok", where, f"{document['facts']['title']} : le dossier tient", "the dossier holds")

    def versions(self, where: str, document: Row) -> None:
        """Recompute every payload's hash and every version's."""
        for version in document["versions"]:
            form, variants = json.loads(version["canonical_json"]), version["variants"]
            whole = form["variants"] == sorted(variant["variant_sha256"] for variant in variants)
            exact = all(sha256(each["payload_json"]) == each["variant_sha256"] for each in variants)
            holds = whole and exact and sha256(version["canonical_json"]) == version["content_sha256"]
            fr, en = "le contenu n'a plus l'empreinte signée", "the content no longer has its signed hash"
            self.expect(holds, f"{where} v{version['n']}", fr, en)

    def signatures(self, where: str, document: Row) -> None:
        """Check what each signature says, that its seal holds, and that it is its decision's."""
        hashes = {version["content_sha256"] for version in document["versions"]}
        decisions = {each["signature_id"]: each for each in document["decisions"] if each["signature_id"]}
        for row in document["signatures"]:
            told = json.loads(row["statement"])
            at = f"{where} {told['printed_name']}, {told['role']}"
            stated = {name: value for name, value in row.items() if name not in {"statement", "seal", "key_id"}}
            said = {**stated, "covigie": "signature"} == told and canonical(told) == row["statement"]
            self.expect(said, at, "la signature ne dit plus ce qui a été signé", "the statement was changed")
            holds = self.sealed(row["key_id"], row["statement"], row["seal"])
            self.expect(holds, at, "le sceau de la signature ne tient pas", "the signature's seal does not hold")
            taken = decisions.get(told["id"], {})
            bound = [taken.get(name) for name in ("step_id", "user_id", "content_sha256")]
            mine = bound == [told["subject_id"], told["user_id"], told["content_sha256"]]
            self.expect(mine, at, "la signature n'est pas celle de cette décision", "the signature is another's")
            self.expect(told["content_sha256"] in hashes, at, "elle porte sur un autre contenu", "of other content")

    def steps(self, where: str, document: Row) -> None:
        """Check that every step of the approving round was signed, by different people, none of them an author."""
        if not document["approved"]:
            taken_in = ("post:take_in", document["post_id"])
            prior = any((each["action"], each["entity_id"]) == taken_in for each in document["events"])
            out = any(each["published_at"] for each in document["publications"]) and not prior
            self.expect(not out, where, "publié sans être approuvé", "published without approval")
            self.say("note", where, *(PRIOR if prior else NOT_APPROVED))
            return
        told, sha = {row["id"]: row for row in document["signatures"]}, document["content_sha256"]
        given = {each["step_id"]: told.get(each["signature_id"], {}) for each in document["decisions"] if each["kept"]}
        stands = {each["step_id"]: each for each in document["carried"] if each["step_id"] not in given}
        signers: dict[str, list[str]] = {}
        for step in document["steps"]:
            carried = stands.get(step["id"])
            row = told.get(carried["signature_id"], {}) if carried else given.get(step["id"], {})
            self.signer(f"{where} {step['role']}", sha, step, row, carried)
            signers.setdefault(str(row.get("user_id")), []).append(step["meaning"])
        fresh = any(row.get("content_sha256") == sha for row in given.values())
        self.expect(fresh, where, "personne n'a signé ce texte même", "nobody signed this very text")
        alone = all(len(m) == 1 or sorted(m) == ["qualification", "release"] for m in signers.values())
        self.expect(alone, where, "une personne a signé deux étapes", "one person signed two steps")
        apart = not set(document["authors"]) & set(signers)
        self.expect(apart, where, "un auteur a signé son texte", "an author signed their own text")

    def signer(self, at: str, sha: str, step: Row, row: Row, carried: Row | None) -> None:
        """Check who signed a step: this content, or an earlier one that the matrix let stand, which is said."""
        mine = (row.get("role"), row.get("meaning")) == (step["role"], step["meaning"])
        self.expect(mine, at, "cette étape n'est pas signée", "this step is not signed")
        read, onto = (carried["signed_sha256"], carried["carried_sha256"]) if carried else (sha, sha)
        linked = (row.get("content_sha256"), onto) == (read, sha)
        self.expect(linked, at, "signée sur un autre texte", "signed on another text")
        if carried:
            what = f"v{carried['version_n']} ; {', '.join(carried['changes']) or '-'} (table {carried['matrix']})"
            self.say("note", at, f"signature reprise de la {what}", f"signature carried over from {what}")

    def publications(self, where: str, document: Row) -> None:
        """Compare what was read back with what was signed."""
        payloads = {v["variant_sha256"]: v["payload_json"] for each in document["versions"] for v in each["variants"]}
        for each in document["publications"]:
            if each["readback_sha256"]:
                read = each["readback_sha256"] == sha256(json.loads(payloads[each["variant_sha256"]])["published_text"])
                fr, en = "le réseau montre autre chose que ce qui est signé", "the network shows other words"
                self.expect(read, f"{where} {each['network']}", fr, en)

    def events(self, where: str, document: Row, chain: Mapping[int, Row] | None) -> None:
        """Recompute the events of a dossier; each signature has its event; the shared excerpt says the same."""
        events = document["events"]
        self.links(where, events, whole=False)
        written = {(e["new"] or {}).get("signature"): e for e in events if e["action"] == "signature:signed"}
        for row in document["signatures"]:
            event = written.get(row["id"])
            agrees = event is not None and event["new"]["content_sha256"] == row["content_sha256"]
            self.expect(agrees, where, "une signature n'est pas dans la piste d'audit", "a signature has no event")
        if chain is not None:
            about = {e["entity_id"] for e in events}
            theirs = [seq for seq, e in chain.items() if e["entity_id"] in about]
            mine = {e["seq"]: e for e in events}
            complete = all(seq in mine for seq in theirs) and all(chain.get(seq, e) == e for seq, e in mine.items())
            self.expect(complete, where, "la piste d'audit a été amputée", "an audit event is missing")
        self.heads(where, document["heads"], {e["seq"]: e["hash"] for e in events})

    def excerpt(self, document: Row) -> dict[int, Row]:
        """Check the audit excerpt of an archive: its seal, every event, every link, the sealed heads."""
        before, known = len(self.broken), {}
        try:
            self.links(AUDIT, document["events"], whole=True)
            known = {event["seq"]: event for event in document["events"]}
            self.heads(AUDIT, document["heads"], {seq: event["hash"] for seq, event in known.items()})
        except (KeyError, TypeError, ValueError) as error:
            self.say("no", AUDIT, f"le fichier ne se lit pas ({error})", f"the file cannot be read ({error})")
        if len(self.broken) == before:
            self.say("ok", AUDIT, f"{len(known)} événements, chaîne intacte", f"{len(known)} events, the chain holds")
        return known

    def links(self, where: str, events: Sequence[Row], *, whole: bool) -> None:
        """Recompute each event's hash and its link; `whole`: no event may be missing in between."""
        last: Row | None = None
        for event in events:
            at = f"{where} n° {event['seq']}"
            body = {name: value for name, value in event.items() if name != "hash"}
            self.expect(sha256(canonical(body)) == event["hash"], at, "événement modifié", "changed event")
            if last is not None:
                step = event["seq"] - last["seq"]
                self.expect(step == 1 or (step > 1 and not whole), at, "un événement manque", "an event is missing")
                linked = step != 1 or event["prev_hash"] == last["hash"]
                self.expect(linked, at, "chaîne rompue", "broken link")
            last = event

    def heads(self, where: str, heads: Sequence[Row], hashes: Mapping[int, str]) -> None:
        """Check the sealed heads of the chain, and that they are those of the events."""
        for head in heads:
            at = f"{where} n° {head['seq']}"
            text = canonical({"covigie": "chain-head", "seq": head["seq"], "hash": head["hash"]})
            holds = self.sealed(head["key_id"], text, head["seal"])
            self.expect(holds, at, "le sceau de la chaîne ne tient pas", "the chain's seal does not hold")
            agrees = hashes.get(head["seq"], head["hash"]) == head["hash"]
            self.expect(agrees, at, "la chaîne n'est pas celle qui a été scellée", "not the sealed chain")


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return the one ZIP that holds these files: stored, sorted, without a time of its own."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, ARCHIVE_TIME)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, files[name])
    return made.getvalue()


def unpacked(content: bytes) -> dict[str, bytes] | None:
    """Return the files of a ZIP; None when it is damaged, too large, compressed, or holds a name twice."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            stored = all(entry.compress_type == zipfile.ZIP_STORED for entry in entries)
            fits = sum(entry.file_size for entry in entries) <= ROOM
            if not stored or not fits or len({entry.filename for entry in entries}) != len(entries):
                return None
            return {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, RuntimeError):
        return None


def verify(content: bytes, keys: Sequence[bytes]) -> Verifier:
    """Check an exported dossier, ZIP or JSON, with the public keys that one trusts."""
    found = Verifier(keys)
    if content[:1] == b"{":
        found.dossier("dossier", content)
    else:
        found.zip(content)
    return found


def report(found: Verifier) -> str:
    """Return what to print, in French and English."""
    signs = {"ok": "✔", "no": "✘", "note": "·"}
    lines = [f"{signs[sign]} {where} : {fr}\n    {en}" for sign, where, fr, en in found.lines]
    return "\n".join([*lines, "", BROKEN.format(n=len(found.broken)) if found.broken else WHOLE]) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the call, check, print; return the status."""
    told = argparse.ArgumentParser(prog="verify_dossier", description=(__doc__ or "").splitlines()[0])
    told.add_argument("dossier", type=Path, help="JSON ou ZIP / JSON or ZIP")
    told.add_argument("--key", type=Path, action="append", required=True, help="clé publique / public key (PEM)")
    given = told.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        keys = [read_key(path.read_bytes()) for path in given.key]
        content = given.dossier.read_bytes()
    except (OSError, ValueError) as error:
        sys.stderr.write(f"Illisible : {error}\nCannot be read: {error}\n")
        return 2
    found = verify(content, keys)
    sys.stdout.write(report(found))
    return 1 if found.broken else 0


if __name__ == "__main__":
    sys.exit(main())
