#!/usr/bin/env bash
# ccusage 20.0.24 (npm): calls before a fork of a Kimi Code session are counted once for each session.
#
# Behaviour: Kimi Code 2.1.0 copies `usage.record` lines into a fork, equal to the byte (see
# kimi_code_fork_copies_usage.sh). `ccusage kimi daily` adds both copies up.
# Seen: a session with one call (13,003 fresh, 14,004 cached, 5,005 out) and its fork with one more call
# (13,143, 14,074, 5,075): three calls are reported, outputTokens 15,085, where 10,080 were billed.
# Needs: bash, npm, python3. Seconds. Exit 0: still so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit ccusage@20.0.24 >npm.log 2>&1
export HOME="$folder/home"
sessions="$HOME/.kimi-code/sessions/wd_project_000000000001"
one='{"type":"llm.request","agentId":"main","kind":"loop","provider":"openai","model":"m","modelAlias":"mine","turnStep":"0.1","time":1796003674054}
{"type":"usage.record","agentId":"main","model":"mine","usage":{"inputOther":13003,"output":5005,"inputCacheRead":14004,"inputCacheCreation":0},"usageScope":"turn","time":1796003674158}'
two='{"type":"forked","agentId":"main","time":1796003712578}
{"type":"llm.request","agentId":"main","kind":"loop","provider":"openai","model":"m","modelAlias":"mine","turnStep":"1.1","time":1796003719630}
{"type":"usage.record","agentId":"main","model":"mine","usage":{"inputOther":13143,"output":5075,"inputCacheRead":14074,"inputCacheCreation":0},"usageScope":"turn","time":1796003719722}'
begun='{"type":"metadata","protocol_version":"1.5","created_at":1796003673000}'
for session in session_00000000-0000-4000-8000-000000000001 session_00000000-0000-4000-8000-000000000002; do
  mkdir -p "$sessions/$session/agents/main"
  printf '%s\n%s\n' "$begun" "$one" >"$sessions/$session/agents/main/wire.jsonl"
done
printf '%s\n' "$two" >>"$sessions/$session/agents/main/wire.jsonl"

node_modules/.bin/ccusage --version
node_modules/.bin/ccusage kimi daily --offline --json --timezone UTC >said.json
python3 - <<'P'
import json
said = json.load(open("said.json"))["totals"]
print("output tokens:", said["outputTokens"], "billed:", 5_005 + 5_075)
assert said["outputTokens"] == 2 * 5_005 + 5_075, said
assert said["cacheReadTokens"] == 2 * 14_004 + 14_074, said
P
echo "Still so: the call before the fork is counted twice."
