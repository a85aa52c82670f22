package hub

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// maxHops is how many redirects are followed.
const maxHops = 10

// An answer is what came of one request. Its body must be closed.
type answer struct {
	*http.Response
	first http.Header // of the hub's own answers, which name the file
	other bool        // it is of another host than the hub
}

// ask sends one request and follows redirects, but for HEAD those to another
// host, as Hugging Face's own programs do. Its errors are passing faults, or
// the context's.
func (h *Hub) ask(ctx context.Context, method, address, span string) (*answer, error) {
	home, err := h.address()
	if err != nil {
		return nil, err
	}
	at, err := url.Parse(address)
	if err != nil {
		return nil, &failure{ErrNetwork, clip(address), "it is no address", "check HF_ENDPOINT", err}
	}
	a := &answer{first: http.Header{}}
	for range maxHops {
		a.other = !sameHost(home, at)
		if a.Response, err = h.send(ctx, method, at, span, !a.other); err != nil {
			return nil, err
		}
		if !a.other {
			maps.Copy(a.first, a.Header)
		}
		to, err := next(a, at)
		if err != nil || to == nil || method == http.MethodHead && !sameHost(home, to) {
			return a, err
		}
		at = to
	}
	return nil, &passing{cause: "the server sends us round in a circle"}
}

// next is where an answer redirects to, nil if nowhere. The body of a redirect
// is closed.
func next(a *answer, at *url.URL) (*url.URL, error) {
	if a.StatusCode < 300 || a.StatusCode > 399 || a.StatusCode == http.StatusNotModified {
		return nil, nil
	}
	a.Body.Close()
	to, err := at.Parse(a.Header.Get("Location"))
	if err != nil || a.Header.Get("Location") == "" || to.Scheme != "http" && to.Scheme != "https" || to.Host == "" {
		return nil, &passing{cause: "the server redirects to nowhere", err: err}
	}
	if at.Scheme == "https" && to.Scheme == "http" {
		return nil, &passing{cause: "the server redirects to an address that is not encrypted"}
	}
	return to, nil
}

// sameHost reports whether both addresses are of one server: the token is for it
// alone.
func sameHost(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && strings.EqualFold(a.Hostname(), b.Hostname()) && port(a) == port(b)
}

func port(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	return map[string]string{"http": "80", "https": "443"}[u.Scheme]
}

// send sends one request without following anything.
func (h *Hub) send(ctx context.Context, method string, to *url.URL, span string, home bool) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	r, err := http.NewRequestWithContext(ctx, method, to.String(), nil)
	if err != nil {
		cancel(nil)
		return nil, &failure{ErrNetwork, to.Host, "it is no address", "check HF_ENDPOINT", err}
	}
	r.Header.Set("User-Agent", "cascata")
	r.Header.Set("Accept-Encoding", "identity") // lengths and hashes are of the file itself
	if span != "" {
		r.Header.Set("Range", span)
	}
	if home && h.Token != "" {
		r.Header.Set("Authorization", "Bearer "+h.Token)
	}
	watch := time.AfterFunc(h.Times.Connect+h.Times.Stall, func() { cancel(errStalled) })
	resp, err := h.client.Do(r)
	if err != nil {
		watch.Stop()
		defer cancel(nil)
		return nil, lost(ctx, to.Host, err)
	}
	resp.Body = &watched{resp.Body, ctx, cancel, watch, h.Times.Stall, to.Host}
	watch.Reset(h.Times.Stall)
	return resp, nil
}

var errStalled = errors.New("nothing came for too long")

// lost says why there is no answer, or no more of it: the context's error, or
// a passing fault. The address is left out: it may be signed.
func lost(ctx context.Context, host string, err error) error {
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, errStalled) {
		return cause
	}
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	dns, isDNS := errors.AsType[*net.DNSError](err)
	timeout, isNet := errors.AsType[net.Error](err)
	switch {
	case errors.Is(context.Cause(ctx), errStalled), isNet && timeout.Timeout() && !isDNS:
		return &passing{cause: host + " does not answer", err: err}
	case isDNS && dns.IsNotFound:
		return &passing{cause: "the name " + clip(dns.Name) + " cannot be found", err: err}
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return &passing{cause: "the connection to " + host + " was cut", err: err}
	}
	says := err.Error()
	if number, ok := errors.AsType[syscall.Errno](err); ok {
		says = number.Error()
	}
	return &passing{cause: fmt.Sprintf("no connection to %s: %s", host, clip(says)), err: err}
}

// A watched body ends when nothing comes of it for too long.
type watched struct {
	io.ReadCloser
	ctx    context.Context // of the request
	cancel context.CancelCauseFunc
	watch  *time.Timer
	stall  time.Duration
	host   string
}

func (w *watched) Read(b []byte) (int, error) {
	n, err := w.ReadCloser.Read(b)
	if n > 0 {
		w.watch.Reset(w.stall)
	}
	if err != nil && err != io.EOF {
		err = lost(w.ctx, w.host, err)
	}
	return n, err
}

func (w *watched) Close() error {
	w.watch.Stop()
	w.cancel(nil)
	return w.ReadCloser.Close()
}

// refused says what an answer that is not the file means, nil if it is a
// success. what is the repository or file that was asked for.
func (h *Hub) refused(a *answer, what string) error {
	code, says := a.Header.Get("X-Error-Code"), a.Header.Get("X-Error-Message")
	status := a.StatusCode
	switch {
	case status >= 200 && status < 300:
		return nil
	case status == http.StatusRequestTimeout, status == http.StatusTooEarly, status == http.StatusTooManyRequests, status >= 500:
		return &passing{cause: fmt.Sprintf("%s is busy or has trouble of its own (status %d)", a.Request.URL.Host, status), after: retryAfter(a.Header)}
	case a.other:
		return &passing{cause: fmt.Sprintf("the address for the file was not taken any more (status %d)", status)}
	case code == "GatedRepo":
		return &failure{ErrAccess, what, "its makers give it only to those who accept their terms on its page", h.page(what) + ", then set HF_TOKEN to a token of that account", nil}
	case code == "RepoNotFound", code == "" && status == http.StatusNotFound && !strings.Contains(what, " "):
		return &failure{ErrMissing, what, "there is no such repository, or you may not see it: it was moved, removed or made private", "look for it on " + h.host() + "; if it is private, set HF_TOKEN", nil}
	case code == "RevisionNotFound":
		return &failure{ErrMissing, what, "the revision is not there any more", "call again for the newest one", errChanged}
	case status == http.StatusNotFound, status == http.StatusGone:
		return &failure{ErrMissing, what, "the file is not there any more: it was moved or removed", "call again later, or look for it on " + h.host(), errChanged}
	case status == http.StatusUnauthorized && h.Token != "":
		return &failure{ErrAccess, what, "the token was not taken: it is wrong, or has run out" + said(says), "set HF_TOKEN to one that is good, or unset it for files that are free to all", nil}
	case status == http.StatusUnauthorized:
		return &failure{ErrAccess, what, "it wants to know who you are" + said(says), "set HF_TOKEN to a token of an account that may have it", nil}
	case status == http.StatusForbidden:
		return &failure{ErrAccess, what, "it is refused" + said(says), h.page(what) + ", and see that HF_TOKEN is that account's", nil}
	}
	return &failure{ErrNetwork, what, fmt.Sprintf("%s answered with status %d%s", a.Request.URL.Host, status, said(says)), "check HF_ENDPOINT, or try again later", nil}
}

func said(message string) string {
	if message == "" {
		return ""
	}
	return fmt.Sprintf(" (%q)", clip(message))
}

// page asks to look at a repository's page.
func (h *Hub) page(what string) string {
	repo, _, _ := strings.Cut(what, " ")
	return "open " + h.Endpoint + "/" + repo + " in a browser and log in"
}

// retryAfter is how long a server asks to wait, 0 if it does not.
func retryAfter(head http.Header) time.Duration {
	v := strings.TrimSpace(head.Get("Retry-After"))
	if s, err := strconv.ParseUint(v, 10, 31); err == nil {
		return time.Duration(s) * time.Second
	}
	if at, err := http.ParseTime(v); err == nil {
		return max(time.Until(at), 0)
	}
	return 0
}

// retry calls try until it succeeds or fails for good. onRetry, if not nil, is called at each
// pause. try says whether it came further than the one before.
func (h *Hub) retry(ctx context.Context, what string, onRetry retryFunc, try func() (further bool, err error)) error {
	for fails := 0; ; {
		further, err := try()
		if err != nil && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		fault, ok := errors.AsType[*passing](err)
		if !ok {
			return err
		}
		if fails++; further {
			fails = 1
		}
		if fails >= h.Times.Tries {
			return &failure{ErrNetwork, what, fault.cause, "check the connection and call again: it goes on where it ended", err}
		}
		pause := max(h.Times.Wait<<min(fails-1, 10), fault.after)
		if fault.after > h.Times.Longest {
			return &failure{ErrNetwork, what, fault.cause, fmt.Sprintf("the server asks to wait %s; call again then", fault.after.Round(time.Second)), err}
		}
		if onRetry != nil {
			onRetry(fault.cause, time.Now().Add(pause))
		}
		if err := sleep(ctx, pause); err != nil {
			return err
		}
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
