"""TikTok in the sandbox: the accounts part of TikTok's API for Business v1.3 (portal docs, read 2026-11).

Every refusal has status 200 and a code, as there. Where the documentation is silent the sandbox refuses: an unknown
parameter, hiding what is hidden, a reply to a hidden comment or to a reply, a path without its final slash.
"""

from connectors.sandbox.tiktok.network import APP_ID, APP_SECRET, COMPANY, MEDIA, READER, TIKTOK, TOKEN

__all__ = ["APP_ID", "APP_SECRET", "COMPANY", "MEDIA", "READER", "TIKTOK", "TOKEN"]
