#!/usr/bin/env bash
# dual-stack.sh [IMAGE]: a container with IPv4 and IPv6, the host on the same bridge as
# its gateway, and a default route that comes back on detach; run as root.
set -euo pipefail
image=${1:-busybox}
name=netpipe-ex-dual

clean() {
  netpipe detach "$name" --all || true
  netpipe bridge del br-dual || true
  docker rm -f "$name" >/dev/null || true
}
trap clean EXIT

# A bridge made by hand stays until it is removed by hand.
netpipe bridge add br-dual --address 10.98.0.1/24 --address fd98::1/64

docker run -dit --name "$name" "$image" >/dev/null
before=$(netpipe exec "$name" -- ip route show default)
netpipe attach "$name" br-dual 10.98.0.2/24@10.98.0.1 fd98::2/64@fd98::1

# The host answers on both families, and the default routes lead to it.
docker exec "$name" ping -c 1 10.98.0.1
docker exec "$name" ping -c 1 fd98::1
netpipe exec "$name" -- ip route show default
netpipe exec "$name" -- ip -6 route show default

netpipe detach "$name"
after=$(netpipe exec "$name" -- ip route show default)
[[ $after == "$before" ]] || { echo "the default route did not come back" >&2; exit 1; }
