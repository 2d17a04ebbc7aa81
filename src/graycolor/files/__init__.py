"""The only room that knows folders: finds inputs, names outputs, writes so that nothing is ever half there.

An output is written aside in its own folder and renamed when complete; whatever interrupts that leaves either
the old state or the new one. Whether an output may be written is settled before the first file is colored.
"""

from graycolor.files.aside import aside, copy_times, sweep, write_aside, written
from graycolor.files.find import OWN_MARK, PICTURE_SUFFIXES, PICTURES, Kind, Refusal, find_inputs, named_folders
from graycolor.files.plan import STDIO, Job, Plan, beside, is_whole, made_folders, named, numbered, plan

__all__ = [
    "OWN_MARK", "PICTURES", "PICTURE_SUFFIXES", "STDIO", "Job", "Kind", "Plan", "Refusal", "aside", "beside",
    "copy_times", "find_inputs", "is_whole", "made_folders", "named", "named_folders", "numbered", "plan", "sweep",
    "write_aside", "written",
]  # fmt: skip
