"""Brings a built site to the places that serve it, and knows when the next time comes."""

from sitegen.publish.arrival import expect, serves_primary
from sitegen.publish.built import BuiltSite, open_site
from sitegen.publish.deployment import KINDS, Deployment, Deployments, deploying
from sitegen.publish.rounds import find_next_moment, keep_publishing

__all__ = [
    "KINDS",
    "BuiltSite",
    "Deployment",
    "Deployments",
    "deploying",
    "expect",
    "find_next_moment",
    "keep_publishing",
    "open_site",
    "serves_primary",
]
