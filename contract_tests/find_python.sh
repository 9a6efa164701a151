#!/bin/sh
# Print the first of some interpreters that can make the environment, or one line that says what to install.
# usage: find_python.sh INTERPRETER...
set -u
# Exit status: 3 too old, 4 without venv, any other: does not run, such as a version manager's shim.
# Old syntax, so that an old interpreter can parse it.
check='import sys; sys.version_info < (3, 11) and sys.exit(3)
from importlib.util import find_spec; find_spec("venv") and find_spec("ensurepip") or sys.exit(4)'
error="found no Python 3.11 or newer"
[ $# -ne 1 ] || error="$1 does not run"
error="$error; install Python 3.11"
for python in "$@"; do
	"$python" -c "$check" >/dev/null 2>&1
	case $? in
		0) echo "$python"; exit;;
		3) error="Python 3.11 or newer is required, got $python ($("$python" -V 2>&1)); install it";;
		4) error="$python has no venv module; install it (Debian: apt install python3-venv)"; break;;
	esac
done
echo "error: $error, or name another: make PYTHON=/path/to/python3.11" >&2
exit 2
