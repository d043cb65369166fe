#!/usr/bin/env bash
# Kimi Code 2.1.0 (@moonshot-ai/kimi-code, npm): `kimi fork` copies the usage of its parent.
#
# Behaviour: the forked session's wire.jsonl begins with the parent's `usage.record` lines, with their
# times, numbers and model names as they were; a line of type "forked" stands behind them. Whoever adds
# up all wire.jsonl files of a home counts every call before the fork once more for each fork.
# Seen: one prompt, answered by a model server on loopback with 13,003 + 14,004 tokens in and 5,005 out,
# then `kimi fork`: two files, each with that one record, equal to the byte.
# Needs: bash, npm, python3. Node 22 comes as a package. About a minute. Exit 0: still so.
set -euo pipefail
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit node@22 @moonshot-ai/kimi-code@2.1.0 >npm.log 2>&1
export PATH="$folder/node_modules/node/bin:$PATH" HOME="$folder/home"
mkdir -p "$HOME/.kimi-code" "$HOME/project"

cat >server.py <<'P'
import json
from http.server import BaseHTTPRequestHandler, HTTPServer
USAGE = {"prompt_tokens": 27007, "completion_tokens": 5005, "total_tokens": 32012,
         "prompt_tokens_details": {"cached_tokens": 14004}}
class Model(BaseHTTPRequestHandler):
    def log_message(self, *said):
        pass
    def do_POST(self):
        self.rfile.read(int(self.headers.get("content-length") or 0))
        head = {"id": "answer-1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        says = {"index": 0, "delta": {"role": "assistant", "content": "Yes."}, "finish_reason": None}
        ends = {"index": 0, "delta": {}, "finish_reason": "stop"}
        parts = [{**head, "choices": [says]}, {**head, "choices": [ends]},
                 {**head, "choices": [], "usage": USAGE}]
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        for part in parts:
            self.wfile.write(b"data: " + json.dumps(part).encode() + b"\n\n")
        self.wfile.write(b"data: [DONE]\n\n")
model = HTTPServer(("127.0.0.1", 0), Model)
print(model.server_port, flush=True)
model.serve_forever()
P
python3 server.py >port & server=$!
for _ in $(seq 50); do [ -s port ] && break; sleep 0.1; done
cat >"$HOME/.kimi-code/config.toml" <<T
default_model = "mine"
[providers.local]
type = "openai"
base_url = "http://127.0.0.1:$(cat port)/v1"
api_key = "none"
[models.mine]
provider = "local"
model = "m"
max_context_size = 200000
T

cd "$HOME/project"
kimi="$folder/node_modules/.bin/kimi"
[ "$("$kimi" --version | grep -o '[0-9.]*' | head -1)" = 2.1.0 ]
timeout 60 "$kimi" -p "Is it so?" >/dev/null 2>&1
parent=$(basename "$(dirname "$(dirname "$(dirname "$(find "$HOME/.kimi-code/sessions" -name wire.jsonl)")")")")
timeout 60 "$kimi" fork "$parent" >/dev/null 2>&1

records=$(find "$HOME/.kimi-code/sessions" -name wire.jsonl -exec grep -h '"type":"usage.record"' {} +)
echo "$records"
[ "$(find "$HOME/.kimi-code/sessions" -name wire.jsonl | wc -l)" = 2 ]
[ "$(wc -l <<<"$records")" = 2 ]
[ "$(sort -u <<<"$records" | wc -l)" = 1 ]
find "$HOME/.kimi-code/sessions" -name wire.jsonl -exec grep -l '"type":"forked"' {} + >/dev/null
echo "Still so: the fork repeats its parent's record, time and all."
