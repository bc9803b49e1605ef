# Run as root in a systemd that was booted over a clean Debian (see boot.sh and test_clean_root.py): does what
# docs/install.md says, as a person who has sudo, and takes down in /out what became of each step.
set -u
note() { echo "$1=$2" >>/out/notes; }
step() { # runs the commands of the page that are in /srv/steps
  local began=$SECONDS
  runuser -l admin -c "DEBIAN_FRONTEND=noninteractive bash -euxo pipefail /srv/steps/$1.sh" >"/out/$1.txt" 2>&1
  note "$1" $?
  note "$1_seconds" $((SECONDS - began))
}
useradd -m -s /bin/bash admin
echo 'admin ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/admin
echo "127.0.1.1 $(hostname)" >>/etc/hosts
apt-get update -q >/out/apt.txt 2>&1

step install
mkdir /srv/world
/opt/syncd/venv/bin/syncd sandbox --size 30 --write /srv/world >/srv/world/log 2>&1 &
for _ in $(seq 400); do [[ -f /srv/world/.env ]] && break; sleep 0.1; done
sed -e 's|^state_dir.*|state_dir = "/var/lib/syncd"|' /srv/world/syncd.toml >/etc/syncd/syncd.toml
cat /srv/world/.env >/etc/syncd/.env
step look
step upgrade
step remove
step rest
find / -xdev \( -user syncd -o -group syncd \) -print | sort >/out/owned
find /etc /opt /usr /var/lib/systemd -xdev -name '*syncd*' -not -path '*timesyncd*' | sort >/out/named
kill %1
exit 0
