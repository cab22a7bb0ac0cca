"""The lab: its controls, scenes, tour and live view."""
