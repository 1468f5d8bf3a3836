package service

import (
	"crypto/x509"
	"fmt"
	"os"
	"slices"

	"fulcrum/constructs/internal/program"
	"fulcrum/constructs/internal/props"
)

const defaultCPU = 256

// memory says how much memory, in MB, Fargate pairs with which processor: from
// least to most in steps, and half a GB with the smallest.
//
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
var memory = map[int]struct{ least, most, step int }{
	256:   {512, 2048, 512},
	512:   {1024, 4096, 1024},
	1024:  {2048, 8192, 1024},
	2048:  {4096, 16384, 1024},
	4096:  {8192, 30720, 1024},
	8192:  {16384, 61440, 4096},
	16384: {32768, 122880, 8192},
}

func (p Props) withDefaults() Props {
	program.Fill(&p.Port, program.DefaultPort)
	program.Fill(&p.CPU, defaultCPU)
	program.Fill(&p.MemoryMB, memory[p.CPU].least)
	program.Fill(&p.MinTasks, program.DefaultServers)
	program.Fill(&p.CPUTarget, program.DefaultCPUTarget)
	program.Fill(&p.Drain, program.DefaultDrain)
	program.Fill(&p.StopTimeout, program.DefaultStopTimeout)
	program.Fill(&p.LogDays, program.DefaultLogDays)
	return p
}

// Validate reports every problem of p, or nil.
func (p Props) Validate() error {
	var found props.Problems
	program.CheckNetwork(&found, p.Network, Interfaces(), "service")
	program.Check(&found, p.Directory)
	p.checkAuthorities(&found)
	found.Required(p.Service != "", "Service")
	program.CheckEnvironment(&found, p.Environment, "PORT")
	program.CheckPort(&found, "Port", p.Port)
	if p.InnerPort != 0 {
		program.CheckPort(&found, "InnerPort", p.InnerPort)
		found.Check(p.InnerPort != p.Port, "InnerPort", "%d is Port; give another one", p.InnerPort)
	}
	found.Required(p.LogKey != nil, "LogKey")

	p = p.withDefaults()
	p.checkSize(&found)
	program.CheckBounds(&found, p.MinTasks, p.MaxTasks, [2]string{"MinTasks", "MaxTasks"}, 0)
	program.Run{CPUTarget: p.CPUTarget, Requests: p.RequestsPerTask, Drain: p.Drain, StopTimeout: p.StopTimeout, LogDays: p.LogDays}.Check(&found, "RequestsPerTask")
	return found.Err()
}

func (p Props) checkAuthorities(found *props.Problems) {
	if p.Authorities == "" {
		found.Check(!program.LacksAuthorities(p.Directory), "Authorities",
			"missing; the program carries none, so it could not call anything over TLS: name a file of them, or import golang.org/x/crypto/x509roots/fallback in the program")
		return
	}
	text, err := os.ReadFile(p.Authorities)
	if err != nil {
		found.Check(false, "Authorities", "%v", err)
		return
	}
	found.Check(x509.NewCertPool().AppendCertsFromPEM(text), "Authorities", "no certificate in %s; give a file in PEM", p.Authorities)
}

func (p Props) checkSize(found *props.Problems) {
	sizes, ok := memory[p.CPU]
	if !ok {
		known := make([]int, 0, len(memory))
		for cpu := range memory {
			known = append(known, cpu)
		}
		slices.Sort(known)
		found.Check(false, "CPU", "%d is not one of %v; leave it out for %d", p.CPU, known, defaultCPU)
		return
	}
	fits := p.MemoryMB >= sizes.least && p.MemoryMB <= sizes.most && (p.MemoryMB-sizes.least)%sizes.step == 0
	if p.CPU == defaultCPU {
		fits = fits && p.MemoryMB != 1536
	}
	found.Check(fits, "MemoryMB", "%d does not go with %d units of processor: %s", p.MemoryMB, p.CPU, sizesOf(p.CPU))
}

func sizesOf(cpu int) string {
	if cpu == defaultCPU {
		return "512, 1024 or 2048 do"
	}
	s := memory[cpu]
	return fmt.Sprintf("%d to %d in steps of %d do", s.least, s.most, s.step)
}
