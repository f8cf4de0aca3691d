#!/bin/bash
# Debian's slapd with back-mdb on a loopback port of its own, as the current user.
#   slapd.sh load  FOLDER LDIF [BASE]   writes the configuration into FOLDER (must be new or empty) and loads with slapadd -q
#   slapd.sh start FOLDER [PORT [CPUS [URL]]] prints "ready ldap=127.0.0.1:PORT pid=PID" when it answers
#   slapd.sh stop  FOLDER               ends exactly the process that start noted
# The argon2 module is loaded where Debian's package has it, so LDIFs with {ARGON2} passwords work too.
set -euo pipefail

readonly modules=/usr/lib/ldap
slapd=$(command -v slapd || echo /usr/sbin/slapd)

fail() { echo "slapd.sh: $*" >&2; exit 2; }

write_configuration() {
  local folder=$1 base=$2
  {
    echo "include /etc/ldap/schema/core.schema"
    echo "include /etc/ldap/schema/cosine.schema"
    echo "include /etc/ldap/schema/nis.schema"
    echo "include /etc/ldap/schema/inetorgperson.schema"
    echo "modulepath $modules"
    echo "moduleload back_mdb"
    echo "moduleload memberof"
    if [[ -e $modules/argon2.so ]]; then echo "moduleload argon2"; fi
    cat <<CONF
pidfile $folder/slapd.pid
loglevel none
sizelimit unlimited
timelimit unlimited
database mdb
suffix "$base"
rootdn "cn=root,$base"
directory $folder/db
maxsize 8589934592
index objectClass eq
index uid,cn,mail pres,eq,sub
index member,memberOf eq
access to attrs=userPassword by anonymous auth by * none
access to * by users read
overlay memberof
CONF
  } >"$folder/slapd.conf"
}

load() {
  local folder=$1 ldif=$2 base=${3:-dc=ldap,dc=goauthentik,dc=io}
  [[ -r $ldif ]] || fail "cannot read $ldif"
  mkdir -p "$folder"
  [[ -z $(ls -A "$folder") ]] || fail "$folder is not empty"
  folder=$(realpath "$folder")
  mkdir "$folder/db"
  write_configuration "$folder" "$base"
  slapadd -q -f "$folder/slapd.conf" -l "$ldif" >"$folder/slapadd.log" 2>&1 || {
    tail -5 "$folder/slapadd.log" >&2
    fail "slapadd failed"
  }
}

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

start() {
  local folder port cpus more
  folder=$(realpath "$1")
  port=${2:-0}
  cpus=${3:-}
  more=${4:-}
  [[ -r $folder/slapd.conf ]] || fail "load $folder first"
  if [[ $port == 0 ]]; then port=$(free_port); fi
  local command=("$slapd" -d 0 -f "$folder/slapd.conf" -h "ldap://127.0.0.1:$port $more")
  if [[ -n $cpus ]]; then command=(taskset -c "$cpus" "${command[@]}"); fi
  "${command[@]}" >"$folder/slapd.log" 2>&1 </dev/null &
  local pid=$!
  echo "$pid" >"$folder/bench.pid"
  for ((i = 0; i < 3000; ++i)); do
    kill -0 "$pid" 2>/dev/null || { cat "$folder/slapd.log" >&2; fail "slapd ended"; }
    if answers "$port"; then
      echo "ready ldap=127.0.0.1:$port pid=$pid"
      return
    fi
    sleep 0.01
  done
  kill "$pid"
  fail "slapd does not answer"
}

stop() {
  local file=$1/bench.pid pid
  [[ -r $file ]] || return 0
  pid=$(<"$file")
  rm -f "$file"
  # The number may have been given to another process since: only a slapd of this folder is ended.
  tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF "$(realpath "$1")/slapd.conf" || return 0
  kill "$pid"
  for ((i = 0; i < 1000; ++i)); do
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 0.01
  done
  kill -KILL "$pid"
}

case ${1:-} in
  load) [[ $# -ge 3 ]] || fail "load FOLDER LDIF [BASE]"; load "${@:2}" ;;
  start) [[ $# -ge 2 ]] || fail "start FOLDER [PORT [CPUS [URL]]]"; start "${@:2}" ;;
  stop) [[ $# -eq 2 ]] || fail "stop FOLDER"; stop "$2" ;;
  *) sed -n '2,6s/^# //p' "$0"; exit 2 ;;
esac
