"""Records and results as Plotly figures, pure."""
