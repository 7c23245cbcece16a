"""What the peers in Python have in common: peer.h says what and why.

The digest is C, from build/peers/libdigest.so: it is no part of what is
compared. Standard library only.
"""
import argparse
import ctypes
import json
import os
import re
import resource
import time

AGENT = "seven-crawlers/1.0"


def _load_digest():
    library = ctypes.CDLL(os.path.join(os.path.dirname(__file__),
                                       "libdigest.so"))
    library.peer_digest.argtypes = ctypes.c_char_p, ctypes.c_size_t
    library.peer_digest.restype = ctypes.c_uint64
    return lambda data: library.peer_digest(data, len(data))


digest = _load_digest()


def _seconds(text):
    units = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1, "min": 60, "h": 3600}
    number, unit = re.fullmatch(r"([0-9.]+)([a-z]*)", text).groups()
    return float(number) * units[unit or "s"]


def _parse(add_options):
    parser = argparse.ArgumentParser()
    parser.add_argument("-c", "--concurrency", type=int, default=10)
    parser.add_argument("-i", "--input-file")
    parser.add_argument("-t", "--timeout", type=_seconds, default=30.0)
    parser.add_argument("--keep-alive", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--manifest")
    parser.add_argument("--trace", help="taken, and ignored")
    parser.add_argument("--max-pages", help="taken, and ignored")
    parser.add_argument("urls", nargs="*")
    if add_options is not None:
        add_options(parser)
    options = parser.parse_args()
    if options.input_file:
        with open(options.input_file) as file:
            options.urls += file.read().split()
    if not options.urls:
        parser.error("give a URL, or a list with -i FILE")
    return options


def _outcome_of(error):
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, ConnectionRefusedError):
        return "connect"
    if isinstance(error, (ConnectionResetError, BrokenPipeError)):
        return "reset"
    if isinstance(error, EOFError):
        return "truncated"
    if isinstance(error, OSError):
        return "system"
    return "malformed"


class Peer:
    """The pages, one after another; and what became of them."""

    def __init__(self, name, add_options=None):
        self.start = time.monotonic()
        self.name = name
        self.options = _parse(add_options)
        self.lines = []  # (url, line of the manifest)
        self.failed = self.bytes = 0
        self.in_flight = self.max_in_flight = 0
        self._next = iter(self.options.urls)
        limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))

    @property
    def workers(self):
        """How many fetchers there is work for."""
        return min(self.options.concurrency, len(self.options.urls))

    def take(self):
        """The next URL, or None."""
        url = next(self._next, None)
        if url is not None:
            self.in_flight += 1
            self.max_in_flight = max(self.max_in_flight, self.in_flight)
        return url

    def finish(self, url, status, body):
        self.in_flight -= 1
        self.bytes += len(body)
        self.lines.append((url, b"ok %d %d %016x %s" % (
            status, len(body), digest(body), url.encode())))

    def fail(self, url, error):
        self.in_flight -= 1
        self.failed += 1
        self.lines.append((url, f"{_outcome_of(error)} - - - {url}".encode()))

    def close(self, workers=1):
        """Writes what was asked for; returns the exit status."""
        wall = time.monotonic() - self.start
        self.lines.sort()
        if self.options.manifest:
            with open(self.options.manifest, "wb") as file:
                file.writelines(line + b"\n" for _, line in self.lines)
        total = sum(digest(line) for _, line in self.lines) % 2**64
        if self.options.json:
            print(json.dumps(self._figures(wall, total, workers)))
        return 1 if self.failed else 0

    def _figures(self, wall, total, workers):
        usage = resource.getrusage(resource.RUSAGE_SELF)
        return {
            "stage": self.name, "pages": len(self.lines),
            "failed": self.failed, "bytes": self.bytes,
            "digest": f"{total:016x}", "wall_s": round(wall, 6),
            "user_s": usage.ru_utime, "sys_s": usage.ru_stime,
            "max_rss_kib": _peak_kib(), "max_in_flight": self.max_in_flight,
            "workers": workers, "voluntary_switches": usage.ru_nvcsw,
            "involuntary_switches": usage.ru_nivcsw,
        }


def _peak_kib():
    """Of this program: ru_maxrss may be that of whoever started it."""
    with open("/proc/self/status") as status:
        return int(re.search(r"VmHWM:\s*(\d+)", status.read())[1])
