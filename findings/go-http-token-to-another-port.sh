#!/usr/bin/env bash
# Go 1.26 (net/http of the standard library), requests 2.32.5.
#
# Expected: a bearer token is not taken along when a server redirects to another
# port of the same machine: that is another server, and browsers call it another origin.
# Seen: requests drops it, net/http takes it along. Its documentation says
# that sensitive headers are left out for another domain; a port does not count
# as part of that. Who tests a download with two servers on one machine sees it,
# and so does who runs a mirror beside a storage server.
#
# Output: "net/http: Bearer secret", "requests: none".
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat > main.go <<'GO'
package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
)

func main() {
	seen := ""
	second := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { seen = r.Header.Get("Authorization") }))
	first := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, second.URL, http.StatusFound) }))
	r, _ := http.NewRequest("GET", first.URL, nil)
	r.Header.Set("Authorization", "Bearer secret")
	if _, err := http.DefaultClient.Do(r); err != nil {
		panic(err)
	}
	byGo := seen
	c := exec.Command("venv/bin/python", "-c", "import requests, sys; requests.get(sys.argv[1], headers={'Authorization': 'Bearer secret'})", first.URL)
	c.Stderr = os.Stderr
	seen = "not asked"
	if err := c.Run(); err != nil {
		panic(err)
	}
	if seen == "" {
		seen = "none"
	}
	fmt.Printf("net/http: %s\nrequests: %s\n", byGo, seen)
	if byGo != "Bearer secret" || seen != "none" {
		fmt.Println("this has changed")
		os.Exit(1)
	}
}
GO
python3 -m venv venv
venv/bin/pip install -q requests==2.32.5
NO_PROXY=127.0.0.1 go run main.go
