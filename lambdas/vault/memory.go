package vault

import (
	"sync"
	"time"
)

// memory remembers values for Remember, Most of them. Its zero value is empty.
type memory[T any] struct {
	mu     sync.Mutex
	values map[string]remembered[T]
}

type remembered[T any] struct {
	value T
	until time.Time
}

func (m *memory[T]) get(name string, now time.Time) (T, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.values[name]
	if !ok || !now.Before(r.until) {
		delete(m.values, name)
		var none T
		return none, false
	}
	return r.value, true
}

func (m *memory[T]) put(name string, value T, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.values == nil {
		m.values = map[string]remembered[T]{}
	}
	if len(m.values) >= Most {
		for other, r := range m.values {
			if !now.Before(r.until) {
				delete(m.values, other)
			}
		}
	}
	for other := range m.values { // any will do
		if len(m.values) < Most {
			break
		}
		delete(m.values, other)
	}
	m.values[name] = remembered[T]{value, now.Add(Remember)}
}

func (m *memory[T]) drop(name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.values, name)
}
