// Package hub fetches files from Hugging Face, or from a server that speaks as
// it does. A file is whole and checked against the repository's list, or it is
// not there: bytes go into a file beside it, which is hashed, synced and then
// renamed. What was fetched is never fetched again.
//
// Begin with New and Hub.Download. Nothing that a server says is trusted:
// lengths, paths and headers are bounded and checked before use, and the token
// goes to no other host than the one it is for.
package hub

import (
	"net"
	"net/http"
	"time"
)

// A Hub is one server. Its methods may be called from any goroutine; its fields
// are set before the first call.
type Hub struct {
	Env
	Times Times
	Free  func(dir string) (int64, error) // bytes that can be written into dir; nil: what the system says

	client *http.Client
}

// Times say how long to wait for what, and how often to try.
type Times struct {
	Connect time.Duration // to a server
	Stall   time.Duration // without one byte of an answer
	Tries   int           // on end without progress
	Wait    time.Duration // before the second try; doubled for each one after it
	Longest time.Duration // pause that a server may ask for; a longer one ends the download
	Save    time.Duration // between two syncs of what has come: as much is lost by a power failure, nothing by a kill. A sync holds writing up
	Report  time.Duration // between two reports of progress
}

// usualTimes give up after half a minute without a network.
var usualTimes = Times{
	Connect: 15 * time.Second, Stall: 30 * time.Second, Tries: 6, Wait: time.Second, Longest: 5 * time.Minute,
	Save: 5 * time.Second, Report: 100 * time.Millisecond,
}

// maxHeaders bounds the headers of an answer, bytes. Signed addresses are long.
const maxHeaders = 128 << 10

// New returns a hub with the usual times.
func New(env Env) *Hub { return &Hub{Env: env, Times: usualTimes} }

// open makes the client of one download. Redirects are followed in request.go,
// because net/http would take the token to another port of the same machine.
func (h *Hub) open() *http.Client {
	dial := &net.Dialer{Timeout: h.Times.Connect, KeepAlive: 15 * time.Second}
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment, DialContext: dial.DialContext, ForceAttemptHTTP2: true,
			TLSHandshakeTimeout: h.Times.Connect, ResponseHeaderTimeout: h.Times.Stall, IdleConnTimeout: time.Minute,
			MaxResponseHeaderBytes: maxHeaders, MaxIdleConnsPerHost: 2 * atOnce, DisableCompression: true,
		},
	}
}
