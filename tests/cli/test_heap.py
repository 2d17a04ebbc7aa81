import os
import platform
import subprocess
import sys

import pytest

ALLOCATING = """
import ctypes, threading
from graycolor.cli.heap import share_one_heap
{share}
barrier = threading.Barrier(4)
def allocate():
    barrier.wait()
    kept = [bytearray(100_000) for _ in range(20)]
    barrier.wait()
threads = [threading.Thread(target=allocate) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
ctypes.CDLL(None).malloc_stats()
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries have no arenas to count")
@pytest.mark.skipif((os.cpu_count() or 1) > 8, reason="left alone on larger machines")
@pytest.mark.parametrize(("share", "is_one"), [("share_one_heap()", True), ("", False)])
def test_threads_share_one_heap_where_that_was_asked_for(share, is_one):
    program = ALLOCATING.format(share=share)
    told = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stderr
    assert (told.count("Arena ") == 1) is is_one


TWICE = """
import resource
from graycolor.cli.heap import share_one_heap
{share}
def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    kept = [bytearray(30 << 20) for _ in range(3)]
    for each in kept: each[::4096] = bytes(len(each[::4096]))
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
faults(), faults()
print(faults())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries are left alone")
@pytest.mark.skipif((os.cpu_count() or 1) > 8, reason="left alone on larger machines")
def test_what_a_picture_leaves_serves_the_next_without_the_system():
    again = [
        int(subprocess.run([sys.executable, "-c", TWICE.format(share=share)], check=True, capture_output=True).stdout)
        for share in ("share_one_heap()", "")
    ]
    assert again[0] < again[1] / 4
