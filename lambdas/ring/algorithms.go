package ring

import (
	"fmt"
	"strings"
)

// Algorithms lists every algorithm with its default settings.
func Algorithms() []Algorithm {
	return []Algorithm{Ring{}, Jump{}, Rendezvous{}, Maglev{}, Bounded{}, Modulo{}}
}

// ByName returns the algorithm of that name with its default settings.
func ByName(name string) (Algorithm, error) {
	known := make([]string, 0, len(Algorithms()))
	for _, a := range Algorithms() {
		if a.Name() == name {
			return a, nil
		}
		known = append(known, a.Name())
	}
	return nil, fmt.Errorf("unknown algorithm %q: use one of %s", name, strings.Join(known, ", "))
}
