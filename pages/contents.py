"""The contents: every chapter as a picture with one question."""

from bnviz.ui.contents import contents

contents()
