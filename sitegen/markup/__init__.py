"""Markdown as engineers write it, made into safe HTML and plain text; the only place that knows the two libraries."""

from sitegen.markup.memory import Remembered, learn, recall
from sitegen.markup.rendered import Concern, Picture, Rendered
from sitegen.markup.rendering import render

__all__ = ["Concern", "Picture", "Remembered", "Rendered", "learn", "recall", "render"]
