"""Callbacks for the training loops of other packages; each module needs the package of its name."""
