package hub

import (
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"

	"cascata/app/disk"
)

// partEnding is what a file's name ends with until it is whole.
const partEnding = ".part"

// A part is a file that is not whole yet: its first n bytes.
type part struct {
	file File
	path string
	f    *os.File
	n    atomic.Int64 // written by the goroutine that fetches it
	sum  hash.Hash    // of them

	// sure is how many bytes surely were on the disk when the program ended, if
	// there are more: those may be wrong after a power failure.
	sure int64
}

// openPart opens the part of a file that is to lie at path. Of it saved bytes
// surely were on the disk.
func openPart(ctx context.Context, path string, saved int64, file File) (*part, error) {
	p := &part{file: file, path: path + partEnding, sum: file.newHash()}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, p.blame(err)
	}
	var err error
	if p.f, err = os.OpenFile(p.path, os.O_CREATE|os.O_RDWR, 0o644); err != nil {
		return nil, p.blame(err)
	}
	info, err := p.f.Stat()
	if err != nil {
		p.f.Close()
		return nil, p.blame(err)
	}
	n := info.Size()
	if n > file.Size {
		n = max(0, min(saved, file.Size))
	}
	if err := p.take(ctx, n); err != nil {
		p.f.Close()
		return nil, err
	}
	if saved > 0 && saved < n {
		p.sure = saved
	}
	return p, nil
}

// take keeps and hashes the first bytes and drops what follows them.
func (p *part) take(ctx context.Context, saved int64) error {
	p.n.Store(0)
	p.sure = 0
	p.sum.Reset()
	p.sum.Write(p.file.prefix())
	err := p.f.Truncate(saved)
	if err == nil {
		_, err = p.f.Seek(0, io.SeekStart)
	}
	if err != nil {
		return p.blame(err)
	}
	n, err := copyCtx(ctx, p.sum, io.LimitReader(p.f, saved))
	if err == nil && n < saved {
		err = io.ErrUnexpectedEOF
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		return p.blame(err)
	}
	p.n.Store(saved)
	return nil
}

// fill writes what comes until the file is whole, and reports each piece. When
// less comes it returns a passing fault.
func (p *part) fill(r io.Reader, came func(n int)) error {
	buf := make([]byte, 256<<10)
	for n := p.n.Load(); n < p.file.Size; {
		k, err := r.Read(buf[:min(int64(len(buf)), p.file.Size-n)])
		if k > 0 {
			if _, err := p.f.Write(buf[:k]); err != nil {
				return p.blame(err)
			}
			p.sum.Write(buf[:k])
			n += int64(k)
			p.n.Store(n)
			came(k)
		}
		switch {
		case n == p.file.Size:
			return nil
		case err == io.EOF:
			return &passing{cause: "the connection was cut"}
		case err != nil:
			return err
		}
	}
	return nil
}

// restart drops all that has come.
func (p *part) restart() error { return p.take(context.Background(), 0) }

// right reports whether the whole file has the hash that it must have.
func (p *part) right() bool {
	return p.n.Load() == p.file.Size && hex.EncodeToString(p.sum.Sum(nil)) == p.file.hash()
}

// commit gives the file its name. It is on the disk then.
func (p *part) commit(path string) error {
	err := p.f.Sync()
	if e := p.f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(p.path, path)
	}
	if err == nil {
		disk.SyncDir(filepath.Dir(path))
		return nil
	}
	return p.blame(err)
}

// close ends the use of a part; an empty one is removed.
func (p *part) close() {
	if err := p.f.Close(); err == nil && p.n.Load() == 0 {
		os.Remove(p.path)
	}
}

// blame says why the part cannot be written.
func (p *part) blame(err error) error {
	if errors.Is(err, syscall.ENOSPC) || disk.IsFull(err) {
		return &failure{ErrSpace, p.path, "the disk is full", "make room and call again: it goes on where it ended", err}
	}
	return fmt.Errorf("%w %s: %w", disk.ErrWrite, p.path, err)
}

// newHash is the one that a file's list says, begun.
func (f File) newHash() hash.Hash {
	if f.SHA256 != "" {
		return sha256.New()
	}
	h := sha1.New()
	h.Write(f.prefix())
	return h
}

// prefix is what git hashes before a file's bytes.
func (f File) prefix() []byte {
	if f.SHA256 != "" {
		return nil
	}
	return fmt.Appendf(nil, "blob %d\x00", f.Size)
}

// isAt reports whether the file at path has the right size and hash. It returns
// an error only when ctx ends.
func (f File) isAt(ctx context.Context, path string) (bool, error) {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() != f.Size {
		return false, nil
	}
	r, err := os.Open(path)
	if err != nil {
		return false, nil
	}
	defer r.Close()
	sum := f.newHash()
	if _, err := copyCtx(ctx, sum, r); err != nil {
		if ctx.Err() != nil {
			return false, context.Cause(ctx)
		}
		return false, nil
	}
	return hex.EncodeToString(sum.Sum(nil)) == f.hash(), nil
}

// copyCtx copies until r or ctx ends.
func copyCtx(ctx context.Context, w io.Writer, r io.Reader) (n int64, err error) {
	for err == nil {
		if ctx.Err() != nil {
			return n, ctx.Err()
		}
		var k int64
		k, err = io.CopyN(w, r, 4<<20)
		n += k
	}
	if err == io.EOF {
		err = nil
	}
	return n, err
}
