package checkpoint

import (
	"fmt"
)

// kindOf tells the network from a component's config.json.
func kindOf(b []byte) (Kind, error) {
	var r struct {
		Class     string `json:"_class_name"`
		ModelType string `json:"model_type"`
	}
	if err := decode(b, &r); err != nil {
		return "", err
	}
	switch {
	case r.ModelType == "clip_text_model":
		return KindText, nil
	case r.ModelType == "clip_vision_model":
		return KindVision, nil
	case r.Class == "PaellaVQModel":
		return KindVQ, nil
	case !isUNet(r.Class):
		return "", &unsupported{fmt.Sprintf("a %q is no network of Stable Cascade", clip(r.Class+r.ModelType)), "name a Stable Cascade model"}
	}
	c, err := parseUNet(b)
	switch {
	case err != nil:
		return "", err
	case c.EffnetInChannels > 0:
		return KindDecoder, nil
	}
	return KindPrior, nil
}
