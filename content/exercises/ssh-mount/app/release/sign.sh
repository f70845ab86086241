#!/bin/sh
# Signs the patterns with the release key: a lamp only burns what this key has signed.
# The key stays in the SSH agent of whoever builds. Works in /app, and writes the folder signed.
set -eu
cd /app
mkdir -p signed
ssh-add -L > signed/release-key.pub
cp release/patterns.json signed/patterns.json
ssh-keygen -Y sign -n lamps -f signed/release-key.pub signed/patterns.json
