#!/usr/bin/env bash
# Makes the pictures of the documentation from the demo. Needs Chromium (Debian: chromium, fonts-noto-core).
set -euo pipefail
cd "$(dirname "$0")/../.."
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
.venv/bin/syncd demo --size 120 --report "$made" >/dev/null
page=$(find "$made" -name '*.html' ! -name '*-plan.html')
chromium --headless --no-sandbox --hide-scrollbars --window-size=1200,1500 --user-data-dir="$made/profile" \
  --screenshot=docs/pictures/report.png "file://$page" 2>/dev/null
