"""A mailbox over IMAP for the tests: as much of RFC 3501 as a reader needs, and nothing that changes a mail."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Box:
    """What the server holds; a false `opens` refuses the password, `cut` hangs up before the next mail."""

    mails: dict[int, bytes] = field(default_factory=dict)
    validity: int = 1
    opens: bool = True
    cut: bool = False
    port: int = 0

    def deliver(self, *raw: bytes) -> None:
        for each in raw:
            self.mails[max(self.mails, default=0) + 1] = each


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.say("* OK ready")
        for line in iter(self.rfile.readline, b""):
            tag, _, asked = line.decode().strip().partition(" ")
            if not self.answer(tag, asked, self.server.box):
                return

    def say(self, line: str, more: bytes = b"") -> None:
        self.wfile.write(line.encode() + more + b"\r\n")

    def answer(self, tag: str, asked: str, box: Box) -> bool:
        verb = asked.upper()
        ended = "OK done"
        if verb.startswith("CAPABILITY"):
            self.say("* CAPABILITY IMAP4rev1")
        elif verb.startswith("LOGIN") and not box.opens:
            ended = "NO [AUTHENTICATIONFAILED] refused"
        elif verb.startswith("EXAMINE"):
            ended = "OK [READ-ONLY] done" if "INBOX" in asked else "NO no such folder"
            self.say(f"* {len(box.mails)} EXISTS")
            self.say(f"* OK [UIDVALIDITY {box.validity}] valid")
        elif found := re.match(r"UID SEARCH UID (\d+):\*", verb):
            # RFC 3501, 6.4.8: a range that ends in * always holds the last mail.
            wanted = [uid for uid in box.mails if uid >= int(found[1]) or uid == max(box.mails)]
            self.say("* SEARCH " + " ".join(map(str, wanted)))
        elif found := re.match(r"UID FETCH (\d+) ", verb):
            if box.cut:
                return False
            most = re.search(r"<0\.(\d+)>", verb)
            raw = box.mails[int(found[1])][: int(most[1]) if most else None]
            self.say(f"* 1 FETCH (UID {found[1]} BODY[]<0> {{{len(raw)}}}", b"\r\n" + raw + b")")
        elif verb.startswith("LOGOUT"):
            self.say("* BYE")
        self.say(f"{tag} {ended}")
        return not verb.startswith("LOGOUT")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    box: Box


@contextmanager
def running_mailbox() -> Iterator[Box]:
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.box = Box(port=server.server_address[1])
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server.box
        server.shutdown()
