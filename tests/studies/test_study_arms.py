"""Arms are read as changes of their study's base, not of the default recipe."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hand_made_study import hand_made_study

from bnviz.config import InputError
from bnviz.studies.files import study_from_dict, study_to_dict
from bnviz.studies.records import Arm


def test_a_norm_of_feature_maps_fits_a_convolutional_base() -> None:
    study = hand_made_study()
    maps = replace(study, arms=(*study.arms, Arm("instance", (("norm", "instance"),))))
    assert study_from_dict(study_to_dict(maps)) == maps


def test_a_change_that_the_base_refuses_is_refused() -> None:
    data = study_to_dict(hand_made_study())
    data["base"]["net"] = "mlp"
    data["arms"][2]["changes"] = {"norm": "instance"}
    with pytest.raises(InputError, match="norm instance needs a convolutional net"):
        study_from_dict(data)
