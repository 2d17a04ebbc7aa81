"""The only room that knows folders: finds inputs, names outputs, writes so that nothing is ever half there.

An output is written aside in its own folder and renamed when complete; whatever interrupts that leaves either
the old state or the new one. Whether an output may be written is settled before the first file is colored.
"""

from graycolor.files.advice import FOR_FILMS, FOR_PHOTOGRAPHS, IN_PYTHON, IN_PYTHON_FOR_FILMS, Advice
from graycolor.files.atomic import atomic_file, copy_times, sweep, write_atomic, written
from graycolor.files.claims import Claims
from graycolor.files.find import (
    OWN_MARK,
    PICTURE_SUFFIXES,
    PICTURES,
    Kind,
    Refusal,
    check_kind,
    find_inputs,
    named_folders,
)
from graycolor.files.plan import STDIO, ExistsError, Job, Plan, is_whole, made_folders, named, numbered, plan

__all__ = [
    "FOR_FILMS",
    "FOR_PHOTOGRAPHS",
    "IN_PYTHON",
    "IN_PYTHON_FOR_FILMS",
    "OWN_MARK",
    "PICTURES",
    "PICTURE_SUFFIXES",
    "STDIO",
    "Advice",
    "Claims",
    "ExistsError",
    "Job",
    "Kind",
    "Plan",
    "Refusal",
    "atomic_file",
    "check_kind",
    "copy_times",
    "find_inputs",
    "is_whole",
    "made_folders",
    "named",
    "named_folders",
    "numbered",
    "plan",
    "sweep",
    "write_atomic",
    "written",
]
