"""The words of the app and its figures, by language and key."""
