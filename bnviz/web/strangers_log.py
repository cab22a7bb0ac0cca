"""What strangers send is no error of the server: their noise takes one line of the log each, and no stack."""

from __future__ import annotations

import logging

NOISE = {
    "uvicorn.error": "Invalid UTF-8 sequence received from client.",
    "streamlit.web.server.starlette.starlette_websocket": "Error deserializing back message",
}
"""By logger: what is logged with a stack although a client alone is at fault."""


class WithoutStack(logging.Filter):
    """Take the stack from a message.

    Args:
        text: the message.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def filter(self, record: logging.LogRecord) -> bool:
        """Let the record pass."""
        if record.msg == self.text:
            record.exc_info = record.exc_text = None
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


def calm_the_log() -> None:
    """Log what strangers send without a stack; safe to call twice."""
    for name, text in NOISE.items():
        logger = logging.getLogger(name)
        if not any(isinstance(each, WithoutStack) for each in logger.filters):
            logger.addFilter(WithoutStack(text))
