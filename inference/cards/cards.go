// Package cards says what graphics cards are called and how much memory they
// have, as their drivers say.
package cards

import "strings"

// A Card is a graphics card.
type Card struct {
	Name   string // as its driver calls it, such as "NVIDIA GeForce RTX 4070"
	Memory int64  // of its own, bytes; 0: it has none, or that is not known
}

// Of is the card that one of ONNX Runtime's providers computes on, "cuda",
// "directml" or "webgpu", by its number there. ok is false where the driver does
// not say, or where it cannot be known which of several cards is meant. It
// takes as long as drivers take to start.
func Of(provider string, index int) (c Card, ok bool) {
	switch provider {
	case "cuda":
		c, ok = cudaCard(index)
	case "directml":
		list := adapters()
		if ok = index < len(list); ok {
			c = list[index].Card
		}
	case "webgpu":
		c, ok = chosen(adapters())
	}
	c.Name = strings.Join(strings.Fields(c.Name), " ")
	return c, ok && c.Name != ""
}

// An adapter is a card as the system's graphics library lists it.
type adapter struct {
	Card
	kind kind
}

// A kind of adapter: WebGPU takes the quickest kind there is.
type kind int

const (
	software kind = iota // the processor, or what is not known
	shared               // with the processor's memory
	discrete             // with memory of its own
)

// chosen is the adapter that WebGPU takes, unless there are several of its kind.
func chosen(list []adapter) (c Card, ok bool) {
	best := software
	for _, a := range list {
		switch {
		case a.kind > best || c.Name == "":
			c, best, ok = a.Card, a.kind, true
		case a.kind == best:
			ok = ok && a.Card == c
		}
	}
	return c, ok
}
