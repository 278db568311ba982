"""TikTok business accounts, through the accounts part of TikTok's API for Business."""

from connectors.tiktok.channel import TikTokChannel

__all__ = ["TikTokChannel"]
