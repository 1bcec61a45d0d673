"""The web server: the application is loaded once, and the workers are forked from it.

They share what is loaded, and one that died is replaced in a tenth of a second. Where processes aren't forked (macOS),
each worker loads it. The arguments are granian's.
"""

import multiprocessing
import sys

from granian.cli import entrypoint

if __name__ == "__main__":
    if multiprocessing.get_start_method() == "fork":
        import imilo.config.wsgi  # noqa: F401  # loaded before the workers are, that is all
    sys.exit(entrypoint())  # type: ignore[no-untyped-call]  # granian leaves its own out
