"""The live path: sessions, their messages and the wire format, the socket, and the assets of the browser."""
