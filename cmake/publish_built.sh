#!/bin/sh
# publish_built.sh MADE PLACE: copies the file or folder MADE to PLACE, which
# lies in a folder NAME-KEY of what is built once, or is one. It appears whole
# or not at all. Keeps the newest eight of a NAME: the builds of presets and
# compilers that somebody may still use.
set -eu
mkdir -p "$(dirname "$2")"
part=$(mktemp -d "$(dirname "$2")/.part-XXXXXX")
trap 'rm -rf "$part"' EXIT
cp -R "$1" "$part/made"
if [ -d "$1" ]; then
  mv -T "$part/made" "$2" 2>/dev/null || [ -d "$2" ] # Another was quicker.
  exit 0
fi
mv -f "$part/made" "$2"
folder=$(dirname "$2")
cd "$(dirname "$folder")"
name=$(basename "$folder" | sed 's/-[0-9a-f]*$//')
find . -maxdepth 1 -name "$name-*" -printf '%T@ %f\n' | sort -rn |
  sed '1,8d; s/^[^ ]* //' | while read -r old; do rm -rf "./$old"; done
