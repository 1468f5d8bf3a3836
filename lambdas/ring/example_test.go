package ring_test

import (
	"fmt"

	"fulcrum/lambdas/ring"
)

func Example() {
	cluster, err := ring.New(ring.Ring{},
		ring.Node{Name: "cache-1"}, ring.Node{Name: "cache-2"}, ring.Node{Name: "cache-3", Weight: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("owner:", cluster.Owner("dinner/42"))
	fmt.Println("two replicas:", cluster.Owners(nil, "dinner/42", 2))
	// Output:
	// owner: cache-1
	// two replicas: [cache-1 cache-2]
}
