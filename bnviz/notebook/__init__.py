"""The live view in a cell of a notebook; needs requirements-notebook.txt."""
