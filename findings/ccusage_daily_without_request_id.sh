#!/usr/bin/env bash
# ccusage 20.0.24 (npm): `claude daily` counts a call once for each of its lines where the model server
# sent no `request-id` header, as gateways do; `claude monthly` of the same file counts it once.
#
# Behaviour: Claude Code writes one line for each block of an answer, all with the same usage. Without
# the header its lines have no `requestId`, but one `requestRef`. The daily report tells lines apart by
# their time stamps, the monthly and the session report don't.
# Seen: one answer of three blocks, 1,000 tokens in and 100 out, blocks a second apart: daily says
# 3,000 and 300, monthly and session say 1,000 and 100.
# Needs: bash, npm, python3. Seconds. Exit 0: still so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit ccusage@20.0.24 >npm.log 2>&1
export HOME="$folder/home" CLAUDE_CONFIG_DIR="$folder/home/.claude"
mkdir -p "$CLAUDE_CONFIG_DIR/projects/-project"
for block in 0 1 2; do
  printf '%s\n' '{"parentUuid":"00000000-0000-4000-8000-000000000000","isSidechain":false,"message":{"id":"chatcmpl-1","type":"message","role":"assistant","model":"claude-sonnet-4-6","content":[{"type":"text","text":"x"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":1000,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":100,"service_tier":"standard","speed":"standard"},"stop_details":null},"apiBlockIndex":'$block',"requestRef":"00000000-0000-4000-8000-000000000001","type":"assistant","uuid":"00000000-0000-4000-8000-00000000001'$block'","timestamp":"2026-11-20T10:00:0'$block'.000Z","cwd":"/project","sessionId":"00000000-0000-4000-8000-000000000002","version":"2.1.332"}'
done >"$CLAUDE_CONFIG_DIR/projects/-project/00000000-0000-4000-8000-000000000002.jsonl"

node_modules/.bin/ccusage --version
for report in daily monthly session; do
  node_modules/.bin/ccusage claude $report --offline --json --timezone UTC >$report.json
done
python3 - <<'P'
import json
said = {name: json.load(open(f"{name}.json"))["totals"] for name in ("daily", "monthly", "session")}
found = {name: (sums["inputTokens"], sums["outputTokens"]) for name, sums in said.items()}
print(found)
assert found == {"daily": (3_000, 300), "monthly": (1_000, 100), "session": (1_000, 100)}, found
P
echo "Still so: three lines of one call are three calls a day and one a month."
