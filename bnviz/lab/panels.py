"""The panels of the live view."""

PANELS = (
    "distributions",
    "figure1",
    "saturation",
    "contours",
    "gradients",
    "parameters",
    "curves",
    "boundary",
    "glance",
)
FIRST_PANEL = "glance"
"""What opens where nothing else is asked for."""
