#!/bin/sh
# Sets the project up: npm packages and, where it may, the Debian packages of the demo's voices and
# recogniser. Needs no node_modules. Exits with 1 only when `npm ci` fails: everything but the
# spoken demo works without the Debian packages.
#
#   npm run setup                  everything
#   npm run setup -- --no-voices   npm packages only
set -u

VOICE_PACKAGES='libpocketsphinx3 pocketsphinx-en-us flite asterisk-core-sounds-en-wav'

say() { printf 'setup: %s\n' "$*"; }

usage() { printf 'usage: npm run setup [-- --no-voices]\n'; }

install_npm_packages() {
  say 'installing the npm packages (npm ci)'
  # None of them needs an install script; what is native comes as a prebuilt package.
  npm ci --ignore-scripts --no-audit --no-fund
}

# The Debian packages that are not installed yet, on one line.
missing_packages() {
  missing=
  for package in $VOICE_PACKAGES; do
    status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null)
    [ "$status" = 'install ok installed' ] || missing="$missing $package"
  done
  printf '%s' "${missing# }"
}

# Prints how to become root without being asked for a password; fails when there is no way.
root_prefix() {
  if [ "$(id -u)" -eq 0 ]; then
    printf ''
  elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    printf 'sudo -n'
  else
    return 1
  fi
}

apt() { $prefix env DEBIAN_FRONTEND=noninteractive apt-get "$@"; }

install_voices() {
  if ! command -v apt-get >/dev/null 2>&1; then
    say 'no apt-get here: the demo plays tones instead of speech. Its voices and recogniser are the'
    say "Debian packages $VOICE_PACKAGES"
    return
  fi
  missing=$(missing_packages)
  if [ -z "$missing" ]; then
    say 'the Debian packages for the spoken demo are installed already'
    return
  fi
  by_hand="sudo apt-get update && sudo apt-get install --no-install-recommends -y $missing"
  if ! prefix=$(root_prefix); then
    say 'the spoken demo needs Debian packages, which take root to install (without them the demo'
    say "plays tones). Run: $by_hand"
    return
  fi
  say "installing the Debian packages $missing"
  # A source list that fails must not stop us: the packages may be known all the same.
  apt update -q || say 'apt-get update failed, trying with the lists that are there'
  # shellcheck disable=SC2086 # one word per package
  if apt install -q -y --no-install-recommends $missing; then
    say 'installed the Debian packages'
  else
    say "that failed; the demo plays tones without them. To try again: $by_hand"
  fi
}

voices=yes
for argument in "$@"; do
  case $argument in
    --no-voices) voices=no ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
done

cd "$(dirname "$0")/.." || exit 1
if ! install_npm_packages; then
  say 'npm ci failed; its message is above' >&2
  exit 1
fi
[ "$voices" = no ] || install_voices
say 'done'
