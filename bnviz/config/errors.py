"""InputError: the exception for wrong input."""


class InputError(ValueError):
    """Wrong input. The message is one sentence that says what was found and what is accepted.

    The command line prints the message and exits with 2; the app shows it beside the control.
    """
