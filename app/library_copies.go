package app

// settleCopies compares a row with those of the same key, and hides all but
// one of those whose content is the same.
func (b *batch) settleCopies(id int64) (copied bool, err error) {
	var key, hash []byte
	if err := b.row("SELECT key, hash FROM pictures WHERE id = ?", []any{id}, &key, &hash); err != nil {
		return false, err
	}
	same, err := b.ids("SELECT id FROM pictures WHERE key = ?", key)
	if err != nil {
		return false, err
	}
	if len(same) == 1 {
		return false, b.exec("UPDATE pictures SET copy = 0 WHERE id = ? AND copy <> 0", id)
	}
	for _, other := range same {
		if err := b.fullHash(other); err != nil {
			return false, err
		}
	}
	if err := b.row("SELECT hash FROM pictures WHERE id = ?", []any{id}, &hash); err != nil {
		return false, err
	}
	if err := b.showOne(hash, key); err != nil {
		return false, err
	}
	err = b.row("SELECT copy FROM pictures WHERE id = ?", []any{id}, &copied)
	return copied, err
}

// fullHash makes sure of a row's hash where its file can be read.
func (b *batch) fullHash(id int64) error {
	var file string
	var hash []byte
	if err := b.row("SELECT file, hash FROM pictures WHERE id = ?", []any{id}, &file, &hash); err != nil || hash != nil {
		return err
	}
	hash, err := contentHash(file)
	if err != nil {
		return nil // gone: it stays without one
	}
	return b.exec("UPDATE pictures SET hash = ? WHERE id = ?", hash, id)
}

// showOne shows one of the rows with a content: one of ours before an imported
// one, then the first.
func (b *batch) showOne(hash, key []byte) error {
	if hash == nil {
		return b.exec("UPDATE pictures SET copy = 0 WHERE key = ? AND hash IS NULL AND copy <> 0", key)
	}
	return b.exec(`UPDATE pictures SET copy = id <> (SELECT id FROM pictures WHERE key = ?1 AND hash = ?2 ORDER BY missing, imported, id LIMIT 1)
		WHERE key = ?1 AND hash = ?2`, key, hash)
}
