#!/usr/bin/env bash
# Boots a real systemd in namespaces of its own, over a throw-away overlay of this host's root, and runs a script in it.
#
#   boot.sh PROBE OUT SECONDS [SRC:DST]...
#
# PROBE runs as root once systemd is up; OUT is /out inside and keeps what PROBE leaves there; each SRC is put at DST
# before the boot. The exit status is PROBE's, or 70 when the boot failed (see OUT/boot.log). Nothing of the host
# changes. With BOOT_ROOT another root than the host's is under the overlay; with BOOT_NETWORK=host it reaches what
# the host reaches. Needs root, unshare (util-linux), systemd and a cgroup v2 hierarchy. MemoryMax is not enforced where the
# memory controller is still in v1.
set -euo pipefail

if [[ ${BOOT_STAGE:-} != inside ]]; then
  probe=$(realpath "$1") seconds=$3
  mkdir -p "$2"
  out=$(realpath "$2")
  shift 3
  v2=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
  [[ -n $v2 ]] || { echo "no cgroup v2 hierarchy" >&2; exit 70; }
  group=$v2/syncd-boot.$$
  mkdir "$group"
  rm -f "$out/exit-status"
  (
    echo "$BASHPID" >"$group/cgroup.procs"
    export BOOT_STAGE=inside BOOT_PROBE=$probe BOOT_OUT=$out BOOT_COPIES="$*"
    network=--net
    [[ ${BOOT_NETWORK:-} != host ]] || network=
    exec timeout -k 5 "$seconds" unshare --mount --pid --fork --kill-child --cgroup --uts --ipc $network bash "$0"
  ) >"$out/boot.log" 2>&1 || true
  find "$group" -depth -type d -exec rmdir {} \; 2>/dev/null || true
  [[ -f $out/exit-status ]] || { echo "no result; see boot.log" >&2; exit 70; }
  exit "$(cat "$out/exit-status")"
fi

mount --make-rprivate /
base=$(mktemp -d)
mount -t tmpfs tmpfs "$base"
mkdir -p "$base"/{up,work,root}
mount -t overlay overlay -o lowerdir="${BOOT_ROOT:-/}",upperdir="$base/up",workdir="$base/work" "$base/root"
root=$base/root
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for node in null zero full random urandom tty; do touch "$root/dev/$node"; mount --bind "/dev/$node" "$root/dev/$node"; done
mkdir -p "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
touch "$root/dev/console"; mount --bind /dev/null "$root/dev/console"
ln -s /proc/self/fd "$root/dev/fd"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mkdir -p "$root/out"; mount --bind "$BOOT_OUT" "$root/out"
mount --bind "$root/proc/sys" "$root/proc/sys"; mount -o remount,bind,ro "$root/proc/sys"
echo 0123456789abcdef0123456789abcdef >"$root/etc/machine-id"
rm -rf "$root"/etc/systemd/system/*.wants "$root"/etc/systemd/system/*.requires
for pair in $BOOT_COPIES; do mkdir -p "$root$(dirname "${pair#*:}")"; cp -a "${pair%%:*}" "$root${pair#*:}"; done
cp "$BOOT_PROBE" "$root/etc/boot-probe.sh"
cat >"$root/etc/systemd/system/boot-probe.service" <<'UNIT'
[Unit]
DefaultDependencies=no
After=systemd-journald.service
[Service]
Type=oneshot
ExecStart=/bin/bash -c 'bash /etc/boot-probe.sh >/out/probe.log 2>&1; echo $? >/out/exit-status'
ExecStartPost=/bin/systemctl --no-block exit
UNIT
cat >"$root/etc/systemd/system/boot-probe.target" <<'UNIT'
[Unit]
Requires=systemd-journald.service boot-probe.service
After=systemd-journald.service
AllowIsolate=yes
UNIT
cd "$root"; mkdir -p oldroot; pivot_root . oldroot; umount -l /oldroot; cd /
mount --make-rshared /   # without it LoadCredential hands out an empty folder
ip link set lo up 2>/dev/null || true
hostname syncd-boot
exec env -i container=syncd-boot PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb \
  /usr/lib/systemd/systemd --system --unit=boot-probe.target --log-target=kmsg --show-status=no --default-standard-output=journal
