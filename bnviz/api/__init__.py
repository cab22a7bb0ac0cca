"""What ``import bnviz`` and the command line use without a screen."""
