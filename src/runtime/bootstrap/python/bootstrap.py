# Kept this small because the program's own file is compiled at every start; what it imports is compiled once.
import os

import _function_runtime

if "_FUNCTION_SPARE" in os.environ:
    import _function_spare

    _function_spare.wait()
_function_runtime.main()
