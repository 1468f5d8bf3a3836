package assembly

import "fulcrum/design/role"

// Holders returns the table of who is connected to which server, where servers hold
// WebSockets; nil elsewhere. Its attribute "each" is how many a server takes.
func (s *Stack) Holders() *Resource {
	for _, r := range s.OfRole(role.Connections) {
		if r.About["held-by"] == "servers" {
			return r
		}
	}
	return nil
}
