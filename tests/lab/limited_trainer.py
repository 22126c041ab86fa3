"""The trainer's process with little memory: the variable LIMIT holds the bytes of its address space."""

import os
import resource
import runpy

if __name__ == "__main__":
    limit = int(os.environ["LIMIT"])
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    runpy.run_module("webapp.lab.training", run_name="__main__", alter_sys=True)
