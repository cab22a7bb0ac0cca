"""Named studies of the literature: what each trains, and the code that runs, stops and resumes them."""

from bnviz.studies.files import load_study, save_study
from bnviz.studies.progress import StudyProgress
from bnviz.studies.records import Arm, Expectation, Published, StudyResult, UnitResult
from bnviz.studies.registry import DEVICES, RECORDINGS, STUDIES, recording_of, recordings_of, study_named
from bnviz.studies.run_study import public_name, run_study, study_data
from bnviz.studies.study import ExtraMetrics, PostTrainingHook, Study, StudyRun, TrainedUnit, UnitOutput
from bnviz.studies.study_runner import StudyStopped, run_unit

__all__ = [
    "DEVICES",
    "RECORDINGS",
    "STUDIES",
    "Arm",
    "Expectation",
    "ExtraMetrics",
    "PostTrainingHook",
    "Published",
    "Study",
    "StudyProgress",
    "StudyResult",
    "StudyRun",
    "StudyStopped",
    "TrainedUnit",
    "UnitOutput",
    "UnitResult",
    "load_study",
    "public_name",
    "recording_of",
    "recordings_of",
    "run_study",
    "run_unit",
    "save_study",
    "study_data",
    "study_named",
]
