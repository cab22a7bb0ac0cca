"""The chapters, one folder each: what is computed, drawn, worded and laid out for one page."""
