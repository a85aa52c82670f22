package meta

import (
	"bytes"
	"strings"
	"testing"
)

// mill is a graph with some of its nodes replaced, and others added: a JSON
// object without its braces, after these.
const mill = `{"3":{"class_type":"KSampler","inputs":{"seed":77,"steps":19,"cfg":5.5,"sampler_name":"euler","scheduler":"normal","denoise":1.0,"model":["4",0],"positive":["6",0],"negative":["7",0],"latent_image":["5",0]}},
"4":{"class_type":"CheckpointLoaderSimple","inputs":{"ckpt_name":"meadow.safetensors"}},
"5":{"class_type":"EmptyLatentImage","inputs":{"width":640,"height":448,"batch_size":1}},
"6":{"class_type":"CLIPTextEncode","inputs":{"text":["30",0],"clip":["4",1]}},
"7":{"class_type":"CLIPTextEncode","inputs":{"text":"fog","clip":["4",1]}},
"8":{"class_type":"VAEDecode","inputs":{"samples":["3",0],"vae":["4",2]}},
"9":{"class_type":"SaveImage","inputs":{"filename_prefix":"x","images":["8",0]}},`

const aMill = `"prompt":"a wooden mill by a brook","negative":"fog","seed":77,"steps":19,"guidance":5.5,"width":640,"height":448,"model":"meadow.safetensors"`

// What nodes of many authors are asked, followed without knowing them.
func TestGraphsOfManyNodes(t *testing.T) {
	replaced := func(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(aMill) }
	for name, c := range map[string]struct{ nodes, want string }{
		"a string": {`"30":{"class_type":"PrimitiveStringMultiline","inputs":{"value":"a wooden mill by a brook"}}}`, aMill},
		"reroutes": {`"30":{"class_type":"Reroute","inputs":{"":["31",0]}},"31":{"class_type":"Reroute (rgthree)","inputs":{"":["32",0]}},
			"32":{"class_type":"Text Multiline","inputs":{"text":"a wooden mill by a brook"}}}`, aMill},
		"in a subgraph": {`"12:3":{"class_type":"PrimitiveString","inputs":{"value":"a wooden mill by a brook"}},"30":{"class_type":"StringTrim","inputs":{"string":["12:3",0],"mode":"Both Sides"}}}`, aMill},
		"joined by links": {`"30":{"class_type":"Text Concatenate","inputs":{"delimiter":" ","clean_whitespace":"true","text_b":["32",0],"text_a":["31",0]}},
			"32":{"class_type":"PrimitiveString","inputs":{"value":"a wooden mill"}},"31":{"class_type":"PrimitiveString","inputs":{"value":"by a brook"}}}`, aMill},
		"KJNodes": {`"30":{"class_type":"JoinStringMulti","inputs":{"inputcount":2,"delimiter":" ","return_list":false,"string_1":["31",0],"string_2":"by a brook"}},
			"31":{"class_type":"StringConstantMultiline","inputs":{"string":"a wooden mill","strip_newlines":true}}}`, aMill},
		"Comfyroll": {`"30":{"class_type":"CR Text Concatenate","inputs":{"text1":["31",0],"text2":["32",0],"separator":" by "}},"31":{"class_type":"CR Prompt Text","inputs":{"prompt":"a wooden mill"}},
			"32":{"class_type":"CR Text","inputs":{"text":"a brook"}}}`, aMill},
		"easy-use strings": {`"30":{"class_type":"easy promptConcat","inputs":{"prompt1":["31",0],"prompt2":["32",0],"separator":" "}},"31":{"class_type":"easy positive","inputs":{"positive":"a wooden mill"}},
			"32":{"class_type":"easy promptLine","inputs":{"prompt":"by a brook","start_index":0,"max_rows":1}}}`, aMill},
		"a wildcard that was filled in": {`"30":{"class_type":"ImpactWildcardProcessor","inputs":{"wildcard_text":"a {wooden|brick} mill by a __water__","populated_text":"a wooden mill by a brook","mode":"populate","seed":5,"Select to add Wildcard":"Select the Wildcard to add to the text"}}}`, aMill},
		"what is shown":                 {`"30":{"class_type":"ShowText|pysssss","inputs":{"text":["31",0],"text_0":"a wooden mill by a brook"}},"31":{"class_type":"Text Multiline","inputs":{"text":"a wooden mill by a brook"}}}`, aMill},
		"found and replaced":            {`"30":{"class_type":"StringReplace","inputs":{"string":"a wooden mill by a river","find":"river","replace":"brook"}}}`, aMill},
		"a switch by number": {`"30":{"class_type":"CR Text Input Switch","inputs":{"Input":2,"text1":["31",0],"text2":["32",0]}},"31":{"class_type":"CR Text","inputs":{"text":"a boat"}},
			"32":{"class_type":"CR Text","inputs":{"text":"a wooden mill by a brook"}}}`, aMill},
		"a switch by truth": {`"30":{"class_type":"Switch string [Crystools]","inputs":{"boolean":false,"on_true":"a boat","on_false":"a wooden mill by a brook"}}}`, aMill},
		"the first there is": {`"30":{"class_type":"Any Switch (rgthree)","inputs":{"any_01":["31",0],"any_02":["32",0]}},"31":{"class_type":"CR Text","inputs":{"text":"a wooden mill by a brook"}},
			"32":{"class_type":"CR Text","inputs":{"text":"a boat"}}}`, aMill},
		"four texts of a node": {`"30":{"class_type":"Reroute","inputs":{"":["31",1]}},"31":{"class_type":"Text String","inputs":{"text":"a boat","text_b":"a wooden mill by a brook","text_c":"","text_d":""}}}`, aMill},
		"a style's template": {`"6":{"class_type":"CLIPTextEncode","inputs":{"text":["30",0],"clip":["4",1]}},"7":{"class_type":"CLIPTextEncode","inputs":{"text":["30",1],"clip":["4",1]}},
			"30":{"class_type":"SDXLPromptStyler","inputs":{"text_positive":"a wooden mill by a brook","text_negative":"fog","style":"base","log_prompt":true}}}`, aMill},
		"an unknown node":          {`"30":{"class_type":"Brand New Node","inputs":{"thing":"a wooden mill by a brook","quality":"high"}}}`, aMill},
		"Power Prompt":             {`"6":{"class_type":"Power Prompt (rgthree)","inputs":{"prompt":"a wooden mill by a brook","insert_lora":"CHOOSE","insert_embedding":"CHOOSE","opt_model":["4",0],"opt_clip":["4",1]}}}`, aMill},
		"two text encoders":        {`"6":{"class_type":"CLIPTextEncodeSDXL","inputs":{"width":4096,"height":4096,"text_g":["30",0],"text_l":["30",0],"clip":["4",1]}},"30":{"class_type":"String Literal","inputs":{"string":"a wooden mill by a brook"}}}`, aMill},
		"different words for each": {`"6":{"class_type":"CLIPTextEncodeFlux","inputs":{"clip_l":"a mill","t5xxl":"a wooden mill by a brook","guidance":3.5,"clip":["4",1]}}}`, replaced("a wooden", `a mill\na wooden`)},
		"ControlNet": {`"3":{"class_type":"KSampler","inputs":{"seed":77,"steps":19,"cfg":5.5,"model":["4",0],"positive":["40",0],"negative":["40",1],"latent_image":["5",0]}},
			"40":{"class_type":"ControlNetApplyAdvanced","inputs":{"strength":1,"positive":["6",0],"negative":["7",0],"control_net":["41",0],"image":["42",0]}},
			"41":{"class_type":"ControlNetLoader","inputs":{"control_net_name":"canny.safetensors"}},"42":{"class_type":"LoadImage","inputs":{"image":"a picture of a boat.png"}},
			"30":{"class_type":"PrimitiveString","inputs":{"value":"a wooden mill by a brook"}}}`, aMill},
		"combined and averaged": {`"3":{"class_type":"KSampler","inputs":{"seed":77,"steps":19,"cfg":5.5,"model":["4",0],"positive":["40",0],"negative":["7",0],"latent_image":["5",0]}},
			"40":{"class_type":"ConditioningCombine","inputs":{"conditioning_1":["41",0],"conditioning_2":["43",0]}},"41":{"class_type":"ConditioningAverage","inputs":{"conditioning_to":["42",0],"conditioning_from":["6",0],"conditioning_to_strength":0.5}},
			"42":{"class_type":"CLIPTextEncode","inputs":{"text":"one","clip":["4",1]}},"43":{"class_type":"ConditioningSetArea","inputs":{"conditioning":["44",0],"width":64,"height":64,"x":0}},
			"44":{"class_type":"CLIPTextEncode","inputs":{"text":"three","clip":["4",1]}},"30":{"class_type":"PrimitiveString","inputs":{"value":"two"}}}`, replaced("a wooden mill by a brook", `one\ntwo\nthree`)},
		"a pipe": {`"3":{"class_type":"KSampler","inputs":{"seed":77,"steps":19,"cfg":5.5,"model":["50",0],"positive":["50",3],"negative":["50",4],"latent_image":["5",0]}},
			"50":{"class_type":"FromBasicPipe_v2","inputs":{"basic_pipe":["51",0]}},"51":{"class_type":"ToBasicPipe","inputs":{"model":["4",0],"clip":["4",1],"vae":["4",2],"positive":["6",0],"negative":["7",0]}},
			"30":{"class_type":"PrimitiveString","inputs":{"value":"a wooden mill by a brook"}}}`, aMill},
		"rgthree's context": {`"3":{"class_type":"KSampler","inputs":{"seed":["60",8],"steps":["60",2],"cfg":["60",3],"model":["60",1],"positive":["60",4],"negative":["60",5],"latent_image":["60",6]}},
			"60":{"class_type":"Context Big (rgthree)","inputs":{"base_ctx":["61",0],"positive":["6",0],"steps":19,"cfg":5.5}},"61":{"class_type":"Context (rgthree)","inputs":{"model":["4",0],"negative":["7",0],"latent":["5",0],"seed":["62",0]}},
			"62":{"class_type":"Seed (rgthree)","inputs":{"seed":77}},"30":{"class_type":"PrimitiveString","inputs":{"value":"a wooden mill by a brook"}}}`, aMill},
		"a conditioning and no guider": {`"3":{"class_type":"SamplerCustomAdvanced","inputs":{"noise":["70",0],"guider":["71",0],"sampler":["72",0],"sigmas":["73",0],"latent_image":["5",0]}},"70":{"class_type":"RandomNoise","inputs":{"noise_seed":["75",0]}},
			"71":{"class_type":"CFGGuider","inputs":{"model":["4",0],"positive":["74",0],"negative":["7",0],"cfg":5.5}},"72":{"class_type":"KSamplerSelect","inputs":{"sampler_name":"euler"}},
			"73":{"class_type":"BasicScheduler","inputs":{"model":["4",0],"scheduler":"simple","steps":["76",0],"denoise":1}},"74":{"class_type":"FluxGuidance","inputs":{"guidance":3.5,"conditioning":["6",0]}},
			"75":{"class_type":"PrimitiveInt","inputs":{"value":77,"control_after_generate":"fixed"}},"76":{"class_type":"INTConstant","inputs":{"value":19}},
			"30":{"class_type":"PrimitiveString","inputs":{"value":"a wooden mill by a brook"}}}`, aMill},
		"numbers from elsewhere": {`"3":{"class_type":"KSampler","inputs":{"seed":["80",0],"steps":["81",0],"cfg":["82",0],"model":["4",0],"positive":["6",0],"negative":["7",0],"latent_image":["5",0]}},
			"80":{"class_type":"easy seed","inputs":{"seed":77}},"81":{"class_type":"Reroute","inputs":{"":["83",0]}},"82":{"class_type":"Float","inputs":{"Number":"5.5"}},"83":{"class_type":"Int","inputs":{"Number":"19"}},
			"5":{"class_type":"EmptyLatentImage","inputs":{"width":["84",0],"height":["84",1],"batch_size":1}},"84":{"class_type":"SDXLResolution","inputs":{"width":640,"height":448}},
			"30":{"class_type":"PrimitiveString","inputs":{"value":"a wooden mill by a brook"}}}`, aMill},
		"a size of a list":    {`"5":{"class_type":"SDXL Empty Latent Image (rgthree)","inputs":{"dimensions":" 640 x 448  (landscape)","clip_scale":2,"batch_size":1}},"30":{"class_type":"PrimitiveString","inputs":{"value":"a wooden mill by a brook"}}}`, aMill},
		"a size turned round": {`"5":{"class_type":"EmptyLatentImagePresets","inputs":{"dimensions":"448 x 640 (7:10)","invert":true,"batch_size":1}},"30":{"class_type":"PrimitiveString","inputs":{"value":"a wooden mill by a brook"}}}`, aMill},
		"enlarged first": {`"5":{"class_type":"LatentUpscaleBy","inputs":{"samples":["90",0],"scale_by":2}},"90":{"class_type":"EmptyLatentImage","inputs":{"width":640,"height":448}},"30":{"class_type":"PrimitiveString","inputs":{"value":"a wooden mill by a brook"}}}`,
			replaced(`"width":640,"height":448`, `"width":4,"height":4`)},
		"a checkpoint by text": {`"4":{"class_type":"CheckpointLoaderSimple","inputs":{"ckpt_name":["91",0]}},"91":{"class_type":"Checkpoint Name Selector","inputs":{"ckpt_name":"meadow.safetensors"}},"30":{"class_type":"PrimitiveString","inputs":{"value":"a wooden mill by a brook"}}}`, aMill},
		"LoRAs between": {`"3":{"class_type":"KSampler","inputs":{"seed":77,"steps":19,"cfg":5.5,"model":["92",0],"positive":["6",0],"negative":["7",0],"latent_image":["5",0]}},
			"92":{"class_type":"Power Lora Loader (rgthree)","inputs":{"lora_1":{"on":true,"lora":"ink.safetensors","strength":1},"model":["93",0],"clip":["4",1]}},"93":{"class_type":"ModelSamplingSD3","inputs":{"shift":3,"model":["4",0]}},
			"30":{"class_type":"PrimitiveString","inputs":{"value":"a wooden mill by a brook"}}}`, aMill},
		"an upscaler behind": {`"9":{"class_type":"SaveImage","inputs":{"filename_prefix":"x","images":["95",0]}},"95":{"class_type":"UltimateSDUpscale","inputs":{"upscale_by":2,"seed":5,"steps":4,"cfg":8,"sampler_name":"euler","denoise":0.2,"image":["8",0],"model":["4",0],"positive":["96",0],"negative":["7",0],"tile_width":512,"tile_height":512}},
			"96":{"class_type":"CLIPTextEncode","inputs":{"text":"sharp","clip":["4",1]}},"30":{"class_type":"PrimitiveString","inputs":{"value":"a wooden mill by a brook"}}}`, aMill},
		"an image saver": {`"9":{"class_type":"Image Saver","inputs":{"filename":"%time","images":["8",0],"steps":["97",1],"seed_value":["97",0],"positive":["30",0],"negative":"unused"}},"97":{"class_type":"Input Parameters (Image Saver)","inputs":{"seed":77,"steps":19,"cfg":5.5,"sampler_name":"euler","scheduler":"normal","denoise":1}},
			"3":{"class_type":"KSampler","inputs":{"seed":["97",0],"steps":["97",1],"cfg":["97",2],"sampler_name":["97",3],"model":["4",0],"positive":["6",0],"negative":["7",0],"latent_image":["5",0]}},"30":{"class_type":"PrimitiveString","inputs":{"value":"a wooden mill by a brook"}}}`, aMill},
		"easy-use": {`"9":{"class_type":"PreviewImage","inputs":{"images":["100",1]}},"8":{"class_type":"Note","inputs":{}},"3":{"class_type":"Note","inputs":{}},"100":{"class_type":"easy kSampler","inputs":{"image_output":"Hide","link_id":0,"save_prefix":"ComfyUI","pipe":["101",0]}},
			"101":{"class_type":"easy preSampling","inputs":{"steps":19,"cfg":5.5,"sampler_name":"euler","scheduler":"normal","denoise":1,"seed":77,"pipe":["102",0]}},
			"102":{"class_type":"easy fullLoader","inputs":{"ckpt_name":"meadow.safetensors","vae_name":"Baked VAE","lora_name":"None","resolution":"width x height (custom)","empty_latent_width":640,"empty_latent_height":448,"positive":"a wooden mill by a brook","positive_token_normalization":"none","negative":"fog","negative_token_normalization":"none","batch_size":1}}}`, aMill},
		"Efficiency SDXL": {`"9":{"class_type":"PreviewImage","inputs":{"images":["110",3]}},"8":{"class_type":"Note","inputs":{}},"3":{"class_type":"Note","inputs":{}},"110":{"class_type":"KSampler SDXL (Eff.)","inputs":{"noise_seed":77,"steps":19,"cfg":5.5,"sampler_name":"euler","scheduler":"normal","start_at_step":0,"refine_at_step":-1,"sdxl_tuple":["111",0],"latent_image":["111",1],"optional_vae":["111",2]}},
			"111":{"class_type":"Eff. Loader SDXL","inputs":{"base_ckpt_name":"meadow.safetensors","refiner_ckpt_name":"None","positive":"a wooden mill by a brook","negative":"fog","token_normalization":"none","empty_latent_width":640,"empty_latent_height":448}}}`, aMill},
		"SwarmUI's": {`"3":{"class_type":"SwarmKSampler","inputs":{"noise_seed":77,"steps":19,"cfg":5.5,"sampler_name":"euler","scheduler":"normal","sigma_min":-1,"model":["4",0],"positive":["6",0],"negative":["7",0],"latent_image":["5",0],"var_seed":0}},
			"6":{"class_type":"SwarmClipTextEncodeAdvanced","inputs":{"clip":["4",1],"steps":19,"prompt":"a wooden mill by a brook","width":1024,"height":1024,"target_width":1024,"target_height":1024,"guidance":-1,"llama_template":"none"}},"9":{"class_type":"SwarmSaveImageWS","inputs":{"images":["8",0]}}}`, aMill},
		"video": {`"9":{"class_type":"SaveImage","inputs":{"images":["120",0]}},"8":{"class_type":"Note","inputs":{}},"3":{"class_type":"Note","inputs":{}},"120":{"class_type":"WanVideoDecode","inputs":{"vae":["124",0],"samples":["121",0]}},
			"121":{"class_type":"WanVideoSampler","inputs":{"steps":19,"cfg":5.5,"shift":5,"seed":77,"scheduler":"unipc","model":["122",0],"text_embeds":["123",0],"image_embeds":["125",0]}},"122":{"class_type":"WanVideoModelLoader","inputs":{"model":"meadow.safetensors","base_precision":"fp16"}},
			"123":{"class_type":"WanVideoTextEncode","inputs":{"positive_prompt":"a wooden mill by a brook","negative_prompt":"fog","t5":["126",0]}},"125":{"class_type":"WanVideoEmptyEmbeds","inputs":{"width":640,"height":448,"num_frames":1}}}`, aMill},
		"a list of lines":  {`"30":{"class_type":"Lines","inputs":{"text":{"__value__":["a wooden mill","by a brook"]}}}}`, replaced("mill by", `mill\nby`)},
		"other encoders":   {`"6":{"class_type":"CLIPTextEncodeHunyuanDiT","inputs":{"bert":"a wooden mill by a brook","mt5xl":"a wooden mill by a brook","clip":["4",1]}}}`, aMill},
		"a system's words": {`"6":{"class_type":"CLIPTextEncodeLumina2","inputs":{"system_prompt":"superior","user_prompt":"a wooden mill by a brook","clip":["4",1]}}}`, aMill},
		"two conditionings of a guider": {`"3":{"class_type":"SamplerCustomAdvanced","inputs":{"noise":["70",0],"guider":["71",0],"sampler":["72",0],"sigmas":["73",0],"latent_image":["5",0]}},"70":{"class_type":"RandomNoise","inputs":{"noise_seed":77}},
			"71":{"class_type":"DualCFGGuider","inputs":{"model":["4",0],"cond1":["6",0],"cond2":["74",0],"negative":["7",0],"cfg_conds":5.5,"cfg":5.5}},"72":{"class_type":"KSamplerSelect","inputs":{"sampler_name":"euler"}},
			"73":{"class_type":"BasicScheduler","inputs":{"model":["4",0],"scheduler":"simple","steps":19,"denoise":1}},"74":{"class_type":"CLIPTextEncode","inputs":{"text":"by a brook","clip":["4",1]}},
			"30":{"class_type":"PrimitiveString","inputs":{"value":"a wooden mill"}}}`, replaced("mill by", `mill\nby`)},
		"wildcards that encode": {`"6":{"class_type":"ImpactWildcardEncode","inputs":{"model":["4",0],"clip":["4",1],"wildcard_text":"a __kind__ mill","populated_text":"a wooden mill by a brook","mode":"populate","Select to add LoRA":"Select the LoRA to add to the text","seed":4}}}`, aMill},
		"WAS joins by lines":    {`"30":{"class_type":"Text Concatenate","inputs":{"delimiter":"\\n","clean_whitespace":"true","text_a":"a wooden mill","text_b":"by a brook","text_c":["31",0]}},"31":{"class_type":"Text Multiline","inputs":{"text":""}}}`, replaced("mill by", `mill\nby`)},
		"a circle":              {`"30":{"class_type":"Reroute","inputs":{"":["31",0]}},"31":{"class_type":"StringConcatenate","inputs":{"string_a":["30",0],"string_b":"a wooden mill by a brook","delimiter":""}}}`, aMill},
	} {
		graph := lastNodes(mill + c.nodes)
		info, err := ReadFrom(bytes.NewReader(hugePNG(4, 4, UnicodeChunk("prompt", graph))))
		if err != nil {
			t.Fatal(err)
		}
		info.Unused = nil
		if got, want := asJSON(t, info), `{"program":"comfyui",`+c.want+`}`; got != want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, want)
		}
	}
}

// Numbers of nodes that have no place are told, each with its node; those that
// have one are not told twice.
func TestNumbersOfNodes(t *testing.T) {
	graph := mill + `"30":{"class_type":"PrimitiveString","inputs":{"value":"a mill"}},
		"3":{"class_type":"KSampler","inputs":{"seed":77,"steps":19,"cfg":5.50,"denoise":0.8,"model":["40",0],"positive":["41",0],"negative":["7",0],"latent_image":["5",0]}},
		"40":{"class_type":"LoraLoader","inputs":{"lora_name":"ink.safetensors","strength_model":0.8,"strength_clip":-1,"model":["42",0],"clip":["4",1]}},
		"41":{"class_type":"FluxGuidance","inputs":{"guidance":3.5,"conditioning":["6",0]}},
		"42":{"class_type":"Power Lora Loader (rgthree)","inputs":{"lora_1":{"on":true,"lora":"sea.safetensors","strength":0.55},"list":[1,["a",2]],"model":["4",0]}}}`
	info, err := ReadFrom(bytes.NewReader(hugePNG(4, 4, UnicodeChunk("prompt", lastNodes(graph)))))
	if err != nil {
		t.Fatal(err)
	}
	want := "EmptyLatentImage 5 batch_size: 1, LoraLoader 40 strength_model: 0.8, LoraLoader 40 strength_clip: -1, FluxGuidance 41 guidance: 3.5, " +
		"Power Lora Loader (rgthree) 42 lora_1 strength: 0.55, Power Lora Loader (rgthree) 42 list: 1, Power Lora Loader (rgthree) 42 list: 2"
	if got := info.Unused[NumbersKey]; got != want {
		t.Errorf("numbers:\n got %s\nwant %s", got, want)
	}
	if got := info.Unused["other settings"]; !strings.Contains(got, "lora_name: ink.safetensors") || !strings.Contains(got, "lora_1: sea.safetensors") {
		t.Errorf("other settings: %s", got)
	}
}

// lastNodes checks that a graph is JSON; of nodes that stand there twice the
// last counts.
func lastNodes(graph string) string {
	if len(fields([]byte(graph))) < 7 {
		panic("no graph: " + graph)
	}
	return graph
}
