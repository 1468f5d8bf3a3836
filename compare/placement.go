package compare

// Placement is how an algorithm places keys on the nodes of a cache: measured
// elsewhere, and reported beside the trade-offs.
type Placement struct {
	Algorithm string `json:"algorithm"`
	Nodes     int    `json:"nodes"`
	Keys      int    `json:"keys"`
	// MovedFraction is the share of the keys with another owner when a node joins,
	// IdealFraction what must move where shares are even.
	MovedFraction float64 `json:"moved_fraction"`
	IdealFraction float64 `json:"ideal_fraction"`
	// LoadMaxOverMean and LoadStddevOverMean are over the nodes before one joins.
	LoadMaxOverMean    float64 `json:"load_max_over_mean"`
	LoadStddevOverMean float64 `json:"load_stddev_over_mean"`
}
