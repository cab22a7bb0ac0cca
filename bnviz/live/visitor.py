"""Whose session it is: the name under which a browser keeps its secret."""

VISITOR_COOKIE = "bnviz_visitor"
"""Name of the cookie that holds a browser's secret, the owner of its sessions."""
