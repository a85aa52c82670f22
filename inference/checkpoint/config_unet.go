package checkpoint

import (
	"bytes"
	"fmt"
	"slices"
)

// unetJSON is config.json of a StableCascadeUNet. Pointers may be null.
type unetJSON struct {
	Class                 string        `json:"_class_name"`
	InChannels            int           `json:"in_channels"`
	OutChannels           int           `json:"out_channels"`
	TimestepRatioEmbedDim int           `json:"timestep_ratio_embedding_dim"`
	PatchSize             int           `json:"patch_size"`
	ConditioningDim       int           `json:"conditioning_dim"`
	BlockOutChannels      []int         `json:"block_out_channels"`
	NumAttentionHeads     list[*int]    `json:"num_attention_heads"`
	DownLayers            []int         `json:"down_num_layers_per_block"`
	UpLayers              []int         `json:"up_num_layers_per_block"`
	DownRepeats           []int         `json:"down_blocks_repeat_mappers"`
	UpRepeats             []int         `json:"up_blocks_repeat_mappers"`
	BlockTypes            [][]BlockType `json:"block_types_per_layer"`
	ClipTextIn            *int          `json:"clip_text_in_channels"`
	ClipTextPooledIn      *int          `json:"clip_text_pooled_in_channels"`
	ClipImageIn           *int          `json:"clip_image_in_channels"`
	ClipSeq               int           `json:"clip_seq"`
	EffnetIn              *int          `json:"effnet_in_channels"`
	PixelMapperIn         *int          `json:"pixel_mapper_in_channels"`
	KernelSize            list[int]     `json:"kernel_size"`
	SelfAttn              list[bool]    `json:"self_attn"`
	TimestepCond          list[string]  `json:"timestep_conditioning_type"`
	SwitchLevel           list[bool]    `json:"switch_level"`
}

// parseUNet reads config.json of a Stage C or Stage B in diffusers' names, or
// in the original code's, which early conversions kept.
func parseUNet(b []byte) (*UNetConfig, error) {
	if bytes.Contains(b, []byte(`"c_hidden"`)) {
		return parseOriginalUNet(b)
	}
	pooled := 1280
	r := unetJSON{ // the defaults of diffusers' class
		InChannels: 16, OutChannels: 16, TimestepRatioEmbedDim: 64, PatchSize: 1, ConditioningDim: 2048,
		BlockOutChannels: []int{2048, 2048}, NumAttentionHeads: list[*int]{new(32), new(32)},
		DownLayers: []int{8, 24}, UpLayers: []int{24, 8}, DownRepeats: []int{1, 1}, UpRepeats: []int{1, 1},
		BlockTypes:       [][]BlockType{{ResBlock, TimestepBlock, AttnBlock}, {ResBlock, TimestepBlock, AttnBlock}},
		ClipTextPooledIn: &pooled, ClipSeq: 4, KernelSize: list[int]{3}, SelfAttn: list[bool]{true},
		TimestepCond: list[string]{"sca", "crp"},
	}
	if err := decode(b, &r); err != nil {
		return nil, err
	}
	if err := demandUNet(r.Class); err != nil {
		return nil, err
	}
	levels := len(r.BlockOutChannels)
	c := &UNetConfig{
		InChannels: r.InChannels, OutChannels: r.OutChannels,
		TimestepRatioEmbeddingDim: r.TimestepRatioEmbedDim, PatchSize: r.PatchSize,
		ConditioningDim: r.ConditioningDim, BlockOutChannels: r.BlockOutChannels,
		NumAttentionHeads: heads(r.NumAttentionHeads.each(levels)),
		DownLayers:        r.DownLayers, UpLayers: r.UpLayers,
		DownRepeats: ones(r.DownRepeats, levels), UpRepeats: ones(r.UpRepeats, levels), BlockTypes: r.BlockTypes,
		ClipTextInChannels: or0(r.ClipTextIn), ClipTextPooledInChannels: or0(r.ClipTextPooledIn),
		ClipImageInChannels: or0(r.ClipImageIn), ClipSeq: r.ClipSeq,
		EffnetInChannels: or0(r.EffnetIn), PixelMapperInChannels: or0(r.PixelMapperIn),
		SelfAttn: r.SelfAttn.each(levels), TimestepConditioningType: r.TimestepCond,
		SwitchLevel: r.SwitchLevel.each(levels - 1),
	}
	return c.settle(r.KernelSize)
}

// isUNet knows the class by its name and by the one it had at first.
func isUNet(class string) bool { return class == "StableCascadeUNet" || class == "StableCascadeUnet" }

// demandUNet refuses a configuration that names another class.
func demandUNet(class string) error {
	if class == "" || isUNet(class) {
		return nil
	}
	return &unsupported{fmt.Sprintf("a %q is not a StableCascadeUNet", clip(class)), "use a Stable Cascade model"}
}

// originalJSON is the same with the argument names of the original code.
type originalJSON struct {
	Class         string         `json:"_class_name"`
	CIn           int            `json:"c_in"`
	COut          int            `json:"c_out"`
	CR            int            `json:"c_r"`
	PatchSize     int            `json:"patch_size"`
	CCond         int            `json:"c_cond"`
	CHidden       []int          `json:"c_hidden"`
	NHead         list[*int]     `json:"nhead"`
	Blocks        [][]int        `json:"blocks"`
	BlockRepeat   [][]int        `json:"block_repeat"`
	LevelConfig   []list[string] `json:"level_config"`
	CClip         *int           `json:"c_clip"`
	CClipText     *int           `json:"c_clip_text"`
	CClipTextPool *int           `json:"c_clip_text_pooled"`
	CClipImg      *int           `json:"c_clip_img"`
	CClipSeq      int            `json:"c_clip_seq"`
	CEffnet       *int           `json:"c_effnet"`
	CPixels       *int           `json:"c_pixels"`
	KernelSize    list[int]      `json:"kernel_size"`
	SelfAttn      list[bool]     `json:"self_attn"`
	TConds        list[string]   `json:"t_conds"`
	SwitchLevel   list[bool]     `json:"switch_level"`
}

func parseOriginalUNet(b []byte) (*UNetConfig, error) {
	r := originalJSON{
		CIn: 16, COut: 16, CR: 64, PatchSize: 1, CCond: 2048, CClipSeq: 4,
		KernelSize: list[int]{3}, SelfAttn: list[bool]{true}, TConds: list[string]{"sca", "crp"},
	}
	if err := decode(b, &r); err != nil {
		return nil, err
	}
	if err := demandUNet(r.Class); err != nil {
		return nil, err
	}
	levels := len(r.CHidden)
	if len(r.Blocks) != 2 || r.BlockRepeat != nil && len(r.BlockRepeat) != 2 {
		return nil, fmt.Errorf("blocks and block_repeat want two lists, down and up")
	}
	if len(r.BlockRepeat) == 0 {
		r.BlockRepeat = make([][]int, 2)
	}
	c := &UNetConfig{
		InChannels: r.CIn, OutChannels: r.COut, TimestepRatioEmbeddingDim: r.CR, PatchSize: r.PatchSize,
		ConditioningDim: r.CCond, BlockOutChannels: r.CHidden, NumAttentionHeads: heads(r.NHead.each(levels)),
		DownLayers: r.Blocks[0], UpLayers: r.Blocks[1],
		DownRepeats: ones(r.BlockRepeat[0], levels), UpRepeats: ones(r.BlockRepeat[1], levels),
		ClipTextInChannels: or0(r.CClipText), ClipTextPooledInChannels: or0(r.CClipTextPool),
		ClipImageInChannels: or0(r.CClipImg), ClipSeq: r.CClipSeq,
		EffnetInChannels: or0(r.CEffnet), PixelMapperInChannels: or0(r.CPixels),
		SelfAttn: r.SelfAttn.each(levels), TimestepConditioningType: r.TConds,
		SwitchLevel: r.SwitchLevel.each(levels - 1),
	}
	if c.ClipTextPooledInChannels == 0 {
		c.ClipTextPooledInChannels = or0(r.CClip)
	}
	if len(r.LevelConfig) > maxLevels {
		return nil, fmt.Errorf("level_config has %d levels (limit %d)", len(r.LevelConfig), maxLevels)
	}
	for _, l := range r.LevelConfig {
		types, err := blockTypes(l)
		if err != nil {
			return nil, err
		}
		c.BlockTypes = append(c.BlockTypes, types)
	}
	return c.settle(r.KernelSize)
}

// blockTypes reads a level such as "CTA" or ["C", "T", "A"].
func blockTypes(level []string) ([]BlockType, error) {
	var out []BlockType
	for _, s := range level {
		for _, letter := range s {
			t, ok := map[rune]BlockType{'C': ResBlock, 'T': TimestepBlock, 'A': AttnBlock}[letter]
			if !ok {
				return nil, &unsupported{fmt.Sprintf("block type %q is unknown", letter), "use a Stable Cascade model"}
			}
			if len(out) == maxTypes {
				return nil, fmt.Errorf("level_config has more than %d blocks in a level", maxTypes)
			}
			out = append(out, t)
		}
	}
	return out, nil
}

// settle adds the kernel size, which may be a list of equal numbers, and
// checks everything.
func (c *UNetConfig) settle(kernel []int) (*UNetConfig, error) {
	kernel = slices.Compact(slices.Clone(kernel))
	if len(kernel) != 1 {
		return nil, &unsupported{"kernel_size differs from level to level", "use a Stable Cascade model"}
	}
	c.KernelSize = kernel[0]
	return c, c.check()
}

// check refuses what cannot be a network, before anything is made from it.
func (c *UNetConfig) check() error {
	var k checker
	n := len(c.BlockOutChannels)
	k.in("the number of levels", n, 1, maxLevels)
	k.in("in_channels", c.InChannels, 1, maxChannels)
	k.in("out_channels", c.OutChannels, 1, maxChannels)
	k.in("timestep_ratio_embedding_dim", c.TimestepRatioEmbeddingDim, 4, maxWidth)
	k.in("patch_size", c.PatchSize, 1, maxPatch)
	k.in("conditioning_dim", c.ConditioningDim, 1, maxWidth)
	k.all("block_out_channels", c.BlockOutChannels, n, 1, maxWidth)
	k.all("down_num_layers_per_block", c.DownLayers, n, 0, maxLayers)
	k.all("up_num_layers_per_block", c.UpLayers, n, 0, maxLayers)
	k.all("down_blocks_repeat_mappers", c.DownRepeats, n, 1, maxRepeats)
	k.all("up_blocks_repeat_mappers", c.UpRepeats, n, 1, maxRepeats)
	k.in("clip_text_in_channels", c.ClipTextInChannels, 0, maxWidth)
	k.in("clip_text_pooled_in_channels", c.ClipTextPooledInChannels, 1, maxWidth)
	k.in("clip_image_in_channels", c.ClipImageInChannels, 0, maxWidth)
	k.in("clip_seq", c.ClipSeq, 1, maxClipSeq)
	k.in("effnet_in_channels", c.EffnetInChannels, 0, maxChannels)
	k.in("pixel_mapper_in_channels", c.PixelMapperInChannels, 0, maxChannels)
	k.in("kernel_size", c.KernelSize, 1, maxKernel)
	k.length("self_attn", len(c.SelfAttn), n)
	if c.KernelSize%2 == 0 {
		k.unsupported("kernel_size %d is even", c.KernelSize)
	}
	if c.SwitchLevel != nil && len(c.SwitchLevel) < n-1 {
		k.fail("switch_level has %d values for %d changes of level", len(c.SwitchLevel), n-1)
	}
	c.checkConds(&k)
	c.checkBlocks(&k)
	return k.err
}

func (c *UNetConfig) checkConds(k *checker) {
	k.in("the number of timestep conditionings", len(c.TimestepConditioningType), 0, maxConds)
	for i, s := range c.TimestepConditioningType {
		if s == "" || len(s) > 32 || slices.Contains(c.TimestepConditioningType[:i], s) {
			k.fail("timestep_conditioning_type holds %q", clip(s))
		}
	}
}

func (c *UNetConfig) checkBlocks(k *checker) {
	n := len(c.BlockOutChannels)
	k.length("block_types_per_layer", len(c.BlockTypes), n)
	k.length("num_attention_heads", len(c.NumAttentionHeads), n)
	if k.err != nil {
		return
	}
	total := 0
	for i, types := range c.BlockTypes {
		k.in("the number of blocks in a layer", len(types), 1, maxTypes)
		total += (c.DownLayers[i] + c.UpLayers[n-1-i]) * len(types)
		for _, t := range types {
			switch t {
			case ResBlock, TimestepBlock:
			case AttnBlock:
				c.checkHeads(k, i)
			default:
				k.unsupported("block type %q is unknown", clip(string(t)))
			}
		}
	}
	k.in("the number of blocks", total, 1, maxBlocks)
}

func (c *UNetConfig) checkHeads(k *checker, level int) {
	width, heads := c.BlockOutChannels[level], c.NumAttentionHeads[level]
	k.in("num_attention_heads", heads, 1, width)
	if k.err == nil && width%heads != 0 {
		k.unsupported("%d channels do not divide among %d heads", width, heads)
	}
}

// heads turns null into 0.
func heads(v []*int) []int {
	var out []int
	for _, p := range v[:min(len(v), maxLevels+1)] {
		out = append(out, or0(p))
	}
	return out
}

// ones is v, or n times 1 where v is null.
func ones(v []int, n int) []int {
	if v != nil || n > maxLevels {
		return v
	}
	return slices.Repeat([]int{1}, n)
}
