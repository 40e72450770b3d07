#!/bin/sh
# Inside the machine: install, use, kill, update, remove, purge. Each line that begins with "ok" is something that was seen; the first thing
# that is otherwise ends it.
set -u

ok() { echo "ok   $*"; }
wrong() {
    echo "WRONG $*"
    systemctl --no-pager --full status vitrine.socket vitrine.service
    journalctl --no-pager -u vitrine.socket -u vitrine.service | tail -40
    echo "$*" >/proof/result
    exit 1
}
# ask METHOD PATH [BODY]: the whole answer.
ask() {
    bash -c 'exec 3<>/dev/tcp/127.0.0.1/3000 || exit 1
        printf "%s %s HTTP/1.0\r\nHost: 127.0.0.1:3000\r\nOrigin: http://127.0.0.1:3000\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %s\r\n\r\n%s" \
            "$1" "$2" "${#3}" "$3" >&3
        timeout 5 cat <&3' ask "$1" "$2" "${3:-}" 2>/dev/null
}
ready() { ask GET /readyz | grep -q '200 OK'; }
# within SECONDS COMMAND…
within() {
    left=$(($1 * 10))
    shift
    until "$@"; do
        left=$((left - 1))
        [ "$left" -gt 0 ] || return 1
        sleep 0.1
    done
}
main_pid() { systemctl show --property=MainPID --value vitrine.service; }
status_of() { awk -v name="$1:" '$1 == name { print $2 }' "/proc/$(main_pid)/status"; }
# A server that is ending still answers this, and says at /readyz that it is ending. Connects all the time until /run/enough is there, and keeps what was answered to those who were refused. Less often than one address may.
knock() {
    rm -f /run/enough
    : >/run/refused
    while [ ! -e /run/enough ]; do
        answer=$(ask GET /healthz | head -1 | tr -d '\r')
        case "$answer" in
        *' 200 OK') ;;
        *) echo "${answer:-no answer}" >>/run/refused ;;
        esac
        echo asked >>/run/asked
        sleep 0.03
    done
}
nobody_was_refused() {
    touch /run/enough
    wait "$1"
    [ ! -s /run/refused ] || wrong "$2: $(wc -l </run/refused) of $(wc -l </run/asked) connections were refused: $(sort /run/refused | uniq -c)"
    ok "$2: none of $(wc -l </run/asked) connections was refused"
    rm -f /run/asked
}

# --- install
dpkg -i /proof/first.deb || wrong 'the package does not install'
for unit in vitrine.socket vitrine.service; do
    systemctl --quiet is-active "$unit" || wrong "$unit does not run after the installation"
    systemctl --quiet is-enabled "$unit" || wrong "$unit would not start with the machine"
done
within 10 ready || wrong 'nobody answers'
ok 'installed: it runs, answers, and starts with the machine'

# --- what it may do
[ "$(ps -o user= -p "$(main_pid)" | tr -d ' ')" = vitrine ] || wrong 'it does not run as its own user'
[ "$(status_of CapEff)" = 0000000000000000 ] || wrong 'it has capabilities'
[ "$(status_of CapBnd)" = 0000000000000000 ] || wrong 'it could get capabilities'
[ "$(status_of NoNewPrivs)" = 1 ] || wrong 'it could get privileges'
[ "$(status_of Seccomp)" = 2 ] || wrong 'it may make every system call'
inside="/proc/$(main_pid)/root"
for place in usr etc var var/log; do
    # Written as root, inside its own view of the file system: what stops this is the mount, not the owner.
    if touch "$inside/$place/vitrine-was-here" 2>/dev/null; then wrong "it could write into /$place"; fi
done
[ -z "$(ls -A "$inside/home")" ] || wrong 'it sees the home folders'
[ "$(stat -c '%a %U' /var/lib/vitrine)" = '700 vitrine' ] || wrong 'others may read the data folder'
find /var/lib/vitrine -perm /077 ! -type l | grep -q . && wrong 'others may read files in the data folder'
[ "$(stat -c '%a %U' /etc/vitrine/vitrine.env)" = '640 root' ] || wrong 'others may read the settings'
ok 'its own user, no capabilities, a filter on its calls, nothing to write but its folder'

# --- it works: the first administrator, by the link in the journal
link=$(journalctl --no-pager --output=cat -u vitrine.service | sed -n 's/.*\(\/setup?token=[^ ]*\).*/\1/p' | tail -1)
[ -n "$link" ] || wrong 'the journal does not hold the one-time link'
made=$(ask POST /setup "token=${link#*token=}&store_name=Delft&slug=delft&origin=&name=Mira&email=mira%40shop.example&password=a-long-and-quiet-river&language=en")
echo "$made" | head -1 | grep -q ' 30[0-9] \| 200 ' || wrong "the set-up was refused: $(echo "$made" | head -1)"
has_a_store() { ask GET /c/delft | grep -q '200 OK'; }
within 5 has_a_store || wrong "the store is not there: $(ask GET /c/delft | head -1)"
ok 'the link makes the first administrator and store'

# --- settings, by the tool beside it
vitrinectl check-config | grep -q '/var/lib/vitrine' || wrong 'vitrinectl does not run with the settings of the service'
vitrinectl serve 2>/dev/null && wrong 'vitrinectl starts a second server'
ok 'vitrinectl speaks for the service'

# --- restart, kill
knock &
knocking=$!
sleep 1
systemctl restart vitrine.service || wrong 'it does not restart'
sleep 1
nobody_was_refused "$knocking" 'restart'
before=$(main_pid)
kill -9 "$before"
within 20 ready || wrong 'after kill -9 nobody comes back'
[ "$(main_pid)" != "$before" ] || wrong 'it was not killed'
ok 'killed: it is back by itself'

# --- update, with settings that somebody has changed
echo 'VITRINE_LOG=warn' >>/etc/vitrine/vitrine.env
opened=$(systemctl show --property=ActiveEnterTimestampMonotonic --value vitrine.socket)
before=$(main_pid)
knock &
knocking=$!
dpkg --force-confdef --force-confold -i /proof/second.deb || wrong 'the update does not install'
sleep 1
nobody_was_refused "$knocking" 'update'
within 10 ready || wrong 'nobody answers after the update'
[ "$(main_pid)" != "$before" ] || wrong 'after the update the old program still runs'
[ "$(systemctl show --property=ActiveEnterTimestampMonotonic --value vitrine.socket)" = "$opened" ] || wrong 'the update closed the socket'
grep -q '^VITRINE_LOG=warn$' /etc/vitrine/vitrine.env || wrong 'the update forgot the settings'
has_a_store || wrong 'the update lost the data'
ok 'updated: the new program, the old settings and data, the same socket'

# --- what was switched off stays off
systemctl --quiet disable --now vitrine.socket vitrine.service
dpkg --force-confold -i /proof/first.deb >/dev/null 2>&1 || wrong 'an older package does not install over it'
systemctl --quiet is-enabled vitrine.service && wrong 'an update switches on what was switched off'
systemctl --quiet enable --now vitrine.socket vitrine.service
within 20 ready || wrong 'it does not start again'
ok 'switched off, it stays off'

# --- stop
systemctl stop vitrine.service
[ "$(systemctl show --property=Result --value vitrine.service)" = success ] || wrong 'it did not end in peace'
ok 'stopped in peace'

# --- remove, and again
dpkg -r vitrine || wrong 'it cannot be removed'
if systemctl --quiet is-active vitrine.socket || systemctl --quiet is-active vitrine.service; then wrong 'it still runs after it was removed'; fi
if ready; then wrong 'somebody still answers'; fi
[ -e /etc/vitrine/vitrine.env ] || wrong 'removing took the settings'
dpkg -i /proof/second.deb || wrong 'it does not install again'
within 20 has_a_store || wrong 'installed again, the data are lost'
ok 'removed and installed again: settings and data are there'

# --- purge
dpkg -P vitrine || wrong 'it cannot be purged'
[ ! -e /etc/vitrine ] || wrong 'purging left the settings'
[ -s /var/lib/vitrine/vitrine.db ] || wrong 'purging took the conversations'
[ ! -e /var/backups/vitrine ] || wrong 'purging left an empty folder'
left=$(find /etc /usr /lib /var -xdev \( -name '*vitrine*' -o -path '*/vitrine/*' \) ! -path '/var/lib/vitrine*' ! -path '/usr/local/sbin/*' \
    ! -path '/var/log/*' ! -path '/var/lib/systemd/*' -newer /proof/first.deb 2>/dev/null)
[ -z "$left" ] || wrong "purging left: $left"
[ "$(systemctl show --property=LoadState --value vitrine.service)" = not-found ] || wrong 'systemd still knows the service'
ok 'purged: nothing is left but the conversations'
echo passed >/proof/result
