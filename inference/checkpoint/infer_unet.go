package checkpoint

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// blockMarks are the tensors that tell a block's type.
var blockMarks = map[string]BlockType{
	"depthwise.weight":   ResBlock,
	"mapper.weight":      TimestepBlock,
	"kv_mapper.1.weight": AttnBlock,
}

// A survey is what the names of a UNet's blocks say.
type survey struct {
	down, up [maxLevels]map[int]BlockType
	first    map[BlockType]string // the mark of one block of each type
	conds    map[string]bool
}

func surveyBlocks(t tensors) *survey {
	s := &survey{first: map[BlockType]string{}, conds: map[string]bool{}}
	for name := range t {
		down, level, at, rest, ok := splitBlock(name)
		if !ok {
			continue
		}
		side := &s.up[level]
		if down {
			side = &s.down[level]
		}
		if *side == nil {
			*side = map[int]BlockType{}
		}
		if kind, ok := blockMarks[rest]; ok {
			(*side)[at] = kind
			if old := s.first[kind]; old == "" || name < old {
				s.first[kind] = name
			}
		}
		if cond, ok := strings.CutPrefix(rest, "mapper_"); ok {
			if cond, ok = strings.CutSuffix(cond, ".weight"); ok {
				s.conds[cond] = true
			}
		}
	}
	return s
}

// inferUNet reads the configuration of a Stage C or B off its names and
// shapes. What none of them tells is as in the official networks: heads of 64,
// self attention, and no resampling where levels change by a 1x1 convolution.
func inferUNet(t tensors, kind Kind) (*UNetConfig, error) {
	s := surveyBlocks(t)
	latent := 16
	if kind == KindDecoder {
		latent = 4
	}
	c := &UNetConfig{
		InChannels:                latent,
		TimestepRatioEmbeddingDim: 64,
		ClipTextInChannels:        t.dim("clip_txt_mapper.weight", 1),
		ClipTextPooledInChannels:  t.dim("clip_txt_pooled_mapper.weight", 1),
		ClipImageInChannels:       t.dim("clip_img_mapper.weight", 1),
		EffnetInChannels:          t.dim("effnet_mapper.0.weight", 1),
		PixelMapperInChannels:     t.dim("pixels_mapper.0.weight", 1),
		KernelSize:                3,
		TimestepConditioningType:  condOrder(s.conds),
	}
	var ok bool
	if c.PatchSize, ok = root(t.dim("embedding.1.weight", 1), latent); !ok {
		return nil, &unsupported{
			fmt.Sprintf("embedding.1.weight of shape %v does not read latents of %d channels", t["embedding.1.weight"].Shape, latent),
			"use the model's diffusers folder, whose config.json says more",
		}
	}
	c.OutChannels = t.dim("clf.1.weight", 0) / (c.PatchSize * c.PatchSize)
	if name := s.first[ResBlock]; name != "" {
		c.KernelSize = t.dim(name, 2)
	}
	if name := s.first[TimestepBlock]; name != "" {
		c.TimestepRatioEmbeddingDim = t.dim(name, 1)
	}
	pooled := t.dim("clip_txt_pooled_mapper.weight", 0)
	switch name := s.first[AttnBlock]; {
	case c.ClipTextInChannels > 0:
		c.ConditioningDim = t.dim("clip_txt_mapper.weight", 0)
	case name != "":
		c.ConditioningDim = t.dim(name, 1)
	default:
		c.ConditioningDim = pooled / 4
	}
	if c.ConditioningDim > 0 {
		c.ClipSeq = pooled / c.ConditioningDim
	}
	if err := c.inferLevels(t, s); err != nil {
		return nil, err
	}
	if t.has("down_downscalers.1.1.blocks.0.weight") {
		c.SwitchLevel = make([]bool, len(c.BlockOutChannels)-1)
	}
	return c, c.check()
}

func (c *UNetConfig) inferLevels(t tensors, s *survey) error {
	n := 0
	for n < maxLevels && (s.down[n] != nil || s.up[n] != nil) {
		n++
	}
	c.UpLayers, c.UpRepeats = make([]int, n), make([]int, n)
	for i := range n {
		up := n - 1 - i
		down, err1 := sequence(s.down[i])
		upper, err2 := sequence(s.up[up])
		types := period(down, upper)
		if err1 != nil || err2 != nil || types == nil {
			return fmt.Errorf("level %d: %w", i, errNoBlocks)
		}
		width := blockWidth(t, fmt.Sprintf("down_blocks.%d.0.", i), types[0])
		if width == 0 {
			width = blockWidth(t, fmt.Sprintf("up_blocks.%d.0.", up), types[0])
		}
		heads, err := headsOf(width)
		if !slices.Contains(types, AttnBlock) {
			heads, err = 0, nil
		}
		if err != nil {
			return err
		}
		c.BlockOutChannels = append(c.BlockOutChannels, width)
		c.NumAttentionHeads = append(c.NumAttentionHeads, heads)
		c.BlockTypes = append(c.BlockTypes, types)
		c.SelfAttn = append(c.SelfAttn, true)
		c.DownLayers = append(c.DownLayers, len(down)/len(types))
		c.UpLayers[up] = len(upper) / len(types)
		c.DownRepeats = append(c.DownRepeats, 1+t.count(fmt.Sprintf("down_repeat_mappers.%d.", i), ".weight", maxRepeats))
		c.UpRepeats[up] = 1 + t.count(fmt.Sprintf("up_repeat_mappers.%d.", up), ".weight", maxRepeats)
	}
	return nil
}

// sequence turns numbered blocks into a list without gaps.
func sequence(blocks map[int]BlockType) ([]BlockType, error) {
	out := make([]BlockType, len(blocks))
	for at, kind := range blocks {
		if at >= len(out) {
			return nil, errNoBlocks
		}
		out[at] = kind
	}
	return out, nil
}

// period is the shortest list of types whose repeats make both down and up,
// nil if there is none.
func period(down, up []BlockType) []BlockType {
	long := down
	if len(up) > len(down) {
		long = up
	}
	for p := 1; p <= min(len(long), maxTypes); p++ {
		if repeats(down, long[:p]) && repeats(up, long[:p]) {
			return slices.Clone(long[:p])
		}
	}
	return nil
}

func repeats(list, pattern []BlockType) bool {
	if len(list)%len(pattern) != 0 {
		return false
	}
	for i, kind := range list {
		if kind != pattern[i%len(pattern)] {
			return false
		}
	}
	return true
}

// blockWidth reads the channels of the block at prefix off its mark.
func blockWidth(t tensors, prefix string, kind BlockType) int {
	switch kind {
	case ResBlock:
		return t.dim(prefix+"depthwise.weight", 0)
	case TimestepBlock:
		return t.dim(prefix+"mapper.weight", 0) / 2
	default:
		return t.dim(prefix+"kv_mapper.1.weight", 0)
	}
}

// condOrder puts sca before crp, as diffusers does, and others after them.
func condOrder(conds map[string]bool) []string {
	out := slices.SortedFunc(maps.Keys(conds), func(a, b string) int {
		order := []string{"crp", "sca"}
		if x, y := slices.Index(order, a), slices.Index(order, b); x != y {
			return y - x
		}
		return strings.Compare(a, b)
	})
	return out[:min(len(out), maxConds+1)]
}
