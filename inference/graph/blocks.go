package graph

import (
	"math"

	"cascata/inference/onnx"
)

// blockNorm is the norm that a block starts with. Its epsilon follows the
// scale of the activations.
func (u *unet) blockNorm(x feature) string { return u.blockNormFor(x, "") }

// blockNormFor is blockNorm, smoothed for the layer called name.
func (u *unet) blockNormFor(x feature, name string) string {
	weight := u.smoothing(name, x.c)
	if weight == "" {
		weight = u.vector(x.c, 1)
	}
	return u.scaledNorm(x.rows, weight, unetEps*float64(u.scale)*float64(u.scale))
}

// residual is a residual block: depthwise convolution, norm, skip, two linear
// layers with GELU and response normalisation between.
func (u *unet) residual(x feature, skip *feature) feature {
	name, k, in := u.Scope, int64(u.cfg.KernelSize), x.c
	bias := u.weight(name+".depthwise.bias", x.c)
	if u.scale != 1 {
		bias = u.shared("depthwise bias "+name, func() string {
			return u.from32(u.op("Mul", u.weight32(name+".depthwise.bias", x.c), u.number(float64(u.scale))))
		})
	}
	v := u.Node("Conv", []string{u.picture(x.rows, x.grid, x.c), u.weight(name+".depthwise.weight", x.c, 1, k, k), bias},
		onnx.Ints("kernel_shape", k, k), onnx.Ints("pads", k/2, k/2, k/2, k/2), onnx.Int("group", x.c))
	first := name + ".channelwise.0"
	if x := (feature{u.rows(v, x.c), x.c, x.grid}); skip == nil {
		v = u.blockNormFor(x, first)
	} else {
		in += skip.c
		v = u.smooth(u.concat(1, u.blockNorm(x), skip.rows), first, in)
	}
	last := name + ".channelwise.4"
	v = u.gelu(u.linear(v, first, in, 4*x.c, 1))
	v = u.respond(v, name+".channelwise.2", last, x.grid, 4*x.c)
	u.observe(last, v, 4*x.c)
	switch {
	case u.quantized(last):
		v = u.product(v, last, 4*x.c, x.c, u.weight(last+".bias", x.c), 1) // beta is in the bias
	case u.opt.Stream: // to fold beta would take every such weight in float32 before the first layer
		beta := u.weightAs(onnx.Float, name+".channelwise.2.beta", []int64{1, 1, 1, 4 * x.c}, []int64{4 * x.c})
		v = u.linearScaled(u.op("Add", v, u.from32(u.scaled(beta))), last, 4*x.c, x.c)
	case u.coarse():
		v = u.inParts(v, u.matrix(last+".weight", x.c, 4*x.c), u.respondBias(name, x.c), 4)
	default:
		v = u.gemm(v, "", u.matrix(last+".weight", x.c, 4*x.c), u.respondBias(name, x.c), 1, 1)
	}
	x.rows = u.op("Add", x.rows, v)
	return x
}

// respond is global response normalisation of rows [B*n, c] without its beta:
// v * (1 + gamma*g/(mean(g)+1e-6)), where g is the length of each channel over
// a picture. Everything [B, 1, c] is float32. The sum of squares is a matrix
// product, ten times as fast on the CPU as ReduceL2. It is smoothed for the layer
// called next, and times scale.
func (u *unet) respond(v, name, next string, at grid, c int64) string {
	v = u.perPicture(v, c)
	wide := u.to32(v)
	g := u.op("Sqrt", u.op("MatMul", u.ones(at), u.op("Mul", wide, wide)))
	mean := u.op("ReduceMean", g, u.Ints(-1))
	n := u.op("Div", g, u.op("Add", mean, u.number(1e-6)))
	gamma := u.weightAs(onnx.Float, name+".gamma", []int64{1, 1, 1, c}, []int64{c})
	n = u.smooth(u.op("Add", u.op("Mul", n, gamma), u.number(1)), next, c)
	return u.reshape(u.op("Mul", v, u.from32(u.scaled(n))), -1, c)
}

// respondBias is the bias of the second linear layer, scaled, with the beta of
// the response normalisation before it folded in: a constant.
func (u *unet) respondBias(name string, c int64) string {
	return u.shared("respond bias "+name, func() string {
		beta := u.weightAs(onnx.Float, name+".channelwise.2.beta", []int64{1, 1, 1, 4 * c}, []int64{1, 4 * c})
		w := u.weight32(name+".channelwise.4.weight", c, 4*c)
		v := u.gemm(beta, "", w, u.weight32(name+".channelwise.4.bias", c), u.scale, u.scale)
		return u.from32(u.reshape(v, -1))
	})
}

// modulate is a timestep block: x*(1+a) + b, with a and b linear in the time.
func (u *unet) modulate(x feature) feature {
	ab := u.modulation(x.c)
	v := u.op("Add", u.op("Mul", u.perPicture(x.rows, x.c), ab[0]), ab[1])
	x.rows = u.reshape(v, -1, x.c)
	return x
}

// modulation returns 1+a and b, each [B, 1, c]. The further conditions (sca,
// crp) are always zero, so what they add is a constant.
func (u *unet) modulation(c int64) []string {
	name, dim := u.Scope, int64(u.cfg.TimestepRatioEmbeddingDim)
	key := "modulation " + name
	if _, ok := u.cache[key+"0"]; !ok {
		one := make([]float32, 2*c)
		for i := range one[:c] {
			one[i] = 1
		}
		bias := u.op("Add", u.weight32(name+".mapper.bias", 2*c), u.Floats(one, 2*c))
		for _, cond := range u.cfg.TimestepConditioningType {
			m := name + ".mapper_" + cond
			zero := u.Floats(TimestepEmbedding(0, int(dim)), 1, dim)
			v := u.Node("Gemm", []string{zero, u.weight32(m+".weight", 2*c, dim), u.weight32(m+".bias", 2*c)}, onnx.Int("transB", 1))
			bias = u.op("Add", bias, u.reshape(v, -1))
		}
		v := u.exactly(u.time, func(time string) string {
			return u.gemm(time, "", u.matrix(name+".mapper.weight", 2*c, dim), u.from32(bias), 1, 1)
		})
		ab := u.split(u.reshape(v, -1, 1, 2*c), 2, 2)
		if u.scale != 1 {
			ab[1] = u.op("Mul", ab[1], u.from32(u.number(float64(u.scale))))
		}
		u.cache[key+"0"], u.cache[key+"1"] = ab[0], ab[1]
	}
	return []string{u.cache[key+"0"], u.cache[key+"1"]}
}

// attend is an attention block: to itself, if self is set, and to the condition.
func (u *unet) attend(x feature, heads int, self bool) feature {
	name := u.Scope
	u.check("num_attention_heads", heads, 1, int(x.c))
	if u.err != nil {
		return x
	}
	d := x.c / int64(heads)
	inner := d * int64(heads)
	proj := func(v, layer string, scale float32) string {
		return u.perPicture(u.linear(v, name+".attention."+layer, x.c, inner, scale), inner)
	}
	cond := u.shared("condition "+name, func() string {
		v := u.linear(u.clip, name+".kv_mapper.1", u.cc, x.c, 1)
		return u.smooth(v, name+".attention.to_k", x.c)
	})
	k := u.shared("condition k "+name, func() string { return proj(cond, "to_k", 1) })
	v := u.shared("condition v "+name, func() string { return proj(cond, "to_v", u.scale) })

	n := u.blockNormFor(x, name+".attention.to_q")
	q := proj(n, "to_q", float32(1/math.Sqrt(float64(d))))
	if self {
		k = u.concat(1, proj(n, "to_k", 1), k)
		v = u.concat(1, proj(n, "to_v", u.scale), v)
	}
	out := u.mix(q, k, v, int64(heads), d)
	x.rows = u.op("Add", x.rows, u.linearScaled(out, name+".attention.to_out.0", inner, x.c))
	return x
}

// mix is attention without a bias.
func (u *unet) mix(q, k, v string, heads, d int64) string {
	if u.float == onnx.BFloat16 {
		out := u.Node("Attention", []string{q, k, v},
			onnx.Int("q_num_heads", heads), onnx.Int("kv_num_heads", heads), onnx.Flt("scale", 1))
		return u.reshape(out, -1, heads*d)
	}
	if !u.opt.Fused {
		return u.attention(q, k, v, "", heads, d)
	}
	out := u.Contrib("com.microsoft", "MultiHeadAttention", []string{q, k, v},
		onnx.Int("num_heads", heads), onnx.Flt("scale", 1))
	return u.reshape(out, -1, heads*d)
}

// condition declares the inputs that say what to draw, and brings them to
// tokens. Text and image count only where the network maps both, as in diffusers.
func (u *unet) condition() {
	u.Scope = "clip"
	batch, seq := onnx.Dim{Name: "batch"}, int64(u.cfg.ClipSeq)
	tokens := func(input, length, layer string, in, each int64) string {
		v := u.Input(input, onnx.Float, batch, onnx.Dim{Name: length}, onnx.Dim{Size: in})
		v = u.linear(u.reshape(u.from32(v), -1, in), layer, in, each*u.cc, 1)
		return u.perPicture(v, u.cc)
	}
	clip := []string{tokens("clip_text_pooled", "pooled_tokens", "clip_txt_pooled_mapper", int64(u.cfg.ClipTextPooledInChannels), seq)}
	text, image := int64(u.cfg.ClipTextInChannels), int64(u.cfg.ClipImageInChannels)
	if text > 0 && image > 0 {
		clip = []string{
			tokens("clip_text", "text_tokens", "clip_txt_mapper", text, 1),
			clip[0],
			tokens("clip_img", "images", "clip_img_mapper", image, seq),
		}
	}
	v := u.norm(u.reshape(u.concat(1, clip...), -1, u.cc), u.cc, unetEps)
	u.clip = u.passes(u.op("Mul", v, u.op("Sigmoid", v)), -1, u.cc)
}
