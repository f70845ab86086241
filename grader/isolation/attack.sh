# What a hostile Dockerfile would try, from inside: run by BusyBox ash once in a build step and once in a container.
#
# Each attempt says one line: the mark, the attempt's name, what came of it, and the words it was answered with. Beside the
# attempts stand controls that must succeed (the mirror, a little memory, a few processes): without them a check on a
# machine where nothing works at all would look like one where every wall holds.
#
# From the environment: MARK; CONNECT and RESOLVE, words of "name=address:port" and "name=host[@server]"; MEMORY_MIB,
# PROCESSES, LOOPS; FILES, words of "path=MiB"; FOLDERS that must not hold SECRET; SERVE, a port to serve on at the end.
# Beside this script: `writes`, lines of a name and a command.
here=${0%/*}
mkdir -p /tmp

say() { echo "$MARK $1 $2 $(echo "$3" | tr '\n\t\r' '   ' | cut -c1-300)"; }

# nc gives up connecting after 2 seconds; what is still there after 4 has been let in and is waiting for an answer.
connect() {
  words=$(printf 'GET / HTTP/1.0\r\n\r\n' | timeout 4 nc -w 2 "${2%:*}" "${2##*:}" 2>&1)
  status=$?
  case $status in
  0 | 143) say "connect:$1" reached "$2 $words" ;;
  *) say "connect:$1" failed "$words" ;;
  esac
}

resolve() {
  server=${2#*@}
  [ "$server" = "$2" ] && server=
  words=$(timeout 4 nslookup "${2%@*}" $server 2>&1)
  status=$?
  # The first address is the server's own.
  case $words in
  *Name:*Address*) say "resolve:$1" resolved "$words" ;;
  *) say "resolve:$1" failed "$words (status $status)" ;;
  esac
}

writes() {
  while IFS='	' read -r name command; do
    if words=$(sh -c "$command" 2>&1 </dev/null); then say "write:$name" got "$words"; else say "write:$name" refused "$words"; fi
  done <"$here/writes"
}

folders() {
  for folder in $FOLDERS; do
    if ! (echo mine >"$folder/mine") 2>/dev/null; then say "folder:$folder" absent "it is not mounted"
    elif grep -rq "$SECRET" "$folder"; then say "folder:$folder" found "$(ls "$folder")"
    else say "folder:$folder" clean "$(ls "$folder")"; fi
  done
}

# One process that fills so much memory and lets it go.
fill() {
  words=$(sh -c "dd if=/dev/zero of=/dev/null bs=${2}M count=1 iflag=fullblock" 2>&1)
  say "memory:$1" "$?" "$words"
}

files() {
  for file in $FILES; do
    path=${file%=*}
    words=$(dd if=/dev/zero of="$path" bs=1M count="${file#*=}" 2>&1 | tail -n 1)
    written=$(stat -c %s "$path" 2>/dev/null)
    say "file:$path" "${written:-0}" "$words"
    rm -f "$path"
  done
  say disk "$(stat -f -c %b-%S /)" "blocks and their size, of what / lies on"
}

# Processor time of busy loops: what the shell's children used, between two readings of the clock.
burn() {
  sh -c '
    read -r before rest </proc/uptime
    loops=
    while [ "$LOOPS" -gt 0 ]; do (while :; do :; done) & loops="$loops $!"; LOOPS=$((LOOPS - 1)); done
    sleep 1
    kill $loops
    wait
    read -r after rest </proc/uptime
    times >/tmp/times
    echo "$MARK processor $before-$after" $(cat /tmp/times)
  ' 2>/dev/null
}

# A failed fork ends the shell that tried, so it is one of its own; its trap needs no further process.
multiply() {
  (
    n=0
    all=
    trap 'echo "$MARK processes $n of $PROCESSES"; kill $all; wait' EXIT
    while [ "$n" -lt "$PROCESSES" ]; do
      sleep 20 &
      all="$all $!"
      n=$((n + 1))
    done
  ) 2>/dev/null
}

for target in $CONNECT; do connect "${target%%=*}" "${target#*=}" & done
for name in $RESOLVE; do resolve "${name%%=*}" "${name#*=}" & done
wait
writes
folders
files
fill within 16
fill beyond "$MEMORY_MIB"
burn
multiply
echo "$MARK end of-all"
if [ -n "$SERVE" ]; then
  mkdir -p /tmp/www
  echo done >/tmp/www/index.html
  exec httpd -f -p "$SERVE" -h /tmp/www
fi
