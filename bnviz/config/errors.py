"""The one exception that means: the user's input was wrong, and this sentence says how."""


class InputError(ValueError):
    """Bad input, told in one sentence that names what was found and what is accepted.

    The command line prints it and exits with 2; the app shows it beside the control.
    """
