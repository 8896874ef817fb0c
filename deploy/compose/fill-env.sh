#!/bin/sh
# Makes .env of .env.example, and draws every secret that is still empty. What is set is left alone.
set -eu
cd "$(dirname "$0")/../.."
umask 077
[ -f .env ] || cp .env.example .env
filled=$(mktemp .env.XXXXXX)
trap 'rm -f "$filled"' EXIT
while IFS= read -r line || [ -n "$line" ]; do
  case $line in
    [A-Z]*=) printf '%s%s\n' "$line" "$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')" ;;
    *) printf '%s\n' "$line" ;;
  esac
done < .env > "$filled"
mv "$filled" .env
echo 'Secrets are in .env. Start with: docker compose up --build --detach'
