# Run as root in a freshly booted systemd (see boot.sh): installs the service as an administrator does, and takes down
# in /out what became of each step. What must hold is asserted in test_unit.py.
set -u
note() { echo "$1=$2" >>/out/notes; }
field() { systemctl show -p "$1" --value syncd.service; }
wait_until() { # at most 100 s, which a machine busy with other tests may need
  local left=1000
  until eval "$1"; do
    left=$((left - 1))
    ((left > 0)) || { note waited_in_vain "$1"; return 1; }
    sleep 0.1
  done
}
logged() { journalctl -u syncd -o cat --no-pager | grep -c "\"event\": \"$1\""; }

/opt/syncd/venv/bin/syncd init --system >/out/install.txt 2>&1
note install $?
stat -c '%a %U %G %n' /var/lib/syncd /etc/syncd /etc/syncd/.env /etc/syncd/syncd.toml /etc/sudoers.d/syncd >/out/modes
systemd-analyze verify syncd.service syncd-audit.service syncd-audit.timer >/out/verify 2>&1
note verify $?
for unit in syncd syncd-audit; do
  systemd-analyze security --offline=true --threshold=12 "/etc/systemd/system/$unit.service" >"/out/security-$unit" 2>&1
  note "security_$unit" $?
done

# --- the simulated services, and a secret that comes as a credential
mkdir /srv/world
/opt/syncd/venv/bin/syncd sandbox --size 30 --write /srv/world >/srv/world/log 2>&1 &
wait_until '[[ -f /srv/world/.env ]]'
sed -e 's|^state_dir.*|state_dir = "/var/lib/syncd"\njitter = "0s"|' /srv/world/syncd.toml >/etc/syncd/syncd.toml
grep -v BOOKS_TOKEN /srv/world/.env >/etc/syncd/.env
sed -n "s/^BOOKS_TOKEN='\(.*\)'/\1/p" /srv/world/.env >/srv/world/token
mkdir -p /etc/systemd/system/syncd.service.d
printf '[Service]\nLoadCredential=BOOKS_TOKEN:/srv/world/token\nWatchdogSec=4s\nRestartSec=1s\n' \
  >/etc/systemd/system/syncd.service.d/test.conf
systemctl daemon-reload

# --- start: READY, and a run at once
began=$(date +%s%N)
systemctl start syncd
note start $?
note ready_ms $((($(date +%s%N) - began) / 1000000))
wait_until '(($(logged run.finished) >= 1))'
note complete "$(journalctl -u syncd -o cat --no-pager | grep '"event": "account.pulled"' | grep -c '"complete": true')"
wait_until '[[ $(field StatusText) == *"last run"* ]]'
note status "$(field StatusText)"
note memory_kb "$(awk '/VmRSS/ { print $2 }' "/proc/$(field MainPID)/status")"

# --- a look beside it
runuser -u syncd -- env BOOKS_TOKEN="$(cat /srv/world/token)" /usr/local/bin/syncd run-once --config /etc/syncd/syncd.toml \
  >/out/beside.txt 2>&1
note beside $?

# --- reload: refused, then taken
cp /etc/syncd/syncd.toml /srv/world/good.toml
sed -i 's/^mode = .*/mode = "wrong"/' /etc/syncd/syncd.toml
systemctl reload syncd
wait_until '(($(logged service.not_reloaded) >= 1))'
note after_bad_reload "$(field ActiveState) $(field StatusText)"
cp /srv/world/good.toml /etc/syncd/syncd.toml
systemctl reload syncd
wait_until '(($(logged service.reloaded) >= 1))'
note after_good_reload "$(field ActiveState)"

# --- the watchdog: a process that hangs is ended and started again
kill -STOP "$(field MainPID)"
wait_until '(($(field NRestarts) >= 1)) && [[ $(field ActiveState) == active ]]'
note watchdog "$(field NRestarts)"

# --- its control: without the watchdog it hangs on, well after one beside it that has the same watchdog was ended
printf '[Service]\nWatchdogSec=0\n' >/etc/systemd/system/syncd.service.d/unguarded.conf
systemctl daemon-reload
systemctl restart syncd
hung=$(field MainPID)
kill -STOP "$hung"
systemd-run --quiet --unit=beside -p WatchdogSec=4s sleep infinity
wait_until '[[ $(systemctl show -p Result --value beside) == watchdog ]]'
note unguarded "$(field WatchdogUSec) $(field NRestarts) $(ps -o state= -p "$hung")"
kill -CONT "$hung"
rm /etc/systemd/system/syncd.service.d/unguarded.conf
systemctl daemon-reload

# --- killed in the middle of an order: started again, it looks before anything else
runuser -u syncd -- env BOOKS_TOKEN="$(cat /srv/world/token)" /usr/local/bin/syncd queue approve --all --yes \
  >/out/approve.txt 2>&1
note approve $?
for account in books crm news; do
  runuser -u syncd -- env BOOKS_TOKEN=- /usr/local/bin/syncd queue approve --brake "$account" --count 500 --yes >>/out/approve.txt 2>&1
done
systemctl stop syncd
cat >/srv/world/age.py <<'PY'
import sqlite3, sys
with sqlite3.connect("/var/lib/syncd/index.sqlite") as index:
    index.execute("UPDATE runs SET started = '2026-01-01T00:00:00+00:00'")
PY
runuser -u syncd -- /opt/syncd/venv/bin/python /srv/world/age.py
systemctl start syncd
wait_until '(($(logged order.sent) >= 1))'
kill -KILL "$(field MainPID)"
note verified_before_the_kill "$(logged order.verified)"
wait_until '[[ $(field ActiveState) == active ]] && (($(field NRestarts) >= 1))'
# Stopped before anything is counted: a run that it may have begun by itself says "finished" while it is stopped.
systemctl stop syncd
journalctl --sync
runuser -u syncd -- /opt/syncd/venv/bin/python /srv/world/age.py
finished=$(logged run.finished)
systemctl start syncd
wait_until '(($(logged run.finished) > finished))'
runuser -u syncd -- env BOOKS_TOKEN="$(cat /srv/world/token)" /usr/local/bin/syncd queue list --all --format json \
  >/out/queue.json 2>/out/queue.err

# --- a clean stop, and the audit
systemctl stop syncd
note stop "$(field Result) $(field ExecMainStatus)"
mkdir -p /etc/systemd/system/syncd-audit.service.d
printf '[Service]\nLoadCredential=BOOKS_TOKEN:/srv/world/token\n' >/etc/systemd/system/syncd-audit.service.d/test.conf
systemctl daemon-reload
systemctl start syncd-audit.service
note audit "$? $(systemctl show -p Result --value syncd-audit.service) $(systemctl show -p ExecMainStatus --value syncd-audit.service)"
systemctl enable syncd syncd-audit.timer >/dev/null 2>&1
note timer $?
systemctl start syncd-audit.timer
note stamp "$(ls /var/lib/systemd/timers | grep -c syncd)"
runuser -u nobody -- /usr/local/bin/syncd status >/out/nobody.txt 2>&1
note nobody $?

# --- upgraded: to another schema, with a copy from before; there is a way back, and it is that copy
may() { runuser -u syncd -- env BOOKS_TOKEN="$(cat /srv/world/token)" /usr/local/bin/syncd "$@"; }
inside=$(/opt/syncd/venv/bin/python -c 'import syncd.index; print(syncd.index.__path__[0])')
cat >"$inside/migrations/versions/0002_one_more.py" <<'PY'
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "0002", "0001", None, None
def upgrade():
    op.create_table("one_more", sa.Column("name", sa.String(), nullable=False))
PY
may db upgrade >/out/newer.txt 2>&1
note newer $?
rm "$inside/migrations/versions/0002_one_more.py"
rm -rf "$inside/migrations/versions/__pycache__"
may status >/out/refused.txt 2>&1
note refused $?
may db restore --yes /var/lib/syncd/backups/index-before-upgrade-of-schema-0001.sqlite >/out/back.txt 2>&1
note back $?
may run-once >/out/back-run.txt 2>&1
may db restore --go-on >>/out/back.txt 2>&1
note back_again "$? $(may ledger verify | grep -c unbroken)"

# --- upgraded: units are replaced, what is the installation's own is not
own() { sha256sum /etc/syncd/syncd.toml /etc/syncd/retention.toml /etc/syncd/.env /var/lib/syncd/keys/*.key /var/lib/syncd/tombstones.jsonl; }
runuser -u syncd -- env BOOKS_TOKEN=- /usr/local/bin/syncd db backup --config /etc/syncd/syncd.toml >/out/backup.txt 2>&1
note backup $?
echo '# of an older version' >>/etc/systemd/system/syncd.service
own >/out/before
/opt/syncd/venv/bin/syncd init --system >/out/upgrade.txt 2>&1
note upgrade $?
own >/out/after
note older "$(grep -c 'of an older version' /etc/systemd/system/syncd.service)"

# --- a configuration that is not valid is not tried again and again
sed -i 's/^mode = .*/mode = "wrong"/' /etc/syncd/syncd.toml
systemctl start syncd
note invalid "$? $(field ExecMainStatus) $(field NRestarts)"
cp /srv/world/good.toml /etc/syncd/syncd.toml

# --- removed, without what must stay
cp -r /opt/syncd/venv /srv/venv
/srv/venv/bin/python -m syncd init --system --remove >/out/remove.txt 2>&1
note remove $?
ls -d /opt/syncd/venv /etc/systemd/system/syncd.service /usr/local/bin/syncd /etc/sudoers.d/syncd \
  /etc/sysusers.d/syncd.conf /etc/tmpfiles.d/syncd.conf /var/lib/systemd/timers/*syncd* 2>/dev/null >/out/left_behind
ls /var/lib/syncd /var/lib/syncd/keys /etc/syncd >/out/kept
note user "$(id -un syncd)"
journalctl -u syncd -o cat --no-pager >/out/journal
kill %1
exit 0
