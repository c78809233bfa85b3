#!/usr/bin/env bash
# Installs the package on a clean Debian, with a systemd of its own in a container without network,
# and tries what a package has to do: start, upgrade, remove, purge. Needs root.
#   packaging/test-deb.sh TARGET PACKAGE
set -euo pipefail
target=$1 package=$2
# shellcheck disable=SC1091 # the release of the machine that has built the package
. /etc/os-release
base=$target/clean-debian/$VERSION_CODENAME
root=$target/clean-debian/run
[ "$(id -u)" = 0 ] || { echo "this needs root" >&2; exit 1; }

say() { printf 'deb-test: %s\n' "$*" >&2; }
fail() { say "FAILED: $*"; exit 1; }

# The container's first process, as the host sees it.
leader=
nspawn=
inside() {
  nsenter --target "$leader" --all -- env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C \
    DEBIAN_FRONTEND=noninteractive "$@"
}
end() {
  [ -z "$nspawn" ] || kill -KILL "$nspawn" 2>/dev/null || true
  [ -z "$leader" ] || kill -KILL "$leader" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf --one-file-system "$root"
}
trap end EXIT

# within SECONDS COMMAND ..: it succeeds in time.
within() {
  local seconds=$1 begin=$SECONDS
  shift
  until "$@" >/dev/null 2>&1; do
    [ $((SECONDS - begin)) -lt "$seconds" ] || return 1
    sleep 0.2
  done
}
is() { # is WHAT EXPECTED FOUND
  [ "$2" = "$3" ] || fail "$1: expected '$2', found '$3'"
  say "ok: $1"
}
state() { inside systemctl is-active sluicegate || true; }
ctl() { inside sluicegate ctl "$@"; }
kept() { ctl show maxscale --tsv | awk -F '\t' '$1 == "parameters/retain_last_statements" { print $2 }'; }

say "what lintian says"
# Who has signed it and which bug it closes is Debian's business.
lintian --tag-display-limit 0 --allow-root --fail-on error \
  --suppress-tags bogus-mail-host,initial-upload-closes-no-bugs,no-changelog "$package" >&2 ||
  fail "lintian has found errors"

if [ ! -e "$base/.complete" ]; then
  say "making a clean Debian $VERSION_CODENAME (once)"
  rm -rf --one-file-system "$base"
  mkdir -p "$base"
  debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,procps "$VERSION_CODENAME" "$base" >&2
  touch "$base/.complete"
fi
rm -rf --one-file-system "$root"
cp -a --reflink=auto "$base" "$root"
say "what the package depends on: $(dpkg-deb --field "$package" Depends)"
chroot "$root" env DEBIAN_FRONTEND=noninteractive \
  apt-get satisfy -qq -y --no-install-recommends "$(dpkg-deb --field "$package" Depends)" >/dev/null

# The same package as the next version of itself.
unpacked=$(mktemp -d)
dpkg-deb --raw-extract "$package" "$unpacked"
sed -i 's/^Version: .*/&+next/' "$unpacked/DEBIAN/control"
dpkg-deb --build --root-owner-group -Znone "$unpacked" "$root/srv/next.deb" >/dev/null
rm -rf "$unpacked"
cp "$package" "$root/srv/first.deb"

systemd-nspawn --quiet --directory="$root" --machine="sluicegate-$$" --private-network --register=no \
  --keep-unit --boot --console=passive </dev/null >/dev/null 2>&1 &
nspawn=$!
within 30 pgrep -P "$nspawn" || fail "the container has not begun"
leader=$(pgrep -P "$nspawn" | head -n 1)
within 60 inside systemctl is-system-running || fail "the container has not come up"

inside dpkg -i /srv/first.deb >&2 || fail "it can't be installed"
is "the service runs" active "$(state)"
is "it starts with the system" enabled "$(inside systemctl is-enabled sluicegate)"
is "it runs as an account of its own" sluicegate "$(inside ps -o user= -C sluicegate)"
is "only it reads the configuration" "640 root:sluicegate" "$(inside stat -c '%a %U:%G' /etc/sluicegate.cnf)"
is "only it reads the store" "700 sluicegate" "$(inside stat -c '%a %U' /var/lib/sluicegate)"
inside test -s /var/log/sluicegate/sluicegate.log || fail "there is no log"
ctl list threads >/dev/null || fail "the API does not answer"
inside test -s /usr/share/man/man1/sluicegate.1.gz || fail "there is no manual page"
inside bash -c 'exec 3<>/dev/tcp/127.0.0.1/8989
  printf "GET /console/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n" >&3
  grep -q "<title>" <&3' || fail "the console is not there"
say "ok: the API and the console answer"
inside systemd-analyze --no-pager security sluicegate | tail -n 1 >&2

inside bash -c 'echo "# mine" >>/etc/sluicegate.cnf'
ctl alter maxscale retain_last_statements=7
before=$(inside systemctl show -P MainPID sluicegate)
inside dpkg -i /srv/next.deb >&2 || fail "it can't be upgraded"
within 30 inside systemctl is-active sluicegate || fail "it does not run after the upgrade"
[ "$before" != "$(inside systemctl show -P MainPID sluicegate)" ] || fail "the old program still runs"
is "what was changed at run time is kept" 7 "$(kept)"
is "so is the configuration" "# mine" "$(inside tail -n 1 /etc/sluicegate.cnf)"
is "and its rights" "640 root:sluicegate" "$(inside stat -c '%a %U:%G' /etc/sluicegate.cnf)"

inside systemctl kill --signal=KILL sluicegate
within 30 ctl list threads || fail "it does not come back after SIGKILL"
say "ok: it comes back after SIGKILL"
inside systemctl stop sluicegate
is "it can be stopped" inactive "$(state)"
inside bash -c 'echo "[nonsense" >>/etc/sluicegate.cnf'
! inside systemctl start sluicegate 2>/dev/null || fail "it starts with a broken configuration"
say "ok: a broken configuration is said at once"
inside sed -i '$d' /etc/sluicegate.cnf
inside systemctl reset-failed sluicegate
inside systemctl start sluicegate

inside dpkg -r sluicegate >&2 || fail "it can't be removed"
is "nothing runs any more" "" "$(inside pgrep -x sluicegate 2>/dev/null || true)"
inside test -e /etc/sluicegate.cnf || fail "removing took the configuration"
inside test -e /var/lib/sluicegate || fail "removing took the store"
inside test ! -e /usr/bin/sluicegate || fail "removing left the program"
inside dpkg -i /srv/first.deb >&2 || fail "it can't be installed again"
is "the store is used again" 7 "$(kept)"

inside dpkg -P sluicegate >&2 || fail "it can't be purged"
left=$(inside find /etc /var /usr /run -path /var/lib/dpkg -prune -o -name '*sluicegate*' -print)
is "nothing is left" "" "$left"
say "all is well"
