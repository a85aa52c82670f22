package ort

import (
	"errors"
	"strings"
	"testing"

	"cascata/inference"
)

// Texts of ONNX Runtime 1.30.0, CUDA's and Windows' from its source.
const (
	noShared  = `/onnxruntime_src/onnxruntime/core/session/provider_bridge_ort.cc:1988 onnxruntime::Provider& onnxruntime::ProviderLibrary::Get() [ONNXRuntimeError] : 1 : FAIL : Failed to load library /x/lib/libonnxruntime_providers_shared.so with error: /x/lib/libonnxruntime_providers_shared.so: cannot open shared object file: No such file or directory`
	noCuDNN   = `[ONNXRuntimeError] : 1 : FAIL : Failed to load library /x/libonnxruntime_providers_cuda.so with error: libcudnn.so.9: cannot open shared object file: No such file or directory`
	noCublas  = `[ONNXRuntimeError] : 1 : FAIL : Failed to load library /x/libonnxruntime_providers_cuda.so with error: libcublasLt.so.12: cannot open shared object file: No such file or directory`
	noCufft   = `[ONNXRuntimeError] : 1 : FAIL : Failed to load library /x/libonnxruntime_providers_cuda.so with error: libcufft.so.12: cannot open shared object file: No such file or directory`
	noDLL     = `Error loading "C:\x\onnxruntime_providers_cuda.dll" which depends on "cublasLt64_13.dll" which is missing.`
	noGPU     = `/onnxruntime_src/onnxruntime/core/providers/webgpu/webgpu_context.cc:136 onnxruntime::webgpu::WebGpuContext::Initialize(const onnxruntime::webgpu::WebGpuContextConfig&)::<lambda()> adapter_result.status == wgpu::RequestAdapterStatus::Success was false. Failed to get a WebGPU adapter: No supported adapters`
	manyParts = `Error running network: Non-zero status code returned while running Split node. Name:'' Status Message: /onnxruntime_src/onnxruntime/core/providers/webgpu/shader_helper.cc:306 onnxruntime::webgpu::ShaderVariableHelper& onnxruntime::webgpu::ShaderHelper::AddVariableImpl(bool, const std::string&, onnxruntime::webgpu::ShaderUsage, const onnxruntime::TensorShape&, uint32_t) numbers_storage_buffers_ <= limits_.maxStorageBuffersPerShaderStage was false. Too many storage buffers in shader. Current: 17, Max is 16`
	noMemory  = `Error running network: Non-zero status code returned while running MatMul node. Name:'' Status Message: /onnxruntime_src/onnxruntime/core/framework/bfc_arena.cc:376 void* onnxruntime::BFCArena::AllocateRawInternal(size_t, bool, onnxruntime::Stream*) Failed to allocate memory for requested buffer of size 8589934592`
)

func TestMeaning(t *testing.T) {
	for _, tt := range []struct {
		text string
		want error
	}{
		{noMemory, inference.ErrOutOfMemory},
		{"Available memory of 1048576 is smaller than requested bytes of 8388608", inference.ErrOutOfMemory},
		{"CUDA failure 2: out of memory ; GPU=0 ; hostname=x", inference.ErrOutOfMemory},
		{"std::bad_alloc", inference.ErrOutOfMemory},
		{"Buffer size (5368709120) exceeds the max buffer size limit (4294967296).", inference.ErrOutOfMemory},
		{"[Invalid Buffer (unlabeled)] is invalid due to a previous error.\n - While validating entries[1] as a Buffer.", inference.ErrOutOfMemory},
		{"numbers_storage_buffers_ <= limits_.maxStorageBuffersPerShaderStage was false. Too many storage buffers in shader. Current: 16, Max is 12", inference.ErrOutOfMemory},
		{strings.Replace(manyParts, "Split", "Tanh", 1), inference.ErrOutOfMemory},              // 8 and 9 parts of its large buffers
		{strings.Replace(manyParts, "Current: 17", "Current: 20", 1), inference.ErrOutOfMemory}, // likewise
		{manyParts, inference.ErrNoDevice},
		{"vkAllocateMemory failed with VK_ERROR_OUT_OF_DEVICE_MEMORY", inference.ErrOutOfMemory},
		{"[Invalid ShaderModule (unlabeled)] is invalid due to a previous error.", nil},
		{noShared, inference.ErrNoDevice},
		{noCuDNN, inference.ErrNoDevice},
		{noDLL, inference.ErrNoDevice},
		{noGPU, inference.ErrNoDevice},
		{"CUDA error cudaErrorNoKernelImageForDevice:no kernel image is available for execution on the device", inference.ErrNoDevice},
		{"CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version ; GPU=0", inference.ErrNoDevice},
		{"Conv requires cuDNN, which was not found", inference.ErrNoDevice},
		{"DML execution provider is not supported in this build. ", inference.ErrNoDevice},
		{"Your platform or onnxruntime library does not support CoreML", inference.ErrNoDevice},
		{"Load model from /m/model.onnx failed:Protobuf parsing failed.", inference.ErrBadModel},
		{"Load model from /m/model.onnx failed. File doesn't exist", inference.ErrModelMissing},
		{"Invalid model. Node input 'q' is not a graph input, initializer, or output of a previous node.", inference.ErrBadModel},
		{"External data path escapes model directory: ../w.bin", inference.ErrUnsupported},
		{`External data path validation failed for initializer: b. Error: Failed to get the weakly canonical path: Z:\a - More data available.`, inference.ErrUnsupported},
		{"[ShapeInferenceError] Incompatible dimensions", inference.ErrBadModel},
		{"Could not find an implementation for Conv(22) node with name 'c'", inference.ErrUnsupported},
		{"Unsupported model IR version: 14, max supported IR version: 13", inference.ErrUnsupported},
		{"Exiting due to terminate flag being set to true.", nil},
	} {
		err := explain("stage c", errors.New(tt.text), nil)
		if tt.want == nil && meaning(errors.New(tt.text)) != nil {
			t.Errorf("%s: means %v, want nothing", tt.text, meaning(errors.New(tt.text)))
		}
		if tt.want != nil && !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.text, err, tt.want)
		}
		if !strings.HasPrefix(err.Error(), "ort: stage c: ") {
			t.Errorf("%v does not name what was done", err)
		}
	}
	if err := explain("x", errors.New("External data path escapes model directory"), nil); !strings.Contains(err.Error(), "copy them beside") {
		t.Errorf("%v lacks the next step", err)
	}
	if explain("x", nil, inference.ErrBadModel) != nil {
		t.Error("no error becomes one")
	}
	if err := explain("x", errors.New("odd"), inference.ErrBadModel); !errors.Is(err, inference.ErrBadModel) {
		t.Errorf("%v lacks the fallback", err)
	}
}

func TestRemedy(t *testing.T) {
	for _, tt := range []struct {
		text      string
		why, next string // parts
		absent    bool
	}{
		{noShared, "part for CUDA is not there", "cascata devices install cuda", true},
		{`LoadLibrary failed with error 126 "" when trying to load "C:\x\onnxruntime_providers_shared.dll"`, "part for CUDA", "cascata devices install cuda", true},
		{noCuDNN, "cuDNN is missing", "cuDNN 9", false},
		{"Conv requires cuDNN", "cuDNN is missing", "cuDNN 9", false},
		{noCublas, "CUDA 12 are missing", "install the CUDA 12 runtime", false},
		{noDLL, "CUDA 13 are missing", "install the CUDA 13 runtime", false},
		{`x which depends on "cudart64_120.dll" which is missing.`, "CUDA 12 ", "CUDA 12 ", false},
		{noCufft, "libcufft.so.12 is missing", "CUDA runtime", false},
		{"libcuda.so.1: cannot open shared object file", "no NVIDIA card with a current driver", "driver", false},
		{"CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version", "current driver", "driver", false},
		{"cudaErrorNoKernelImageForDevice", "does not know the card", "CUDA 12 build", false},
		{"CUDA failure 101: invalid device ordinal ; GPU=3", "no card of that number", "cascata devices", false},
		{noGPU, "no graphics card", "driver", false},
		{"DML execution provider is not supported in this build.", "does not have it", "a build of ONNX Runtime that has it", true},
		{"CUDA failure 2: out of memory", "memory is full", "close other programs", false},
		{"A WebGPU Device was lost", "driver gave up", "again", false},
		{`N:\_work\1\s\onnxruntime\core\providers\dml\dml_provider_factory.cc(526)\onnxruntime.dll!0: (caller: 0) Exception(1) tid(120) 80004005 Call failed.`, "DirectX 12", "driver", false},
		{`dml_provider_factory.cc(526) 887A0005`, "driver gave up", "again", false},
		{"[Invalid Buffer (unlabeled)] is invalid due to a previous error.", "memory is full", "close other programs", false},
		{"ort: webgpu: device is not available: " + wrongNumbers + " (3.5 for 4)", "computed wrong numbers", "current driver", false},
		{manyParts, "splits numbers into more parts", ".safetensors", false},
		{strings.Replace(manyParts, "Current: 17", "Current: 20", 1), "memory is full", "close other programs", false},
		{"something else", "failed when it was tried", "the log", false},
	} {
		err := explain("cuda", errors.New(tt.text), inference.ErrNoDevice)
		why, next := remedy(err)
		if !strings.Contains(why, tt.why) || !strings.Contains(next, tt.next) || (tt.next == "") != (next == "") {
			t.Errorf("%s: got %q and %q, want %q and %q", tt.text, why, next, tt.why, tt.next)
		}
		if errors.Is(err, errAbsent) != tt.absent {
			t.Errorf("%s: absent %v, want %v", tt.text, !tt.absent, tt.absent)
		}
	}
}

func TestPlain(t *testing.T) {
	for text, want := range map[string]string{
		noGPU:                                "Failed to get a WebGPU adapter: No supported adapters",
		noShared:                             noShared[strings.Index(noShared, "Failed"):],
		"Error creating C session: odd":      "Error creating C session: odd",
		"no place, was false. but something": "no place, was false. but something",
	} {
		if got := plain(errors.New(text)); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
