"""Waits for a debugger, then is the runtime client: `debugger.py CLIENT FOLDER`, with the folder that holds debugpy.

On descriptor 5 it tells the port, then that it goes on. `debugger.py --find [FOLDER...]` prints where debugpy is, if it is
anywhere.
"""
import os
import sys
from importlib.machinery import PathFinder

TOLD = 5


class Debugger:
    """What the debugger loads of itself later on is found where it is, and nothing else there is."""

    names = ("debugpy", "pydevd", "_pydev", "_pydevd")
    folder = ""

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if path is None and name.startswith(cls.names):
            return PathFinder.find_spec(name, [cls.folder])
        return None


def find(given):
    found = PathFinder.find_spec("debugpy") or PathFinder.find_spec("debugpy", given)
    return os.path.dirname(os.path.dirname(found.origin)) if found and found.origin else ""


def tell(text):
    os.write(TOLD, (text + "\n").encode())


def attach(folder):
    Debugger.folder = folder
    sys.meta_path.append(Debugger)
    sys.path.append(folder)
    import debugpy

    debugpy.configure(subProcess=False)
    tell(str(debugpy.listen(("127.0.0.1", 0))[1]))
    debugpy.wait_for_client()
    sys.path.remove(folder)
    tell("attached")
    os.close(TOLD)


def show_log():
    """The debugger shows what is printed by itself; of what goes to the log in other ways it is told."""
    import _function_log
    import pydevd

    write = _function_log.write_event

    def write_and_show(text):
        write(text)
        pydevd.send_json_message({"type": "event", "event": "output", "body": {"category": "stdout", "output": text}})

    _function_log.write_event = write_and_show


if sys.argv[1] == "--find":
    print(find(sys.argv[2:]))
else:
    _, client, folder = sys.argv
    sys.argv[:] = [client]
    attach(folder)
    show_log()
    import _function_runtime

    _function_runtime.main()
