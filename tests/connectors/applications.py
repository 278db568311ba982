"""Our application as each network of the sandbox knows it, and whose account it is there."""

from connectors.base import Account
from connectors.consent import Application
from connectors.sandbox import x_oauth
from connectors.sandbox.linkedin.network import USER as LINKEDIN
from connectors.sandbox.meta import oauth as meta
from connectors.sandbox.networks import network_of
from connectors.sandbox.tiktok.people import APP_ID, APP_SECRET
from connectors.sandbox.youtube.oauth import CLIENT as GOOGLE

CLIENTS = {
    "x": x_oauth.CLIENT,
    "facebook": (meta.APP_ID, meta.APP_SECRET),
    "instagram": (meta.APP_ID, meta.APP_SECRET),
    "linkedin": (LINKEDIN.client_id, LINKEDIN.client_secret),
    "tiktok": (APP_ID, APP_SECRET),
    "youtube": GOOGLE,
}
NETWORKS = tuple(CLIENTS)
CHOOSY = ("facebook", "instagram", "tiktok", "youtube")
"""Where each right can be refused alone."""


def application(network: str, home: str = "https://covigie.labos-helior.example") -> Application:
    client_id, secret = CLIENTS[network]
    return Application(client_id, secret, f"{home}/oauth/{network}/callback{'/' if network == 'tiktok' else ''}")


def company(network: str) -> Account:
    return network_of(network).company


def base_url(sandbox_url: str, network: str) -> str:
    return sandbox_url if network == "x" else f"{sandbox_url}/{network}"
