"""What a session shows after its server was started again."""

from bnviz.telemetry.history import Recording


class KeptRecording(Recording):
    """The recording of a run whose server ended while it was watched."""
