"""Whether a call that says it comes from TikTok does (header `Tiktok-Signature`). TikTok asks for no handshake."""

import hmac
import re
from datetime import datetime, timedelta

HEADER = "Tiktok-Signature"
OLDEST = timedelta(minutes=5)
WRITTEN = re.compile(r"t=([0-9]{1,12}),s=([0-9a-f]{64})")


def is_signed(body: bytes, header: str, app_secret: str, *, now: datetime, oldest: timedelta = OLDEST) -> bool:
    """Whether TikTok signed these very bytes, not long before or after `now` (aware).

    The header is `t=<unix seconds>,s=<hex>`; s is the HMAC-SHA256, by the application's secret, of t, a point and the
    body as received. Compared in constant time.
    """
    found = WRITTEN.fullmatch(header.replace(" ", ""))
    if not found or not app_secret:
        return False
    expected = hmac.new(app_secret.encode(), found[1].encode() + b"." + body, "sha256").hexdigest()
    young = abs(now.timestamp() - int(found[1])) <= oldest.total_seconds()
    return hmac.compare_digest(expected, found[2]) and young
