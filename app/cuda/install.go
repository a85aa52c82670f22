package cuda

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"cascata/app/disk"
	"cascata/app/hub"
)

// arriving is the folder, in the store's, of the part that is being fetched.
const arriving = ".coming"

// ErrNoPip marks a computer without the package installer of Python.
var ErrNoPip = fmt.Errorf("%w: pip, which fetches the parts, is not here; install it (on Debian and Ubuntu the package python3-pip), or CUDA 13 and cuDNN 9 from NVIDIA", hub.ErrNetwork)

// maxLibrary is the most bytes that one library may take.
const maxLibrary = 2 << 30

// Install carries a plan out, with a pip that is started as pip says, such as
// ["python3", "-m", "pip"]. onPart is called with each part before it is fetched. What was
// brought before an error stays, and the next time goes on from there.
//
// Errors wrap hub.ErrSpace, hub.ErrNetwork, hub.ErrCorrupt or disk.ErrWrite.
func (s Store) Install(ctx context.Context, p Plan, pip []string, onPart func(Part)) error {
	if err := os.MkdirAll(s.Dir, 0o755); err != nil {
		return fmt.Errorf("%w %s: %w", disk.ErrWrite, s.Dir, err)
	}
	if err := s.room(p); err != nil {
		return err
	}
	coming := filepath.Join(s.Dir, arriving)
	defer os.RemoveAll(coming)
	for _, part := range p.Fetch {
		os.RemoveAll(coming)
		onPart(part)
		file, err := fetch(ctx, part, pip, coming)
		if err == nil {
			err = s.unpack(part, file)
		}
		if err != nil {
			return fmt.Errorf("%s %s: %w", part.Name, part.Version, err)
		}
	}
	return s.finish(p)
}

// room fails if the plan would fill the disk.
func (s Store) room(p Plan) error {
	need := p.Bytes()
	if len(p.Fetch) > 0 {
		need += p.Set.Disk / 2 // the largest part lies there twice for a while
	}
	if free, err := disk.Free(s.Dir); err == nil && free < need {
		return fmt.Errorf("%w: %s are needed in %s, and %s are free", hub.ErrSpace, hub.Amount(need), s.Dir, hub.Amount(free))
	}
	return nil
}

// fetch has pip bring a part's file into folder, and checks it.
func fetch(ctx context.Context, p Part, pip []string, folder string) (string, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", fmt.Errorf("%w %s: %w", disk.ErrWrite, folder, err)
	}
	wanted := filepath.Join(folder, "wanted.txt")
	if err := os.WriteFile(wanted, []byte(fmt.Sprintf("%s==%s --hash=sha256:%s\n", p.Name, p.Version, p.SHA256)), 0o644); err != nil {
		return "", fmt.Errorf("%w %s: %w", disk.ErrWrite, wanted, err)
	}
	args := append(slices.Clone(pip[1:]), "download", "--quiet", "--no-input", "--disable-pip-version-check", "--no-cache-dir", "--no-deps", "--require-hashes",
		"--only-binary=:all:", "--implementation", "cp", "--python-version", "3.12", "--abi", "cp312", "--abi", "none", "--platform", p.Tag,
		"--dest", folder, "--requirement", wanted)
	cmd := exec.CommandContext(ctx, pip[0], args...)
	cmd.Env = append(os.Environ(), "TMPDIR="+folder) // the system's may be small
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "", fmt.Errorf("%w: pip says: %s (%w)", hub.ErrNetwork, lastLine(said.String()), err)
	}
	files, _ := filepath.Glob(filepath.Join(folder, "*.whl"))
	if len(files) != 1 {
		return "", fmt.Errorf("%w: pip brought %d files, not one", hub.ErrCorrupt, len(files))
	}
	return files[0], check(files[0], p)
}

// check compares a file with what a part's must be.
func check(file string, p Part) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	if err != nil {
		return err
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != p.SHA256 || n != p.Bytes {
		return fmt.Errorf("%w: %d bytes with the checksum %s came, %d with %s were expected", hub.ErrCorrupt, n, got, p.Bytes, p.SHA256)
	}
	return nil
}

// unpack brings a part's libraries into their folder, all or none.
func (s Store) unpack(p Part, file string) error {
	z, err := zip.OpenReader(file)
	if err != nil {
		return fmt.Errorf("%w: %w", hub.ErrCorrupt, err)
	}
	defer z.Close()
	dir, err := os.MkdirTemp(s.Dir, ".unpacked-*")
	if err != nil {
		return fmt.Errorf("%w %s: %w", disk.ErrWrite, s.Dir, err)
	}
	defer os.RemoveAll(dir) // nothing once it is renamed
	for _, name := range p.Libraries {
		i := slices.IndexFunc(z.File, func(f *zip.File) bool { return path.Base(f.Name) == name })
		if i < 0 || z.File[i].UncompressedSize64 > maxLibrary {
			return fmt.Errorf("%w: %s is not in it", hub.ErrCorrupt, name)
		}
		if err := extract(z.File[i], filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	os.RemoveAll(s.folder(p))
	if err := os.Chmod(dir, 0o755); err != nil {
		return fmt.Errorf("%w %s: %w", disk.ErrWrite, dir, err)
	}
	if err := os.Rename(dir, s.folder(p)); err != nil {
		return fmt.Errorf("%w %s: %w", disk.ErrWrite, s.folder(p), err)
	}
	return nil
}

func extract(z *zip.File, to string) error {
	in, err := z.Open()
	if err != nil {
		return fmt.Errorf("%w: %w", hub.ErrCorrupt, err)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("%w %s: %w", disk.ErrWrite, to, err)
	}
	_, err = io.Copy(out, io.LimitReader(in, maxLibrary))
	if err == nil {
		err = out.Sync()
	}
	if e := out.Close(); err == nil {
		err = e
	}
	if err != nil {
		return fmt.Errorf("%w %s: %w", disk.ErrWrite, to, err)
	}
	return nil
}

// finish writes what is installed.
func (s Store) finish(p Plan) error {
	in := Installed{Runtime: p.Set.Runtime}
	for _, name := range p.Set.Provider.Libraries {
		in.Provider = append(in.Provider, filepath.Join(s.folder(p.Set.Provider), name))
	}
	for _, part := range p.Set.Parts {
		for _, name := range part.Libraries {
			path := p.Found[name]
			if path == "" {
				path = filepath.Join(s.folder(part), name)
			}
			in.Preload = append(in.Preload, path)
		}
	}
	data, err := json.MarshalIndent(in, "", "  ")
	if err != nil {
		return err
	}
	return disk.WriteFile(filepath.Join(s.Dir, manifest), data)
}

// FindPip is how to start a pip of this computer, or nil.
func FindPip(ctx context.Context) []string {
	for _, pip := range [][]string{{"pip3"}, {"pip"}, {"python3", "-m", "pip"}, {"python", "-m", "pip"}, {"py", "-m", "pip"}} {
		if exec.CommandContext(ctx, pip[0], append(slices.Clone(pip[1:]), "--version")...).Run() == nil {
			return pip
		}
	}
	return nil
}

// lastLine is the last line of s that says something.
func lastLine(s string) string {
	last := "nothing"
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			last = line
		}
	}
	return last
}
