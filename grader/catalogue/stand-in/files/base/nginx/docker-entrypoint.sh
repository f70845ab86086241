#!/bin/sh
# Runs what lies in /docker-entrypoint.d before nginx starts, as the official image does.
set -e

if [ "$1" = nginx ] || [ "$1" = nginx-debug ]; then
  for file in $(find /docker-entrypoint.d/ -follow -type f | sort -V); do
    case "$file" in
      *.envsh) [ ! -x "$file" ] || . "$file" ;;
      *.sh) [ ! -x "$file" ] || "$file" ;;
    esac
  done
fi

exec "$@"
