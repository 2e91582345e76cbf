#!/bin/bash
# Starts S3Proxy. S3PROXY_ENDPOINT is its property s3proxy.endpoint, JCLOUDS_PROVIDER is jclouds.provider, and so on.
set -euo pipefail
settings=()
while IFS='=' read -r name value; do
  case $name in
    S3PROXY_JAVA_OPTS) ;;
    S3PROXY_* | JCLOUDS_*)
      property=$(tr 'A-Z' 'a-z' <<< "$name" | sed -e 's/_/./' -e 's/filesystem_/filesystem./' -e 's/_/-/g')
      settings+=("-D$property=$value")
      ;;
  esac
done < <(env)
# shellcheck disable=SC2086  # a list of options
exec java ${S3PROXY_JAVA_OPTS:-} "${settings[@]}" -cp '/opt/s3proxy:/opt/s3proxy/libs/*' org.gaul.s3proxy.Main --properties /dev/null
