#!/usr/bin/env bash
# lossy-upload.sh LOSS STUDY WORK PROGRAMS: sends the folder STUDY with the real programs over a line
# that loses LOSS per cent of all packets, in each direction, between two network namespaces.
# Needs root, ip, nft (and tc for RATE). Exit status 90: namespaces, 91: packet filter not allowed here.
# Environment: RATE=20mbit of the line (- for none), TIMEOUT=600 seconds for radrelay, LIFT=seconds
# after which the loss ends, MOVE=seconds after which the client gets another address and loses the one
# that it has, CURL=seconds at most for curl sending the same bytes in one request (0: not).
# Prints `radrelay SECONDS` and `curl SECONDS|none`; what was sent is in WORK/gateway, the answer of
# radrelay in WORK/answer. Everything it starts ends with it.
set -u
LOSS=${1:?loss}; STUDY=${2:?study}; WORK=${3:?work}; BIN=${4:?programs}
RATE=${RATE:-20mbit}; N=$(( $$ % 250 + 1 )); S=rrs$$; C=rrc$$; SERVER=10.78.$N.1; CLIENT=10.78.$N.2; MOVED=10.78.$N.3
mkdir -p "$WORK"
cleanup() {
  trap - EXIT INT TERM
  for ns in $S $C; do
    pids=$(ip netns pids $ns 2>/dev/null); [ -n "$pids" ] && kill $pids 2>/dev/null
  done
  sleep 0.3
  for ns in $S $C; do
    pids=$(ip netns pids $ns 2>/dev/null); [ -n "$pids" ] && kill -9 $pids 2>/dev/null
    ip netns del $ns 2>/dev/null
  done
}
trap cleanup EXIT; trap 'exit 130' INT TERM
ip netns add $S && ip netns add $C \
  && ip link add vs$$ netns $S type veth peer name vc$$ netns $C || exit 90
up() { # namespace, device, address
  ip -n $1 link set lo up && ip -n $1 addr add $3/29 dev $2 && ip -n $1 link set $2 up || exit 90
  # One drop is one packet of the line, not a bundle of many.
  ip -n $1 link set $2 gso_max_segs 1 2>/dev/null
  ip netns exec $1 ethtool -K $2 tso off gso off gro off >/dev/null 2>&1
  [ "$RATE" = - ] || tc -n $1 qdisc add dev $2 root tbf rate $RATE burst 32kb latency 200ms || exit 90
  [ "$LOSS" = 0 ] && return 0
  ip netns exec $1 nft -f - <<RULES || exit 91
table inet loss {
  chain in {
    type filter hook input priority 0; policy accept;
    iifname "$2" meta l4proto { tcp, udp, icmp } numgen random mod 1000 < $((LOSS * 10)) drop
  }
}
RULES
}
up $S vs$$ $SERVER; up $C vc$$ $CLIENT
export RADRELAY_HOME="$WORK/home"; PASSWORD=Correct-Horse-9
echo $PASSWORD | "$BIN/radrelay-gateway" user add ann --role radiographer --data "$WORK/gateway" \
  --password-stdin >/dev/null || exit 92
ip netns exec $S "$BIN/radrelay-gateway" serve --data "$WORK/gateway" --host $SERVER --port 8090 \
  --quiet >"$WORK/listening" 2>"$WORK/gateway.log" &
for _ in $(seq 600); do [ -s "$WORK/listening" ] && break; sleep 0.1; done
[ -s "$WORK/listening" ] || exit 93
for _ in 1 2 3 4 5 6 7 8; do
  echo $PASSWORD | ip netns exec $C "$BIN/radrelay" login http://$SERVER:8090 --user ann \
    --password-stdin >/dev/null 2>"$WORK/login.log" && break
done
if [ -n "${LIFT:-}" ]; then
  (sleep "$LIFT"; for ns in $S $C; do ip netns exec $ns nft flush ruleset; done) &
fi
if [ -n "${MOVE:-}" ]; then
  (sleep "$MOVE"; ip -n $C addr del $CLIENT/29 dev vc$$; ip -n $C addr add $MOVED/29 dev vc$$) &
fi
begin=$(date +%s.%N)
ip netns exec $C timeout "${TIMEOUT:-600}" "$BIN/radrelay" upload "$STUDY" --wait --json \
  >"$WORK/answer" 2>"$WORK/radrelay.log"
status=$?
echo "radrelay $(echo "$(date +%s.%N) $begin" | awk '{printf "%.1f", $1 - $2}') $status"
if [ "${CURL:-0}" != 0 ]; then
  cat "$STUDY"/* >"$WORK/whole"
  ip netns exec $S python3 -c '
import http.server
class Sink(http.server.BaseHTTPRequestHandler):
  protocol_version = "HTTP/1.1"
  def do_PUT(self):
    left = int(self.headers["Content-Length"])
    while left: left -= len(self.rfile.read(min(left, 65536)))
    self.send_response(200); self.send_header("Content-Length", "0"); self.end_headers()
  def log_message(self, *words): pass
http.server.ThreadingHTTPServer(("'$SERVER'", 8091), Sink).serve_forever()' 2>/dev/null &
  sleep 2
  begin=$(date +%s.%N)
  if ip netns exec $C curl -sS -f -m "$CURL" -H Expect: -T "$WORK/whole" http://$SERVER:8091/whole \
    >/dev/null 2>"$WORK/curl.log"; then
    echo "curl $(echo "$(date +%s.%N) $begin" | awk '{printf "%.1f", $1 - $2}')"
  else
    echo "curl none"
  fi
fi
exit $status
