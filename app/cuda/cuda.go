// Package cuda brings what ONNX Runtime needs to compute on NVIDIA cards: its own
// provider, and NVIDIA's libraries, in the packages their makers publish for
// Python. Python does not run: the package installer pip fetches the files, and
// only the libraries in them are kept.
//
// Its functions wait for the network and the disk; call one at a time.
package cuda

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// ErrLicence marks an installation whose licences were not accepted.
var ErrLicence = errors.New("the licences were not accepted")

// ErrSystem marks a system for which there is no set of parts.
var ErrSystem = errors.New("there are no parts for this system")

// A Part is one package.
type Part struct {
	Name, Version string
	Bytes         int64    // to fetch
	SHA256        string   // of the file
	Libraries     []string // of it that are needed, by name, in the order they are loaded
	Tag           string   // of the platform, as pip calls it
}

// A Set is what one release of ONNX Runtime needs.
type Set struct {
	Runtime  string // the version of ONNX Runtime
	Provider Part   // goes beside ONNX Runtime's library
	Parts    []Part // NVIDIA's
	Disk     int64  // bytes that everything takes once it is unpacked
}

// Licences are what the parts are under.
var Licences = []struct{ Name, Address string }{
	{"ONNX Runtime: MIT", "https://github.com/microsoft/onnxruntime/blob/main/LICENSE"},
	{"CUDA: NVIDIA's end user licence agreement", "https://docs.nvidia.com/cuda/eula/index.html"},
	{"cuDNN: NVIDIA's licence for cuDNN", "https://docs.nvidia.com/deeplearning/cudnn/latest/reference/eula.html"},
}

// ForSystem is the set for the running system. The error wraps ErrSystem.
func ForSystem() (Set, error) { return setFor(runtime.GOOS, runtime.GOARCH) }

func setFor(system, processor string) (Set, error) {
	switch system + " " + processor {
	case "linux amd64":
		return linux, nil
	case "windows amd64":
		return windows, nil
	}
	return Set{}, fmt.Errorf("%w (%s, %s): install CUDA 13 and cuDNN 9 from NVIDIA, and ONNX Runtime's parts for CUDA beside its library",
		ErrSystem, system, processor)
}

var linux = Set{
	Runtime: "1.30.0",
	Provider: Part{
		"onnxruntime-gpu", "1.30.0", 246685715, "6acc0f4b3d5ac5f2984432faa59dd8fcce6775f8b43a7140afa0f322c7a703b1",
		[]string{"libonnxruntime_providers_shared.so", "libonnxruntime_providers_cuda.so"}, "manylinux_2_28_x86_64",
	},
	Parts: []Part{
		{"nvidia-cuda-runtime", "13.0.96", 2243632, "7f82250d7782aa23b6cfe765ecc7db554bd3c2870c43f3d1821f1d18aebf0548",
			[]string{"libcudart.so.13"}, "manylinux2014_x86_64"},
		{"nvidia-cublas", "13.1.0.3", 423133236, "ee8722c1f0145ab246bccb9e452153b5e0515fd094c3678df50b2a0888b8b171",
			[]string{"libcublasLt.so.13", "libcublas.so.13"}, "manylinux_2_27_x86_64"},
		{"nvidia-curand", "10.4.0.35", 59544258, "1aee33a5da6e1db083fe2b90082def8915f30f3248d5896bcec36a579d941bfc",
			[]string{"libcurand.so.10"}, "manylinux_2_27_x86_64"},
		{"nvidia-cudnn-cu13", "9.24.0.43", 553099438, "71f181cd810e90f9b6023b01186fe82d13d65f0ec098581ee201d39fad769e4b",
			[]string{"libcudnn.so.9", "libcudnn_graph.so.9", "libcudnn_ops.so.9", "libcudnn_cnn.so.9", "libcudnn_adv.so.9", "libcudnn_ext.so.9",
				"libcudnn_heuristic.so.9", "libcudnn_engines_precompiled.so.9", "libcudnn_engines_runtime_compiled.so.9", "libcudnn_engines_tensor_ir.so.9"},
			"manylinux_2_27_x86_64"},
	},
	Disk: 2_000_000_000,
}

var windows = Set{
	Runtime: "1.30.0",
	Provider: Part{
		"onnxruntime-gpu", "1.30.0", 160478594, "882da66f936e1f560b155118c5953dc45268cd92893abb8d31a940f4d1effb36",
		[]string{"onnxruntime_providers_shared.dll", "onnxruntime_providers_cuda.dll"}, "win_amd64",
	},
	Parts: []Part{
		{"nvidia-cuda-runtime", "13.0.96", 2927037, "f79298c8a098cec150a597c8eba58ecdab96e3bdc4b9bc4f9983635031740492",
			[]string{"cudart64_13.dll"}, "win_amd64"},
		{"nvidia-cublas", "13.1.0.3", 404355960, "2a3b94a37def342471c59fad7856caee4926809a72dd5270155d6a31b5b277be",
			[]string{"cublasLt64_13.dll", "cublas64_13.dll"}, "win_amd64"},
		{"nvidia-curand", "10.4.0.35", 55242481, "65b1710aa6961d326b411e314b374290904c5ddf41dc3f766ebc3f1d7d4ca69f",
			[]string{"curand64_10.dll"}, "win_amd64"},
		{"nvidia-cudnn-cu13", "9.24.0.43", 412314771, "67a7273b5cf062f9446fd76cf464351a1c0f66501e6cd78f6675c0d604d8ac87",
			[]string{"cudnn_graph64_9.dll", "cudnn_ops64_9.dll", "cudnn_cnn64_9.dll", "cudnn_adv64_9.dll", "cudnn_ext64_9.dll", "cudnn_heuristic64_9.dll",
				"cudnn_engines_precompiled64_9.dll", "cudnn_engines_runtime_compiled64_9.dll", "cudnn_engines_tensor_ir64_9.dll", "cudnn64_9.dll"},
			"win_amd64"},
	},
	Disk: 1_350_000_000,
}

// A Store is the folder that the parts lie in.
type Store struct{ Dir string }

// manifest is the file that says what is installed. It is written last.
const manifest = "installed.json"

// Installed is what a store holds.
type Installed struct {
	Runtime  string   // the version of ONNX Runtime that the provider belongs to
	Provider []string // absolute paths
	Preload  []string // absolute paths, in the order they are loaded
}

// Installed says what is installed, or that nothing is. Files that are gone count
// as nothing installed.
func (s Store) Installed() (Installed, bool) {
	var in Installed
	data, err := os.ReadFile(filepath.Join(s.Dir, manifest))
	if err != nil || json.Unmarshal(data, &in) != nil || len(in.Provider) == 0 {
		return Installed{}, false
	}
	for _, path := range append(in.Provider, in.Preload...) {
		if !isFile(path) {
			return Installed{}, false
		}
	}
	return in, true
}

// Remove deletes everything that was installed, or fetched in part. Libraries of
// the system and of other programs stay. It is no error if there is nothing.
func (s Store) Remove() error { return os.RemoveAll(s.Dir) }

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
