# Kept this small because the program's own file is compiled at every start; what it imports is compiled once.
import _function_runtime

_function_runtime.main()
