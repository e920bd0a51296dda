"""An announcement in the words of one channel: its language, its length, its link, and nothing that turns into more."""

from sitegen.compose.composing import Draft, channel_language, compose, words
from sitegen.compose.wording import SOCIAL_KINDS, wording

__all__ = ["SOCIAL_KINDS", "Draft", "channel_language", "compose", "wording", "words"]
