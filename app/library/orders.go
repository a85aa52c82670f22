package library

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
)

// orderCache remembers the answers of queries until anything is written, by
// this program or another one: while somebody types, the order stays the same.
type orderCache struct {
	read *sql.DB

	mu      sync.Mutex // guards the fields below
	conn    *sql.Conn  // whose data_version counts what others wrote
	version int64
	answers map[string][]int64
}

// maxAnswers bounds how many answers are remembered.
const maxAnswers = 8

// ids returns all whole numbers of all rows. The caller must not change them.
func (c *orderCache) ids(query string, args ...any) ([]int64, error) {
	version, err := c.now()
	if err != nil {
		return nil, err
	}
	key := fmt.Sprint(query, args)
	c.mu.Lock()
	answer, ok := c.answers[key]
	c.mu.Unlock()
	if ok {
		return answer, nil
	}
	rows, err := c.read.Query(query, args...)
	if answer, err = scanIDs(rows, err); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.version == version {
		if len(c.answers) >= maxAnswers {
			clear(c.answers)
		}
		c.answers[key] = answer
	}
	return answer, nil
}

// now forgets the answers when something was written since they were given.
func (c *orderCache) now() (version int64, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.conn == nil {
		if c.conn, err = c.read.Conn(context.Background()); err != nil {
			return 0, err
		}
	}
	if err := c.conn.QueryRowContext(context.Background(), "PRAGMA data_version").Scan(&version); err != nil {
		return 0, err
	}
	if version != c.version {
		c.version, c.answers = version, map[string][]int64{}
	}
	return version, nil
}

func (c *orderCache) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.conn != nil {
		c.conn.Close()
	}
}
