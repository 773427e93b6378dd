"""Makes copies of a process that has loaded all that is the same for every function.

It is told to with a line on its channel, and tells there of each copy's start and end: `+ PID`, `- PID CODE`, the code below
zero for a signal. Each copy has four descriptors of those that this process began with, in their order: its output, its
errors, its own channel, and its wire.
"""
import gc
import os
import select

import _signal

CHANNEL = 3
WIRE = 4
FIRST = 4
EACH = 4


def serve():
    """Returns in each copy, and only there. Ends with the runtime."""
    slots = int(os.environ.pop("_FUNCTION_SLOTS"))
    last = FIRST + EACH * slots
    woken = wake_on_end()
    slot = FIRST
    # What the copies share is not gone through in each of them, which would make it their own.
    gc.freeze()
    while True:
        ready = select.select([CHANNEL, woken], [], [])[0]
        if woken in ready:
            os.read(woken, 4096)
            report()
        if CHANNEL not in ready:
            continue
        data = os.read(CHANNEL, 4096)
        if not data:
            os._exit(0)
        for _ in range(data.count(b"\n")):
            pid = os.fork()
            if not pid:
                return settle(slot, last)
            os.write(CHANNEL, b"+ %d\n" % pid)
            for descriptor in range(slot, slot + EACH):
                os.close(descriptor)
            slot += EACH


def wake_on_end():
    """A descriptor that can be read when a copy has ended."""
    woken, waker = os.pipe()
    os.set_blocking(waker, False)
    _signal.signal(_signal.SIGCHLD, lambda *_: None)
    _signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
    return woken


def report():
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status)
        os.write(CHANNEL, b"- %d %d\n" % (pid, code))


def settle(slot, last):
    """Becomes as if it had been started for itself."""
    os.setsid()
    _signal.set_wakeup_fd(-1)
    _signal.signal(_signal.SIGCHLD, _signal.SIG_DFL)
    for own, other in ((1, slot), (2, slot + 1), (CHANNEL, slot + 2), (WIRE, slot + 3)):
        os.dup2(other, own)
    # Also the pipe that woke it, which came after them.
    os.closerange(WIRE + 1, last + 8)
