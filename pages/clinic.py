"""The clinic: sick networks, a guess at the fault, and cures that are really applied."""

from bnviz.chapters.clinic.clinic_part import clinic

clinic()
