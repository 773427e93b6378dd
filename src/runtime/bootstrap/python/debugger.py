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


def open_outputs():
    """The debugger wraps them to show what is printed, so they must not be opened anew after it has come."""
    import _function_log

    _function_log.open_outputs()
    _function_log.open_outputs = lambda: None


def show_log():
    """What goes to the log in other ways than by printing is told to the debugger."""
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
    open_outputs()
    attach(folder)
    show_log()
    import _function_runtime

    _function_runtime.main()
