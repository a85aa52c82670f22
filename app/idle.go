package app

import (
	"runtime/debug"
	"time"
)

// idleCheck is how often a loaded model is looked at: another answer of
// Engine.Idle counts within that time.
const idleCheck = time.Minute

// Release frees the memory of the open model, and says whether there was one.
// It waits for a running picture; the next one loads the model again.
func (e *Engine) Release() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.release("asked")
}

// release closes the model, if there is one. e.mu is held.
func (e *Engine) release(why string) bool {
	if e.pipeline == nil {
		return false
	}
	e.unload()
	debug.FreeOSMemory()
	e.log.Info("model freed", "why", why)
	return true
}

// touch notes that the model was in use until now, and has it watched. e.mu is held.
func (e *Engine) touch() {
	e.last = time.Now()
	if e.Idle != nil && e.pipeline != nil && e.watch == nil {
		e.watch = time.AfterFunc(idleCheck, e.checkIdle)
	}
}

// checkIdle frees a model with which nothing was made for as long as Idle says.
// It runs on a goroutine of its own and waits for a running picture.
func (e *Engine) checkIdle() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.watch == nil { // closed meanwhile
		return
	}
	if most := e.Idle(); most > 0 && time.Since(e.last) >= most {
		e.release("idle")
	}
	if e.pipeline == nil {
		e.watch = nil
		return
	}
	e.watch.Reset(idleCheck)
}

// endWatch stops checkIdle. e.mu is held.
func (e *Engine) endWatch() {
	if e.watch != nil {
		e.watch.Stop()
		e.watch = nil
	}
}
