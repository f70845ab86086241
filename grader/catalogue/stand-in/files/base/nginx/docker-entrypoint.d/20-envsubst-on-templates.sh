#!/bin/sh
# /etc/nginx/templates/NAME.template becomes /etc/nginx/conf.d/NAME with the environment's variables put in.
set -e

templates=${NGINX_ENVSUBST_TEMPLATE_DIR:-/etc/nginx/templates}
suffix=${NGINX_ENVSUBST_TEMPLATE_SUFFIX:-.template}
output=${NGINX_ENVSUBST_OUTPUT_DIR:-/etc/nginx/conf.d}
[ -d "$templates" ] || exit 0
if [ ! -w "$output" ]; then
  echo "$0: $templates exists, but $output is not writable" >&2
  exit 0
fi
# Only variables that exist are replaced, so that nginx's own $host and $uri survive.
defined=$(printf '${%s} ' $(awk 'END { for (name in ENVIRON) if (name ~ /'"${NGINX_ENVSUBST_FILTER:-}"'/) print name }' < /dev/null))
find "$templates" -follow -type f -name "*$suffix" | while read -r template; do
  relative=${template#"$templates"/}
  target=$output/${relative%"$suffix"}
  mkdir -p "$(dirname "$target")"
  envsubst "$defined" < "$template" > "$target"
done
