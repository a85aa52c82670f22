package noise

const (
	mtLength = 624
	mtShift  = 397
)

// mt19937 is the 32-bit Mersenne Twister of Matsumoto and Nishimura.
type mt19937 struct {
	state [mtLength]uint32
	next  int // index into state of the next word
}

func (m *mt19937) seed(s uint32) {
	m.state[0] = s
	for i := uint32(1); i < mtLength; i++ {
		s = 1812433253*(s^s>>30) + i
		m.state[i] = s
	}
	m.next = mtLength
}

// uint32 returns the next tempered word.
func (m *mt19937) uint32() uint32 {
	if m.next == mtLength {
		m.twist()
	}
	y := m.state[m.next]
	m.next++
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	return y ^ y>>18
}

func (m *mt19937) twist() {
	for i := range m.state {
		y := m.state[i]&0x80000000 | m.state[(i+1)%mtLength]&0x7fffffff
		m.state[i] = m.state[(i+mtShift)%mtLength] ^ y>>1 ^ (y&1)*0x9908b0df
	}
	m.next = 0
}

// uniform32 returns a multiple of 2^-24 in [0, 1), from one word.
func (m *mt19937) uniform32() float32 {
	return float32(m.uint32()&(1<<24-1)) * (1.0 / (1 << 24))
}

// uniform64 returns a multiple of 2^-53 in [0, 1), from two words, the high
// half first.
func (m *mt19937) uniform64() float64 {
	hi := uint64(m.uint32())
	u := hi<<32 | uint64(m.uint32())
	return float64(u&(1<<53-1)) * (1.0 / (1 << 53))
}
