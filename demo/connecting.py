"""How the demonstration's accounts fare, and our applications at the sandbox's networks: all can be connected."""

from compliance import account_health
from connectors.sandbox import APP_ONLY
from connectors.sandbox.linkedin.network import USER as LINKEDIN
from connectors.sandbox.linkedin.push import APPLICATION_ID
from connectors.sandbox.meta import oauth as meta
from connectors.sandbox.tiktok.people import APP_ID, APP_SECRET
from connectors.sandbox.x_oauth import CLIENT as X
from connectors.sandbox.x_push import CONSUMER_SECRET
from connectors.sandbox.youtube.oauth import CLIENT as GOOGLE

WORD = "mot-de-la-demonstration"


def applications() -> dict[str, str]:
    """Return the settings of our applications, as variables of the environment; they open nothing but the sandbox."""
    return {
        "COVIGIE_X_CLIENT_ID": X[0],
        "COVIGIE_X_CLIENT_SECRET": X[1],
        "COVIGIE_X_APP_SECRET": CONSUMER_SECRET,
        "COVIGIE_X_BEARER_TOKEN": APP_ONLY.access,
        "COVIGIE_META_APP_ID": meta.APP_ID,
        "COVIGIE_META_APP_SECRET": meta.APP_SECRET,
        "COVIGIE_META_VERIFY_TOKEN": WORD,
        "COVIGIE_LINKEDIN_CLIENT_ID": LINKEDIN.client_id,
        "COVIGIE_LINKEDIN_APP_SECRET": LINKEDIN.client_secret,
        "COVIGIE_LINKEDIN_APPLICATION_ID": APPLICATION_ID,
        "COVIGIE_TIKTOK_APP_ID": APP_ID,
        "COVIGIE_TIKTOK_APP_SECRET": APP_SECRET,
        "COVIGIE_YOUTUBE_CLIENT_ID": GOOGLE[0],
        "COVIGIE_YOUTUBE_CLIENT_SECRET": GOOGLE[1],
    }


def look() -> None:
    """Look at every connected account once, as the worker does each day."""
    account_health.check_due()
