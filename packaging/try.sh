#!/bin/sh
# Installs an older package, upgrades, removes and purges it, in a copy of this system that nobody else sees and
# that is gone afterwards: do the household and the configuration stay for as long as they should, and no longer?
#
# usage: unshare --mount --propagation private sh packaging/try.sh OLDER.deb NEWER.deb HOUSEHOLD.jsonl
#
# Ends with 77 where the system lets nobody lay such a copy.
set -eu

older=$(basename "$1") newer=$(basename "$2")
place=$PWD/target/deb/copy
root=$place/root
mkdir -p "$place"
mount -t tmpfs none "$place" || exit 77
trap 'umount -l "$place"; rmdir "$place"' EXIT
mkdir "$place/above" "$place/work" "$root"
mount -t overlay none -o "lowerdir=/,upperdir=$place/above,workdir=$place/work" "$root" || exit 77
mount --rbind /dev "$root/dev" || exit 77
mount --rbind /proc "$root/proc" || exit 77
mount -t tmpfs none "$root/run" || exit 77
mount -t tmpfs none "$root/tmp" || exit 77
cp "$1" "$2" "$3" "$root/tmp"

# Systemd is there, and takes down what it is told.
mkdir -p "$root/run/systemd/system" "$root/usr/local/sbin"
printf '#!/bin/sh\necho "$@" >> /run/told\n' > "$root/usr/local/sbin/systemctl"
chmod 755 "$root/usr/local/sbin/systemctl"

inside() {
    env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C \
        DEBIAN_FRONTEND=noninteractive chroot "$root" "$@"
}
fail() {
    echo "the package: $*" >&2
    exit 1
}
there() { [ -e "$root$1" ] || [ -L "$root$1" ] || fail "$1 is not there $2"; }
gone() { { [ ! -e "$root$1" ] && [ ! -L "$root$1" ]; } || fail "$1 is still there $2"; }
told() {
    grep -qx "$1" "$root/run/told" || fail "systemd was not told: $1"
    : > "$root/run/told"
}
version() { inside dpkg-query -W -f '${Version}' houseguest; }

# A machine on which it was never installed.
inside dpkg --purge houseguest > /dev/null 2>&1 || true
rm -rf "$root/var/lib/houseguest" "$root/var/lib/private/houseguest"
: > "$root/run/told"

inside dpkg -i "/tmp/$older" > /dev/null
told daemon-reload
inside dpkg --verify houseguest
inside houseguest --version > /dev/null
inside gzip -t /usr/share/man/man1/houseguest.1.gz
before=$(version)

# As the service leaves it: a folder of the user that systemd made, and a link to it.
state=/var/lib/private/houseguest
mkdir -p -m 700 "$root/var/lib/private" "$root$state"
ln -s private/houseguest "$root/var/lib/houseguest"
inside houseguest household import "/tmp/$(basename "$3")" --state "$state" > /dev/null
inside houseguest household export /tmp/before.jsonl --state "$state" > /dev/null
mkdir -p "$root/etc/systemd/system/multi-user.target.wants"
wanted=/etc/systemd/system/multi-user.target.wants/houseguest.service
ln -s /usr/lib/systemd/system/houseguest.service "$root$wanted"
sed -i 's/^HOUSEGUEST_INTERFACE=.*/HOUSEGUEST_INTERFACE=mine0/' "$root/etc/default/houseguest"

inside dpkg -i "/tmp/$newer" > /dev/null < /dev/null
[ "$(version)" != "$before" ] || fail "it is not newer"
told "try-restart houseguest.service"
grep -q mine0 "$root/etc/default/houseguest" || fail "the upgrade lost the configuration"
inside houseguest household check --state "$state" > /dev/null
inside houseguest household export /tmp/after.jsonl --state "$state" > /dev/null
cmp "$root/tmp/before.jsonl" "$root/tmp/after.jsonl" || fail "the upgrade changed the household"
files=$(inside dpkg -L houseguest)

inside dpkg --remove houseguest > /dev/null
told "stop houseguest.service"
gone /usr/bin/houseguest "after removing"
there "$state" "after removing"
there /etc/default/houseguest "after removing"

inside dpkg -i "/tmp/$newer" > /dev/null < /dev/null
grep -q mine0 "$root/etc/default/houseguest" || fail "coming back lost the configuration"
inside houseguest household export /tmp/back.jsonl --state "$state" > /dev/null
cmp "$root/tmp/before.jsonl" "$root/tmp/back.jsonl" || fail "coming back changed the household"

inside dpkg --purge houseguest > /dev/null
for left in "$state" /var/lib/houseguest "$wanted" /etc/default/houseguest; do
    gone "$left" "after purging"
done
for file in $files; do
    case $file in *houseguest*) gone "$file" "after purging" ;; esac
done
echo "the package installs, upgrades from $before, is removed and purged; the household and the configuration stay until then"
