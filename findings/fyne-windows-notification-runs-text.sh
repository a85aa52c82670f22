#!/usr/bin/env bash
# Fyne 2.8.1 (Go module fyne.io/fyne/v2), app.SendNotification on Windows.
#
# Expected: a notification shows its text as it is.
# Seen: on Windows the text is written into a script of PowerShell, as Go quotes strings (%q), and the script is run. Between
# double quotes PowerShell runs what stands in $( ), and it ends a string at \" too, since its escape is ` and not \. A program
# that notifies of anything a stranger may have written, as the prompt in a picture from the internet, runs it. Macs and the
# desktops of Linux get the text as data.
#
# It runs nothing of the script: it shows the line that PowerShell would read, from the module's own template. It fails when
# that has changed.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
go mod init x >/dev/null 2>&1
source=$(go mod download -json fyne.io/fyne/v2@v2.8.1 | sed -n 's/^\t"Dir": "\(.*\)",*$/\1/p')/app/app_windows.go
template=$(grep -m1 '^\$content = ' "$source") || { echo "there is no such line any more"; exit 1; }
cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"
)

func main() { fmt.Printf(os.Args[1]+"\n", os.Args[2]) }
GO
line=$(go run . "$template" 'a boat $(calc.exe) "at sea"')
echo "PowerShell reads: $line"
case "$line" in
*'"a boat $(calc.exe) '*) echo "it would run calc.exe, as seen before" ;;
*) echo "it is quoted otherwise now"; exit 1 ;;
esac
