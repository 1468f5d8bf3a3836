package memcached

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
)

// discover asks the configuration endpoint for the nodes: by the command "config
// get cluster", or by the key that older engines use ("Adding auto discovery to
// your client library", Amazon ElastiCache user guide).
func (c *Client) discover(ctx context.Context) ([]string, error) {
	endpoint := newNode(c.config.Endpoint, &c.config)
	defer endpoint.close()
	var text []byte
	err := endpoint.call(ctx, func(conn *connection) (err error) {
		text, err = conn.cluster()
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("configuration endpoint %s: %w", c.config.Endpoint, err)
	}
	nodes, err := parseCluster(string(text))
	if err != nil {
		return nil, fmt.Errorf("configuration endpoint %s: %w", c.config.Endpoint, err)
	}
	return nodes, nil
}

// clusterKey holds the configuration in engines before 1.4.14.
const clusterKey = "AmazonElastiCache:cluster"

// cluster returns the text of a cluster's configuration.
func (c *connection) cluster() ([]byte, error) {
	if err := c.send("config get cluster\r\n"); err != nil {
		return nil, err
	}
	line, err := c.line()
	if err != nil {
		return nil, err
	}
	fields := bytes.Fields(line)
	if len(fields) == 4 && string(fields[0]) == "CONFIG" && string(fields[1]) == "cluster" {
		text, err := c.block(fields[3])
		if err != nil {
			return nil, err
		}
		return text, c.expect("END")
	}
	var no refusal
	if err := c.surprise(line); !errors.As(err, &no) {
		return nil, err
	}
	text, err := c.get(clusterKey)
	if errors.Is(err, ErrMiss) {
		return nil, errors.New("knows no cluster: want the configuration endpoint of an ElastiCache cluster")
	}
	return text, err
}

// parseCluster reads a configuration: a version, a line end, and the nodes as
// host|address|port with spaces between. A node without an address yet is called
// by its host's name.
func parseCluster(text string) ([]string, error) {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if len(lines) != 2 {
		return nil, fmt.Errorf("configuration of %d lines: want a version and the nodes", len(lines))
	}
	if _, err := strconv.ParseUint(strings.TrimSpace(lines[0]), 10, 64); err != nil {
		return nil, fmt.Errorf("configuration version %q is not a number", lines[0])
	}
	var nodes []string
	for _, field := range strings.Fields(lines[1]) {
		parts := strings.Split(field, "|")
		if len(parts) != 3 || parts[0] == "" {
			return nil, fmt.Errorf("node %q: want host|address|port", field)
		}
		if port, err := strconv.ParseUint(parts[2], 10, 16); err != nil || port == 0 {
			return nil, fmt.Errorf("node %q: port %q is out of range", field, parts[2])
		}
		// The host, not the address: a certificate names the host.
		nodes = append(nodes, net.JoinHostPort(parts[0], parts[2]))
	}
	if len(nodes) == 0 {
		return nil, errors.New("configuration has no nodes")
	}
	return nodes, nil
}
