package ring

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Cluster is a changing set of nodes and the placement that follows it.
//
// Lookups read one immutable snapshot: they take no lock, allocate nothing and
// never see half a change. Changes are serialized, build the next snapshot aside
// and publish it with one atomic store.
type Cluster struct {
	algorithm Algorithm
	current   atomic.Pointer[snapshot]
	changing  sync.Mutex
}

type snapshot struct {
	nodes []Node
	table Table
}

// New returns a cluster of nodes placed by algorithm. It reports every problem of
// the nodes at once.
func New(algorithm Algorithm, nodes ...Node) (*Cluster, error) {
	c := &Cluster{algorithm: algorithm}
	if err := c.replace(nodes); err != nil {
		return nil, err
	}
	return c, nil
}

// Owner returns the name of the node that owns key, "" while there are no nodes.
func (c *Cluster) Owner(key string) string { return c.current.Load().table.Owner(Hash(key)) }

// Owners appends to dst the names of n distinct nodes for key, its owner first,
// or of all nodes if there are fewer.
func (c *Cluster) Owners(dst []string, key string, n int) []string {
	return c.current.Load().table.Owners(dst, Hash(key), n)
}

// Table returns the present placement, which later changes do not touch.
func (c *Cluster) Table() Table { return c.current.Load().table }

// Nodes returns the present nodes in name order.
func (c *Cluster) Nodes() []Node { return slices.Clone(c.current.Load().nodes) }

// Join adds nodes. It fails, and changes nothing, if one is wrong or already in
// the cluster.
func (c *Cluster) Join(nodes ...Node) error {
	c.changing.Lock()
	defer c.changing.Unlock()
	return c.replace(slices.Concat(c.current.Load().nodes, nodes))
}

// Leave removes the nodes of these names. It fails, and changes nothing, if one
// is not in the cluster.
func (c *Cluster) Leave(names ...string) error {
	c.changing.Lock()
	defer c.changing.Unlock()
	nodes := c.Nodes()
	var problems []error
	for _, name := range names {
		i := slices.IndexFunc(nodes, func(n Node) bool { return n.Name == name })
		if i < 0 {
			problems = append(problems, fmt.Errorf("node %q is not in the cluster: its nodes are %s", name, list(c.current.Load().nodes)))
			continue
		}
		nodes = slices.Delete(nodes, i, i+1)
	}
	if err := errors.Join(problems...); err != nil {
		return err
	}
	return c.replace(nodes)
}

// Replace makes nodes the whole cluster. It fails, and changes nothing, if one is
// wrong.
func (c *Cluster) Replace(nodes ...Node) error {
	c.changing.Lock()
	defer c.changing.Unlock()
	return c.replace(nodes)
}

func (c *Cluster) replace(nodes []Node) error {
	sorted, err := normalize(nodes)
	if err != nil {
		return err
	}
	table, err := c.algorithm.Place(sorted)
	if err != nil {
		return err
	}
	c.current.Store(&snapshot{nodes: sorted, table: table})
	return nil
}

func list(nodes []Node) string {
	if len(nodes) == 0 {
		return "none"
	}
	return strings.Join(names(nodes), ", ")
}
