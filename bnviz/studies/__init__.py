"""Named studies of the literature: what each trains, and the engine that runs, stops and resumes them."""

from bnviz.studies.files import load_study, save_study
from bnviz.studies.progress import Progress
from bnviz.studies.records import Arm, Expectation, Published, StudyResult, UnitResult
from bnviz.studies.registry import RECORDINGS, STUDIES, recording_of, study_named
from bnviz.studies.runner import public_name, run_study, study_data
from bnviz.studies.study import Finished, More, Study, Trained, Unit
from bnviz.studies.unit_run import Stopped, run_unit

__all__ = [
    "RECORDINGS",
    "STUDIES",
    "Arm",
    "Expectation",
    "Finished",
    "More",
    "Progress",
    "Published",
    "Stopped",
    "Study",
    "StudyResult",
    "Trained",
    "Unit",
    "UnitResult",
    "load_study",
    "public_name",
    "recording_of",
    "run_study",
    "run_unit",
    "save_study",
    "study_data",
    "study_named",
]
