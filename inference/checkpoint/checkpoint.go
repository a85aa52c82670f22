// Package checkpoint opens what artists have on disk: diffusers folders,
// original single files, ComfyUI's combined files and ONNX bundles. It says
// where every weight lies; it never reads or copies one.
package checkpoint

import "errors"

// Errors that callers may test for with errors.Is.
var (
	ErrMissing     = errors.New("model not found")
	ErrBad         = errors.New("model file is damaged or incomplete")
	ErrUnsupported = errors.New("model is not supported")
	ErrCache       = errors.New("what is made of the weights could not be written") // into the cache
)

// A Checkpoint is one Stable Cascade model: its networks, its tokenizer and
// what its cascata.json says. A network that the files do not hold is nil.
type Checkpoint struct {
	Text    *Network // CLIP text encoder with projection
	Prior   *Network // Stage C
	Decoder *Network // Stage B
	VQ      *Network // Stage A
	Preview *Network // previewer, optional
	Encoder *Network // from a picture to the Stage C latent, optional
	Vision  *Network // CLIP image encoder with projection, optional

	Controls []*Network // control networks, in the order they were found

	Tokenizer TokenizerFiles
	Meta      Meta

	// Refused are files and folders that were looked at and not used, though
	// they are of a model's kind; those whose name says which network first.
	Refused []Refusal
}

// A Network is one network of a checkpoint. Either ONNX is set, for a
// ready-made graph, or Weights and, but for a previewer, one of the
// configurations are.
type Network struct {
	Kind    Kind
	Weights map[string]Weight // by diffusers name: all it needs, in the shapes its configuration demands
	Files   []string          // every file used, absolute

	TextConfig *TextConfig
	UNetConfig *UNetConfig
	VQConfig   *VQConfig

	EncoderConfig *EncoderConfig
	VisionConfig  *VisionConfig
	ControlConfig *ControlConfig

	// Encode is Stage A's other half, from a picture to a Stage B latent, of Kind
	// KindVQEncoder; nil where the files do not hold it.
	Encode *Network

	ONNX string // absolute path of an .onnx file

	// Linked says that weights of ONNX lie behind links that lead out of its
	// folder, which ONNX Runtime refuses to follow; Relocated does.
	Linked bool
}

// Kind says which network of the cascade one is.
type Kind string

// The networks.
const (
	KindText    Kind = "text encoder"
	KindPrior   Kind = "stage c"
	KindDecoder Kind = "stage b"
	KindVQ      Kind = "stage a"
	KindPreview Kind = "previewer"
	KindEncoder Kind = "encoder"
	KindVision  Kind = "image encoder"
	KindControl Kind = "control"

	KindVQEncoder Kind = "stage a encoder" // see Network.Encode
)

// A Weight locates one tensor in a file. Its bytes are little endian, row
// major, and lie wholly inside the file.
type Weight struct {
	File   string // absolute, symlinks resolved
	Offset int64  // bytes from the start of the file
	Length int64  // bytes
	DType  DType
	Shape  []int64

	// Transposed marks a matrix stored [in, out] where Shape, already in
	// diffusers' order, says [out, in] (ComfyUI's text projection).
	Transposed bool
}

// DType is an element type by its safetensors name.
type DType string

// The element types a weight may have.
const (
	F32  DType = "F32"
	F16  DType = "F16"
	BF16 DType = "BF16"
)

// TokenizerFiles are absolute paths; empty when the checkpoint has none. JSON
// wins over Vocab and Merges. With nothing, the embedded CLIP vocabulary is used.
type TokenizerFiles struct {
	JSON, Vocab, Merges, Config string
}

// TextConfig describes a CLIP text encoder (config.json of CLIPTextModelWithProjection).
type TextConfig struct {
	VocabSize        int     `json:"vocab_size"`
	HiddenSize       int     `json:"hidden_size"`
	IntermediateSize int     `json:"intermediate_size"`
	Layers           int     `json:"num_hidden_layers"`
	Heads            int     `json:"num_attention_heads"`
	MaxPositions     int     `json:"max_position_embeddings"`
	ProjectionDim    int     `json:"projection_dim"`
	HiddenAct        string  `json:"hidden_act"` // "gelu" (exact) or "quick_gelu"
	LayerNormEps     float64 `json:"layer_norm_eps"`
	BOS              int     `json:"bos_token_id"`
	EOS              int     `json:"eos_token_id"` // PAD is the tokenizer's affair
}

// UNetConfig describes a StableCascadeUNet. Slices have one entry a level,
// level 0 being the outermost, except the Up ones, which run deepest first,
// as in diffusers' config.json. Zero stands for null.
type UNetConfig struct {
	InChannels                int           `json:"in_channels"`
	OutChannels               int           `json:"out_channels"`
	TimestepRatioEmbeddingDim int           `json:"timestep_ratio_embedding_dim"`
	PatchSize                 int           `json:"patch_size"`
	ConditioningDim           int           `json:"conditioning_dim"`
	BlockOutChannels          []int         `json:"block_out_channels"`
	NumAttentionHeads         []int         `json:"num_attention_heads"` // 0 or -1: none
	DownLayers                []int         `json:"down_num_layers_per_block"`
	UpLayers                  []int         `json:"up_num_layers_per_block"`
	DownRepeats               []int         `json:"down_blocks_repeat_mappers"`
	UpRepeats                 []int         `json:"up_blocks_repeat_mappers"`
	BlockTypes                [][]BlockType `json:"block_types_per_layer"` // per level
	ClipTextInChannels        int           `json:"clip_text_in_channels"`
	ClipTextPooledInChannels  int           `json:"clip_text_pooled_in_channels"`
	ClipImageInChannels       int           `json:"clip_image_in_channels"`
	ClipSeq                   int           `json:"clip_seq"`
	EffnetInChannels          int           `json:"effnet_in_channels"`
	PixelMapperInChannels     int           `json:"pixel_mapper_in_channels"`
	KernelSize                int           `json:"kernel_size"`
	SelfAttn                  []bool        `json:"self_attn"`
	TimestepConditioningType  []string      `json:"timestep_conditioning_type"` // "sca", "crp"
	SwitchLevel               []bool        `json:"switch_level"`               // nil: strided convolutions instead
}

// Halvings is how often the network halves its grid.
func (c *UNetConfig) Halvings() int {
	if c.SwitchLevel == nil {
		return max(len(c.BlockOutChannels)-1, 0)
	}
	n := 0
	for _, halves := range c.SwitchLevel {
		if halves {
			n++
		}
	}
	return n
}

// BlockType is a block of a StableCascadeUNet by its diffusers name.
type BlockType string

// The blocks.
const (
	ResBlock      BlockType = "SDCascadeResBlock"
	TimestepBlock BlockType = "SDCascadeTimestepBlock"
	AttnBlock     BlockType = "SDCascadeAttnBlock"
)

// VQConfig describes a PaellaVQModel (Stage A).
type VQConfig struct {
	InChannels        int     `json:"in_channels"`
	OutChannels       int     `json:"out_channels"`
	UpDownScaleFactor int     `json:"up_down_scale_factor"`
	Levels            int     `json:"levels"`
	BottleneckBlocks  int     `json:"bottleneck_blocks"`
	EmbedDim          int     `json:"embed_dim"`
	LatentChannels    int     `json:"latent_channels"`
	ScaleFactor       float64 `json:"scale_factor"`
}

// Meta is what a model folder's cascata.json says. Zero values mean unsaid.
type Meta struct {
	Title       string  `json:"title,omitempty"`
	Licence     string  `json:"licence,omitempty"`
	StageAScale float64 `json:"stage_a_scale,omitempty"` // Stage B latent is multiplied by this
	Compression float64 `json:"compression,omitempty"`   // pixels per Stage C cell; 42.67 if unsaid
	Width       int     `json:"width,omitempty"`         // native size, pixels; 1024 if unsaid
	Height      int     `json:"height,omitempty"`

	// Linear preview matrices: rgb = latent . M + bias, each row R G B in [0, 1].
	PriorPreview   [][3]float32 `json:"prior_preview,omitempty"`   // channels + 1 rows, the last is the bias
	DecoderPreview [][3]float32 `json:"decoder_preview,omitempty"` // channels + 1 rows, the last is the bias

	Recommended Recommended `json:"recommended,omitzero"`
}

// Recommended are the settings the makers of a model advise.
type Recommended struct {
	Preset          string  `json:"preset,omitempty"`
	Steps           int     `json:"steps,omitempty"`
	Guidance        float64 `json:"guidance,omitempty"`
	DecoderSteps    int     `json:"decoder_steps,omitempty"`
	DecoderGuidance float64 `json:"decoder_guidance,omitempty"`
}
