"""The live path: wire format, slot, socket, assets."""
