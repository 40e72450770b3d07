#!/bin/sh
# A machine to throw away: the system that this runs on as an overlay in memory, with processes, network, names and control groups of its
# own, and systemd as its first process. What happens in it is gone afterwards, except what it writes into the folder that it is given.
#
#   unshare --mount sh enter.sh FOLDER
#
# FOLDER holds first.deb and second.deb; `result` and `log` are there afterwards. Exit 75: this system cannot make such a machine.
set -eu

folder=$(realpath "$1")
here=$(realpath "$(dirname "$0")")
cannot() {
    echo "no machine to throw away here: $1" >&2
    exit 75
}
[ "$(id -u)" -eq 0 ] || cannot 'it takes root'
[ -x /lib/systemd/systemd ] || cannot 'systemd is not installed'
[ -x /usr/bin/deb-systemd-invoke ] || cannot 'init-system-helpers is not installed'

mkdir -p "$folder/groups" "$folder/machine"
mount -t cgroup2 none "$folder/groups" 2>/dev/null || cannot 'no control groups (version 2)'
group="$folder/groups/vitrine-proof-$$"
mkdir "$group" 2>/dev/null || cannot 'control groups are read-only'
echo $$ 2>/dev/null >"$group/cgroup.procs" || {
    rmdir "$group"
    cannot 'this process may not have a control group of its own'
}
ended=0
unshare --mount --cgroup --pid --uts --ipc --net --fork --kill-child sh "$here/boot.sh" "$folder" &
machine=$!
# Whoever loses patience with this script ends the machine, too.
trap 'kill -9 "$machine" 2>/dev/null' TERM INT HUP
wait "$machine" || ended=$?
# Back out of the group; it and the empty ones that systemd made in it go.
echo $$ >"$folder/groups/cgroup.procs" || true
sleep 0.2
find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true
exit "$ended"
