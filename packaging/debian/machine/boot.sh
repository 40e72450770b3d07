#!/bin/sh
# The second half of enter.sh, as the first process of the machine: puts its file system together and becomes systemd.
set -eu

folder=$1
here=$(realpath "$(dirname "$0")")
memory="$folder/machine"
cannot() {
    echo "no machine to throw away here: $1" >&2
    exit 75
}
mount -t tmpfs -o size=2g,mode=755 none "$memory" || cannot 'no file system in memory'
mkdir "$memory/upper" "$memory/work" "$memory/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$memory/upper,workdir=$memory/work" "$memory/root" 2>/dev/null \
    || cannot 'no overlay file system'
root="$memory/root"

mount -t proc none "$root/proc"
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,bind,ro "$root/proc/sys"
mount -t sysfs -o ro none "$root/sys"
mount -t cgroup2 none "$root/sys/fs/cgroup" || cannot 'no control groups of its own'
mount -t tmpfs -o mode=755 none "$root/run"
mount -t tmpfs -o mode=1777 none "$root/tmp"
mount -t tmpfs -o mode=755 none "$root/dev"
# Devices of its own: who takes a console for itself changes its owner and mode, and behind a bind mount that would be those of the host.
while read -r device major minor; do
    mknod -m 666 "$root/dev/$device" c "$major" "$minor"
done <<'DEVICES'
null 1 3
zero 1 5
full 1 7
random 1 8
urandom 1 9
tty 5 0
console 1 3
DEVICES
mkdir "$root/dev/shm" "$root/dev/pts"
mount -t tmpfs -o mode=1777 none "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 none "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"

# Nothing of what this system starts; no file systems, and no order not to start services.
rm -rf "$root"/etc/systemd/system/*.wants "$root/usr/sbin/policy-rc.d"
: >"$root/etc/fstab"
for unit in modules-load sysctl binfmt random-seed remount-fs udevd udev-trigger machine-id-commit firstboot resolved timesyncd networkd; do
    ln -sf /dev/null "$root/etc/systemd/system/systemd-$unit.service"
done
# Nobody sits at its console; a getty that tries again and again would hold copies of every socket that systemd has.
ln -sf /dev/null "$root/etc/systemd/system/getty.target"
ln -sf /dev/null "$root/etc/systemd/system/console-getty.service"
rm -f "$root/etc/machine-id"
echo 0123456789abcdef0123456789abcdef >"$root/etc/machine-id"

mkdir -p "$root/proof"
mount --bind "$folder" "$root/proof"
cp "$here/proof.sh" "$root/usr/local/sbin/vitrine-proof"
cat >"$root/etc/systemd/system/proof.service" <<'UNIT'
[Unit]
Description=The package is tried
SuccessAction=exit-force
FailureAction=exit-force
[Service]
Type=oneshot
TimeoutStartSec=300
ExecStart=/bin/sh /usr/local/sbin/vitrine-proof
StandardOutput=append:/proof/log
StandardError=append:/proof/log
UNIT
cat >"$root/etc/systemd/system/proof.target" <<'UNIT'
[Unit]
Requires=multi-user.target
Wants=proof.service
UNIT
# Its root becomes the root; what was there before is let go. `systemd` puts the root of a service together from it, and a mere chroot is
# not enough for that. It has no kernel of its own: that of this system is out of its reach.
cd "$root"
pivot_root . .
umount -l .
export container=vitrine-proof
exec setpriv --bounding-set=-sys_module,-sys_time,-sys_rawio,-syslog,-mac_admin,-mac_override \
    chroot . /lib/systemd/systemd --unit=proof.target --log-level=warning
