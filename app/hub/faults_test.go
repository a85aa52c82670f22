package hub

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

func status(code int, headers ...string) fault {
	return func(s *site, w http.ResponseWriter, r *http.Request, body []byte) bool {
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(code)
		fmt.Fprint(w, "<html>no</html>")
		return true
	}
}

func cutAt(n int) fault {
	return func(s *site, w http.ResponseWriter, r *http.Request, body []byte) bool {
		send(s, w, r, body, body, n)
		return true
	}
}

// wrong sends one wrong byte.
func wrong(s *site, w http.ResponseWriter, r *http.Request, body []byte) bool {
	bad := append([]byte{}, body...)
	bad[len(bad)-1] ^= 1
	send(s, w, r, body, bad, 0)
	return true
}

// whole200 ignores what part is asked for.
func whole200(s *site, w http.ResponseWriter, r *http.Request, body []byte) bool {
	r.Header.Del("Range")
	send(s, w, r, body, body, 0)
	return true
}

// otherPart answers with a part that begins elsewhere.
func otherPart(s *site, w http.ResponseWriter, r *http.Request, body []byte) bool {
	r.Header.Set("Range", "bytes=7-")
	send(s, w, r, body, body, 0)
	return true
}

// stalled sends some and then nothing.
func stalled(s *site, w http.ResponseWriter, r *http.Request, body []byte) bool {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.Write(body[:100])
	http.NewResponseController(w).Flush()
	<-r.Context().Done()
	return true
}

// mute takes the request and says nothing at all.
func mute(s *site, w http.ResponseWriter, r *http.Request, body []byte) bool {
	<-r.Context().Done()
	return true
}

// busyStall is the stall time where none is meant to pass: long enough for a busy machine.
const busyStall = time.Second

func slow(s *site, w http.ResponseWriter, r *http.Request, body []byte) bool {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	for at := 0; at < len(body); at += 30_000 { // each within the stall time, all together beyond it
		w.Write(body[at:min(at+30_000, len(body))])
		http.NewResponseController(w).Flush()
		time.Sleep(busyStall / 7)
	}
	return true
}

// longer announces and sends more than there is.
func longer(s *site, w http.ResponseWriter, r *http.Request, body []byte) bool {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)+5))
	w.Write(append(append([]byte{}, body...), "12345"...))
	return true
}

// loop redirects to itself.
func loop(s *site, w http.ResponseWriter, r *http.Request, body []byte) bool {
	http.Redirect(w, r, r.URL.String(), http.StatusFound)
	return true
}

func times(n int, f fault) []fault {
	var out []fault
	for range n {
		out = append(out, f)
	}
	return out
}

// TestFaults has every trouble that a server can make: the download ends whole, or says why.
func TestFaults(t *testing.T) {
	for name, tt := range map[string]struct {
		path   string
		faults []fault
		class  error  // nil: it ends whole
		says   string // part of the error
		asks   int    // requests for the file on its host; 0: not looked at
	}{
		"nothing":                     {"", nil, nil, "", 0},
		"cut once":                    {weights, times(1, cutAt(100_000)), nil, "", 2},
		"cut at the first byte":       {weights, times(3, cutAt(1)), nil, "", 4},
		"cut again and again":         {weights, times(30, cutAt(8000)), ErrNetwork, "was cut", 4},
		"cut often, with progress":    {weights, times(4, cutAt(70_000)), nil, "", 5},
		"wrong bytes once":            {weights, times(1, wrong), nil, "", 2},
		"wrong bytes for ever":        {weights, times(99, wrong), ErrCorrupt, "damaged twice", 4}, // twice at each of two listings
		"small file wrong":            {config, times(99, wrong), ErrCorrupt, "damaged twice", 0},
		"200 for a range":             {weights, []fault{cutAt(9000), whole200}, nil, "", 2},
		"another part":                {weights, []fault{cutAt(9000), otherPart}, nil, "", 3},
		"416 for a range":             {weights, []fault{cutAt(9000), status(416)}, nil, "", 3},
		"206 without Content-Range":   {weights, []fault{cutAt(9000), status(206)}, nil, "", 3},
		"206 with a lying length":     {weights, []fault{cutAt(9000), status(206, "Content-Range", "bytes 9000-999999999999999/9999999999999999")}, nil, "", 3},
		"longer than listed, once":    {weights, times(1, longer), nil, "", 2},
		"longer than listed":          {weights, times(99, longer), ErrNetwork, "not 300000", 4},
		"401":                         {"hub " + weights, times(99, status(401)), ErrAccess, "HF_TOKEN", 0},
		"403":                         {"hub " + weights, times(99, status(403)), ErrAccess, "in a browser", 0},
		"403, gated":                  {"hub " + weights, times(99, status(403, "X-Error-Code", "GatedRepo")), ErrAccess, "accept their terms", 0},
		"404":                         {"hub " + weights, times(99, status(404, "X-Error-Code", "EntryNotFound")), ErrMissing, "moved or removed", 0},
		"410":                         {"hub " + weights, times(99, status(410)), ErrMissing, "moved or removed", 0},
		"451":                         {"hub " + weights, times(99, status(451, "X-Error-Message", "not in your \u009b31m country")), ErrNetwork, "451", 0},
		"429 once":                    {"hub " + weights, times(1, status(429, "Retry-After", "1")), nil, "", 0},
		"429 by date":                 {"hub " + weights, times(1, status(429, "Retry-After", time.Now().UTC().Format(http.TimeFormat))), nil, "", 0},
		"429 for long":                {"hub " + weights, times(99, status(429, "Retry-After", "86400")), ErrNetwork, "wait 24h0m0s", 0},
		"429 for ever":                {"hub " + weights, times(99, status(429)), ErrNetwork, "429", 0},
		"a lying Retry-After":         {"hub " + weights, times(1, status(503, "Retry-After", "99999999999999999999999")), nil, "", 0},
		"500 once":                    {weights, times(1, status(500)), nil, "", 2},
		"503 for ever":                {weights, times(99, status(503)), ErrNetwork, "503", 4},
		"408 once":                    {weights, times(1, status(408)), nil, "", 2},
		"403 of the second host":      {weights, times(2, status(403)), nil, "", 3},
		"404 of the second host":      {weights, times(99, status(404)), ErrNetwork, "not taken any more", 4},
		"stalled once":                {weights, times(1, stalled), nil, "", 2},
		"stalled for ever":            {weights, times(99, stalled), ErrNetwork, "does not answer", 4},
		"mute once":                   {"hub " + config, times(1, mute), nil, "", 0},
		"mute for ever":               {"hub " + config, times(99, mute), ErrNetwork, "does not answer", 0},
		"slow":                        {weights, times(1, slow), nil, "", 1},
		"redirect to itself":          {"hub " + weights, times(99, loop), ErrNetwork, "in a circle", 0},
		"redirect to nowhere":         {"hub " + weights, times(99, status(302)), ErrNetwork, "to nowhere", 0},
		"redirect to a file":          {"hub " + weights, times(99, status(302, "Location", "file:///etc/passwd")), ErrNetwork, "to nowhere", 0},
		"the list: 500 once":          {"tree", times(1, status(500)), nil, "", 0},
		"the list is a page":          {"tree", times(99, status(200)), ErrNetwork, "cannot be used", 0},
		"the list: 401, no such repo": {"tree", times(99, status(401, "X-Error-Code", "RepoNotFound")), ErrMissing, "no such repository", 0},
		"the list: 404":               {"tree", times(99, status(404)), ErrMissing, "no such repository", 0},
		"the list: cut":               {"tree", times(1, cutAt(10)), nil, "", 0},
		"the list: cut in JSON": {"tree", times(1, func(s *site, w http.ResponseWriter, r *http.Request, _ []byte) bool {
			w.Header().Set("Content-Length", "99")
			w.Write([]byte(`[{"type"`))
			panic(http.ErrAbortHandler)
		}), nil, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			s.faults[tt.path] = tt.faults
			dir := t.TempDir()
			h := s.hub()
			if !strings.HasPrefix(name, "stalled") && !strings.HasPrefix(name, "mute") {
				h.Times.Stall = busyStall
			}
			copies, err := get(t, h, all(dir))
			if tt.class == nil {
				if err != nil {
					t.Fatal(err)
				}
				s.check(t, dir, copies)
			} else if !errors.Is(err, tt.class) || !strings.Contains(err.Error(), tt.says) || strings.ContainsAny(err.Error(), "\x1b\u009b") {
				t.Fatalf("got %v, want %v that says %q", err, tt.class, tt.says)
			}
			s.unspoilt(t, dir)
			if n := len(s.hits("cdn", tt.path)); tt.asks > 0 && n != tt.asks {
				t.Errorf("the file was asked for %d times, want %d: %+v", n, tt.asks, s.hits("cdn", tt.path))
			}
			if tt.class == nil {
				return
			}
			// Once the server is well again, a second call makes it whole.
			s.mu.Lock()
			clear(s.faults)
			s.mu.Unlock()
			copies, err = get(t, s.hub(), all(dir))
			if err != nil {
				t.Fatalf("the second call: %v", err)
			}
			s.check(t, dir, copies)
		})
	}
}
