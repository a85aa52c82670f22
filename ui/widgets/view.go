package widgets

// A View is what a Viewer shows of its picture, such that viewers of the same
// size show the same of pictures of any size. Its zero value is the whole.
type View struct {
	Scale float64 // in terms of that at which the picture fits; 0: it fits
	Full  bool    // each pixel of the picture is one of the screen, in every viewer
	X, Y  float64 // what is in the middle, as shares of width and height
}

// View is what is shown now.
func (v *Viewer) View() View {
	z := &v.zoom
	if z.scale == 0 {
		return View{}
	}
	fit := z.fitScale(v.device(v.Size().Width, v.Size().Height))
	return View{z.scale / max(fit, 1e-9), z.scale == 1, z.cx / float64(max(z.size.X, 1)), z.cy / float64(max(z.size.Y, 1))}
}

// SetView shows the same as another viewer, without a call of OnView.
func (v *Viewer) SetView(w View) {
	if v.state != Finished || w == v.View() {
		return
	}
	z := &v.zoom
	if w.Scale <= 0 {
		z.fit()
		v.Refresh()
		return
	}
	width, height := v.device(v.Size().Width, v.Size().Height)
	was := z.scale
	z.scale = w.Scale * z.fitScale(width, height)
	if w.Full {
		z.scale = 1
	}
	z.cx, z.cy = w.X*float64(z.size.X), w.Y*float64(z.size.Y)
	z.keep(width, height)
	if was == z.scale {
		v.raster.Refresh()
		return
	}
	v.Refresh()
}

func (v *Viewer) tellView() {
	if v.OnView != nil {
		v.OnView(v.View())
	}
}
