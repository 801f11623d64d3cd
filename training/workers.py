"""Processes that share work in order."""

import os
from concurrent.futures import ProcessPoolExecutor


def pool():
    """As many as WORKERS says, or the CPUs. Each is a session of its own: on a shared machine those get equal time."""
    return ProcessPoolExecutor(
        int(os.environ.get("WORKERS", os.cpu_count() or 1)), initializer=os.setsid
    )
