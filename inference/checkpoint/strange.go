package checkpoint

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Refusal is a file or folder that was looked at and not used.
type Refusal struct {
	Path  string `json:"path"` // absolute
	Kind  Kind   `json:"kind,omitempty"`
	Cause string `json:"cause"`
	Next  string `json:"next"` // what to do about it
}

// headBytes is how much of a file is read to tell what it is.
const headBytes = 4096

// strange says what the file at path is when it is not what it should be, by
// its first bytes and by what lies beside it. It returns nil where it cannot
// tell. Such a file is only recognised, never opened as what it is.
func strange(path string) *fault {
	if mark := unfinished(path); mark != "" {
		return &fault{ErrBad, path, "its download is not finished: " + mark, "let it finish, or download it again", nil}
	}
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	head := make([]byte, headBytes)
	n, err := io.ReadFull(f, head)
	if err != nil && err != io.ErrUnexpectedEOF && err != io.EOF {
		return nil
	}
	v := recognise(head[:n], info.Size())
	if v == nil {
		return nil
	}
	v.path = path
	return v
}

// instead is the next step for weights in another format.
const instead = "download the .safetensors files instead"

// magics are first bytes, and what a file is that begins with them.
var magics = []struct{ bytes, what string }{
	{"GGUF", "a GGUF file, whose quantized weights are not read"},
	{"lmgg", "a GGML file, whose quantized weights are not read"},
	{"fmgg", "a GGML file, whose quantized weights are not read"},
	{"tjgg", "a GGML file, whose quantized weights are not read"},
	{"\x89HDF\r\n\x1a\n", "an HDF5 file of Keras, which is not read"},
	{"\x1f\x8b", "a gzip archive; unpack it first"},
	{"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it first"},
	{"Rar!\x1a\x07", "a RAR archive; unpack it first"},
	{"\xfd7zXZ\x00", "an xz archive; unpack it first"},
	{"\x28\xb5\x2f\xfd", "a zstd archive; unpack it first"},
	{"\x89PNG", "a picture"}, {"\xff\xd8\xff", "a picture"}, {"RIFF", "a picture or a sound"}, {"GIF8", "a picture"},
	{"%PDF", "a PDF document"}, {"\x7fELF", "a program"}, {"MZ", "a program"},
}

// recognise tells by its first bytes what a file of size bytes is; nil if it
// may be safetensors, or anything else.
func recognise(head []byte, size int64) *fault {
	refuse := func(class error, next, format string, args ...any) *fault {
		return &fault{class: class, cause: fmt.Sprintf(format, args...), next: next}
	}
	text := strings.ToLower(strings.TrimSpace(strings.TrimPrefix(string(head), "\ufeff")))
	switch {
	case size == 0:
		return refuse(ErrBad, again, "it is empty, only 0 bytes long")
	case len(bytes.Trim(head, "\x00")) == 0 && len(head) >= 16:
		return refuse(ErrBad, again, "it begins with zeros: its download reserved the place and was not finished")
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		if name := zipEntry(head); name != "" && !isPickleEntry(name) {
			return refuse(ErrUnsupported, "unpack it, and name the .safetensors files in it", "it is a zip archive (with %q), not safetensors", clip(name))
		}
		return refuse(ErrUnsupported, instead, "it is a pickle (.ckpt) in a zip archive, not safetensors, and is not read, because pickles can run programs")
	case len(head) >= 2 && head[0] == 0x80 && head[1] >= 2 && head[1] <= 5 && !plausible(head, size):
		return refuse(ErrUnsupported, instead, "it is a pickle (.ckpt), not safetensors, and is not read, because pickles can run programs")
	case strings.HasPrefix(text, "version https://git-lfs"):
		return refuse(ErrMissing, "run git lfs pull in its folder", "it is a Git LFS pointer, not the weights")
	case isPage(text):
		return refuse(ErrBad, "open the download's page in a browser, log in or accept its licence there, and download the file again",
			"it is a web page, not weights: the site answered the download with it")
	case len(head) > 3 && head[0] == 8 && head[1] > 0 && head[1] < 32 && head[2] == 0x12 && !plausible(head, size):
		return refuse(ErrUnsupported, "name it model.onnx, in a folder named text_encoder, prior, decoder or vae_decoder", "it is an ONNX graph, not safetensors")
	}
	for _, m := range magics {
		if bytes.HasPrefix(head, []byte(m.bytes)) && !plausible(head, size) {
			return refuse(ErrUnsupported, instead, "it is %s", m.what)
		}
	}
	if size >= leastText && size <= int64(len(head)) && isText(head) {
		return refuse(ErrBad, again, "it is a text, not weights: %q", clip(strings.Join(strings.Fields(string(head)), " ")))
	}
	return nil
}

// plausible reports whether head may be that of a safetensors file: the length
// of a table that fits, and the table's opening brace.
func plausible(head []byte, size int64) bool {
	return len(head) > 8 && binary.LittleEndian.Uint64(head) <= uint64(max(size-8, 0)) && head[8] == '{'
}

// zipEntry is the name of a zip archive's first entry, "" if it is cut off.
func zipEntry(head []byte) string {
	if len(head) < 30 || !bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		return ""
	}
	n := int(binary.LittleEndian.Uint16(head[26:]))
	return string(head[30:min(30+n, len(head))])
}

// isPickleEntry knows what PyTorch's files begin with.
func isPickleEntry(name string) bool {
	base := name[strings.LastIndexByte(name, '/')+1:]
	return strings.HasSuffix(base, ".pkl") || base == "byteorder" || base == "version" || strings.HasPrefix(base, ".")
}

func isPage(text string) bool {
	for _, start := range []string{"<!doctype", "<html", "<head", "<body", "<?xml", "<!--", "<script"} {
		if strings.HasPrefix(text, start) {
			return true
		}
	}
	return false
}

// leastText is how long a file must be to be called a text, bytes.
const leastText = 8

func isText(b []byte) bool {
	return utf8.Valid(b) && !bytes.ContainsFunc(b, func(r rune) bool { return unicode.IsControl(r) && !unicode.IsSpace(r) })
}

// partEndings are what programs add to the name of a file while they download it.
var partEndings = []string{
	".part", ".partial", ".crdownload", ".download", ".downloading", ".incomplete", ".opdownload", ".filepart", ".tmp", ".!qb", ".!ut", ".aria2",
}

// isPart reports whether a file's name says that its download is not finished.
func isPart(name string) bool {
	return slices.Contains(partEndings, strings.ToLower(filepath.Ext(name)))
}

// unfinished says by what the download of the file at path is seen not to be
// finished, "" if it is not seen.
func unfinished(path string) string {
	name := filepath.Base(path)
	if isPart(name) {
		return "its name ends with " + filepath.Ext(name)
	}
	if exists(path + ".aria2") { // the file has its full length from the start
		return name + ".aria2 lies beside it"
	}
	if info, err := os.Stat(path); err == nil && info.Size() == 0 {
		for _, ending := range partEndings {
			if exists(path + ending) {
				return name + ending + " lies beside it"
			}
		}
	}
	return ""
}

// pickleEndings are those of files that PyTorch pickles.
var pickleEndings = []string{".ckpt", ".pt", ".pth", ".bin", ".pkl", ".pickle"}

// weightEndings are those of safetensors files.
var weightEndings = []string{".safetensors", ".sft"}

// otherEndings are those of weights in formats that are not read.
var otherEndings = append([]string{".gguf", ".ggml", ".h5", ".msgpack"}, pickleEndings...)

// modelled is a file's name without what a download adds to it, and its ending
// in small letters.
func modelled(name string) (base, ending string) {
	for isPart(name) {
		name = strings.TrimSuffix(name, filepath.Ext(name))
	}
	return name, strings.ToLower(filepath.Ext(name))
}
