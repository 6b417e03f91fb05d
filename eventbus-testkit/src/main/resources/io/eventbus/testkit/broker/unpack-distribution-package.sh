#!/bin/sh
# Unpacks one package of a Debian or Ubuntu suite into a directory. No root, nothing installed, apt's own state untouched.
# usage: unpack-distribution-package.sh PACKAGE SUITE DIRECTORY        SUITE "-" means the suite this machine runs
#
# The mirror is the one apt already uses here: the first source that offers the machine's distribution is copied, with its
# keyring and options, and only its suite is replaced. Proxies and certificates of the machine's apt configuration stay in force.
set -eu
package=$1 suite=$2 target=$3

for program in apt-get dpkg-deb awk; do
  command -v "$program" >/dev/null 2>&1 || { echo "there is no $program here: not a Debian or Ubuntu system" >&2; exit 1; }
done
ID='' VERSION_CODENAME=''
[ ! -r /etc/os-release ] || . /etc/os-release
case $ID in
  ubuntu) components='main universe' ;;
  *) components='main' ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/sources" "$work/deb"

# --- the sources apt has, one "score<TAB>file" each, best first --------------------------------------------------------------
# A source of the distribution offers its codename (or a name that moves with it) and the component main; among several, one
# whose address ends like the distribution's archive wins over a third party's.
number=0
keep() { # keep SCORE CODENAME EXTENSION: the text is in the file "source"
  number=$((number + 1))
  mv "$work/source" "$work/found-$number.$3"
  printf '%s\t%s\t%s\n' "$1" "$2" "found-$number.$3" >> "$work/found"
}
: > "$work/found"
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
  [ -r "$file" ] || continue
  sed -n 's/^[[:space:]]*deb[[:space:]]\{1,\}//p' "$file" > "$work/lines"
  while read -r line; do
    options=''
    case $line in
      '['*) options="${line%%]*}] " line=${line#*]} ;;
    esac
    line=${line%%#*}
    # shellcheck disable=SC2086
    set -- $line
    [ $# -ge 3 ] || continue
    address=$1 offered=$2
    shift 2
    case " $* " in *' main '*) ;; *) continue ;; esac
    score=1
    case $address in cdrom:*) continue ;; */debian | */debian/ | */ubuntu | */ubuntu/ | */ubuntu-ports | */ubuntu-ports/ | */debian.list) score=0 ;; esac
    printf 'deb %s%s @SUITE@ %s\n' "$options" "$address" "$components" > "$work/source"
    keep "$score" "$offered" list
  done < "$work/lines"
done
for file in /etc/apt/sources.list.d/*.sources; do
  [ -r "$file" ] || continue
  # One file per stanza, without its comments.
  awk -v stem="$work/stanza-" '
    /^[ \t]*$/ { open = 0; next }
    /^#/ { next }
    { if (!open) { open = 1; n++ } print > (stem n) }' "$file"
  for stanza in "$work"/stanza-*; do
    [ -r "$stanza" ] || continue
    field() { awk -v name="$1" 'tolower($1) == name ":" { $1 = ""; print; on = 1; next } /^[^ \t]/ { on = 0 } on { print }' "$stanza" | tr '\n' ' '; }
    enabled=$(field enabled) types=$(field types) suites=$(field suites) addresses=$(field uris) offers=$(field components)
    usable=yes
    case $enabled in *[Nn]o*) usable= ;; esac
    case " $types " in *' deb '*) ;; *) usable= ;; esac
    case " $offers " in *' main '*) ;; *) usable= ;; esac
    case $addresses in *cdrom:*) usable= ;; esac
    if [ -n "$usable" ]; then
      score=1
      case "$addresses " in */debian\ * | */debian/\ * | */ubuntu\ * | */ubuntu/\ * | */ubuntu-ports\ * | */ubuntu-ports/\ * | */debian.list\ *) score=0 ;; esac
      for offered in $suites; do
        {
          printf 'Types: deb\nSuites: @SUITE@\nComponents: %s\n' "$components"
          awk '/^[^ \t]/ { skip = tolower($1) ~ /^(types|suites|components|enabled):$/ } !skip' "$stanza"
        } > "$work/source"
        keep "$score" "$offered" sources
      done
    fi
    rm -f "$stanza"
  done
done

chosen=''
for score in 0 1; do
  for name in ${VERSION_CODENAME:-} stable oldstable testing unstable sid devel; do
    [ -n "$chosen" ] || chosen=$(awk -F '\t' -v s="$score" -v n="$name" '$1 == s && $2 == n { print $3; exit }' "$work/found")
  done
done
[ -n "$chosen" ] || { echo "no source of this distribution in /etc/apt/sources.list or /etc/apt/sources.list.d" >&2; exit 1; }
if [ "$suite" = - ]; then
  suite=$(awk -F '\t' -v f="$chosen" '$3 == f { print $2; exit }' "$work/found")
fi
sed "s/@SUITE@/$suite/" "$work/$chosen" > "$work/sources/only.${chosen##*.}"

# --- apt with state of its own: the machine's configuration first, then this -------------------------------------------------
cat > "$work/apt.conf" <<CONF
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear APT::Default-Release;
Dir::State::Lists "$work/lists";
Dir::State::Status "/dev/null";
Dir::Cache "$work/cache";
Dir::Etc::SourceList "/dev/null";
Dir::Etc::SourceParts "$work/sources";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "2";
CONF
apt-get -c "$work/apt.conf" -q update
(cd "$work/deb" && apt-get -c "$work/apt.conf" -q download "$package")
mkdir -p "$target"
for archive in "$work"/deb/*.deb; do
  dpkg-deb -x "$archive" "$target"
done
