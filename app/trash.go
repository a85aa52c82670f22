package app

// A trashedRow is one picture in the trash.
type trashedRow struct {
	picture Picture
	albums  []int64
	place   trashPlace // of the file
	latent  trashPlace // of the latent beside it, when there is one
}

// A trashPlace is where the trash keeps a file.
type trashPlace struct {
	from, file, info string // original path, path in the trash, its note
}
