"""What running from a source folder needs: the packages of its virtual environment, and no traces in the folder."""
import os
import sys
from importlib.machinery import BYTECODE_SUFFIXES, EXTENSION_SUFFIXES, SOURCE_SUFFIXES
from importlib.machinery import ExtensionFileLoader, FileFinder, SourceFileLoader, SourcelessFileLoader


class KeptElsewhere(SourceFileLoader):
    """Keeps what is compiled of the folder outside of it."""

    cache = None

    def get_code(self, fullname):
        before = sys.pycache_prefix
        sys.pycache_prefix = KeptElsewhere.cache
        try:
            return super().get_code(fullname)
        finally:
            sys.pycache_prefix = before

    def path_stats(self, path):
        # Python itself looks at whole seconds, in which a file is often saved twice.
        facts = os.stat(path)
        times = facts.st_mtime_ns ^ facts.st_ctime_ns << 1
        return {"mtime": times ^ times >> 32, "size": facts.st_size}

    @classmethod
    def install(cls, folder, cache):
        cls.cache = cache
        make = FileFinder.path_hook(
            (ExtensionFileLoader, EXTENSION_SUFFIXES), (cls, SOURCE_SUFFIXES), (SourcelessFileLoader, BYTECODE_SUFFIXES)
        )

        def hook(path):
            # Packages keep theirs beside them, as everywhere.
            if path != folder and not path.startswith(folder + os.sep) or "site-packages" in path:
                raise ImportError(path)
            return make(path)

        sys.path_hooks.insert(0, hook)
        sys.path_importer_cache.pop(folder, None)


def add_packages(folder):
    """As `site` does it, with the paths that its `.pth` files name."""
    import site

    site.addsitedir(folder)
