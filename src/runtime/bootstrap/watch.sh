# Ends the processes of functions after the local runtime was killed.
# Reads "+ PID MARK" when one starts and "- PID" when one ends; the end of the input means that the runtime is gone.
trap '' HUP INT TERM
live=
while read -r sign pid mark; do
  case $sign in
    +) live="$live $pid:$mark" ;;
    -)
      kept=
      for entry in $live; do
        case $entry in "$pid":*) ;; *) kept="$kept $entry" ;; esac
      done
      live=$kept
      ;;
  esac
done
for entry in $live; do
  kill -9 -- "-${entry%%:*}" 2>/dev/null
done
# Those that left their group still carry the mark in their environment.
[ -d /proc/self ] || exit 0
for entry in $live; do
  for process in $(grep -lsaF -e "${entry#*:}" /proc/[0-9]*/environ); do
    pid=${process#/proc/}
    kill -9 "${pid%/environ}" 2>/dev/null
  done
done
exit 0
