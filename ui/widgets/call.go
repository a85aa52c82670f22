package widgets

// Call1 calls f with v if there is one.
func Call1[T any](f func(T), v T) {
	if f != nil {
		f(v)
	}
}

// Call calls f, if there is one.
func Call(f func()) {
	if f != nil {
		f()
	}
}
